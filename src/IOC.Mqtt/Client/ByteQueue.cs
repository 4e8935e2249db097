using System.Buffers;

namespace IOC.Mqtt;

/// <summary>A growing buffer that two sides of a connection swap: one is filled while the other is sent.</summary>
internal sealed class ByteQueue : IBufferWriter<byte>
{
    private byte[] _buffer = new byte[256];

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Count);

    public void Clear()
    {
        Count = 0;
        if (_buffer.Length > 256 * 1024)
        {
            _buffer = new byte[4096];
        }
    }

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Count);
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - Count < Math.Max(size, 1))
        {
            Array.Resize(ref _buffer, Math.Max(Count + size, _buffer.Length * 2));
        }
    }
}
