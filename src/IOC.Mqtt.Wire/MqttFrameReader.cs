using System.Buffers;

namespace IOC.Mqtt.Wire;

/// <summary>Cuts packets out of what a pipe holds. A packet within one segment is handed out in place; one that crosses
/// segments is copied into the scratch buffer first, so that every decoder works on one span.</summary>
public ref struct MqttFrameReader
{
    /// <summary>A first byte and up to four bytes of remaining length.</summary>
    public const int MaxHeaderLength = 5;

    private readonly MqttScratch _scratch;
    private readonly int _maxPacketSize;
    private ReadOnlySequence<byte> _rest;
    private ReadOnlySpan<byte> _span;
    private int _position;

    /// <summary>Starts at the beginning of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">What has been received and not been consumed.</param>
    /// <param name="scratch">The connection's buffer for packets that cross segments.</param>
    /// <param name="maxPacketSize">Most bytes of a packet, its header included.</param>
    public MqttFrameReader(ReadOnlySequence<byte> buffer, MqttScratch scratch, int maxPacketSize)
    {
        _scratch = scratch;
        _maxPacketSize = maxPacketSize;
        _rest = buffer;
        _span = buffer.FirstSpan;
        _position = 0;
        Error = default;
    }

    /// <summary>Up to where packets have been handed out.</summary>
    public readonly SequencePosition Consumed => _rest.GetPosition(_position);

    /// <summary>What was wrong, after <see cref="DecodeStatus.Malformed"/>.</summary>
    public MqttError Error { get; private set; }

    /// <summary>Reads the next packet.</summary>
    public DecodeStatus Read(out MqttFrame frame)
    {
        var remaining = _span[_position..];
        var status = ReadHeader(remaining, _maxPacketSize, out var headerLength, out var bodyLength, out var error);
        if (status == DecodeStatus.Complete && remaining.Length - headerLength >= bodyLength)
        {
            frame = new MqttFrame(remaining[0], remaining.Slice(headerLength, bodyLength));
            _position += headerLength + bodyLength;
            return DecodeStatus.Complete;
        }

        if (status != DecodeStatus.Malformed)
        {
            return ReadAcrossSegments(remaining.Length, out frame);
        }

        Error = error;
        frame = default;
        return status;
    }

    /// <summary>Reads first byte and remaining length.</summary>
    /// <returns><see cref="DecodeStatus.Complete"/> when the header is whole; the body need not be there yet.</returns>
    public static DecodeStatus ReadHeader(
        ReadOnlySpan<byte> bytes, int maxPacketSize, out int headerLength, out int bodyLength, out MqttError error)
    {
        headerLength = 0;
        bodyLength = 0;
        error = default;
        var value = 0;
        for (var i = 1; i < bytes.Length && i < MaxHeaderLength; i++)
        {
            value |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if ((bytes[i] & 0x80) != 0)
            {
                continue;
            }

            headerLength = i + 1;
            bodyLength = value;
            if (i > 1 && bytes[i] == 0)
            {
                error = MqttError.Malformed("The remaining length is not in its shortest form.");
                return DecodeStatus.Malformed;
            }

            if (headerLength + value <= maxPacketSize)
            {
                return DecodeStatus.Complete;
            }

            error = new MqttError(MqttReasonCode.PacketTooLarge, "The packet is larger than the maximum packet size.");
            return DecodeStatus.Malformed;
        }

        if (bytes.Length < MaxHeaderLength)
        {
            return DecodeStatus.Incomplete;
        }

        error = MqttError.Malformed("The remaining length has more than four bytes.");
        return DecodeStatus.Malformed;
    }

    private DecodeStatus ReadAcrossSegments(int leftInSegment, out MqttFrame frame)
    {
        frame = default;
        _rest = _rest.Slice(_position);
        _position = 0;
        _span = _rest.FirstSpan;
        if (_rest.Length == leftInSegment)
        {
            return DecodeStatus.Incomplete;
        }

        if (leftInSegment == 0 && !_span.IsEmpty)
        {
            // The last packet ended exactly where its segment ends: go on in place in the next one.
            return Read(out frame);
        }

        Span<byte> head = stackalloc byte[MaxHeaderLength];
        var available = (int)Math.Min(MaxHeaderLength, _rest.Length);
        head = head[..available];
        _rest.Slice(0, available).CopyTo(head);
        var status = ReadHeader(head, _maxPacketSize, out var headerLength, out var bodyLength, out var error);
        Error = error;
        if (status != DecodeStatus.Complete)
        {
            return status;
        }

        if (_rest.Length < headerLength + bodyLength)
        {
            return DecodeStatus.Incomplete;
        }

        var body = _scratch.Take(bodyLength);
        _rest.Slice(headerLength, bodyLength).CopyTo(body);
        frame = new MqttFrame(head[0], body);
        _rest = _rest.Slice(headerLength + bodyLength);
        _span = _rest.FirstSpan;
        return DecodeStatus.Complete;
    }
}

/// <summary>A buffer that a connection keeps for packets which cross segments.</summary>
public sealed class MqttScratch
{
    private const int KeepAtMost = 64 * 1024;
    private byte[] _buffer = [];

    /// <summary>Room for <paramref name="length"/> bytes, valid until the next call.</summary>
    public Span<byte> Take(int length)
    {
        // A rare huge packet must not pin its size for the rest of the connection.
        if (_buffer.Length < length || _buffer.Length > KeepAtMost)
        {
            _buffer = new byte[Math.Max(length, Math.Min(_buffer.Length, KeepAtMost))];
        }

        return _buffer.AsSpan(0, length);
    }
}
