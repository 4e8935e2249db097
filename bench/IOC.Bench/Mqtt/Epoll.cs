using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace IOC.Bench.Mqtt;

/// <summary>Linux's epoll, level-triggered: thousands of sockets on one thread without a thread pool, so that the generator takes as
/// little as it can from the cores that it shares with the server.</summary>
internal sealed partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Modify = 3;
    private const int MaxEvents = 1024;

    // The kernel packs the struct on x86-64 only.
    private static readonly bool s_packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int s_size = s_packed ? 12 : 16;
    private static readonly int s_dataAt = s_packed ? 4 : 8;

    private readonly byte[] _events = new byte[MaxEvents * s_size];
    private readonly int _handle;

    public Epoll()
    {
        _handle = EpollCreate(0);
        if (_handle < 0)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Watches a socket for input, and for room to write if wanted; <paramref name="tag"/> names it in the events.</summary>
    public void Watch(Socket socket, int tag, bool forOutput, bool isNew)
    {
        Span<byte> request = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(request, forOutput ? 5u : 1u);
        BinaryPrimitives.WriteInt32LittleEndian(request[s_dataAt..], tag);
        if (EpollControl(_handle, isNew ? Add : Modify, (int)socket.Handle, ref MemoryMarshal.GetReference(request)) != 0)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Waits for events and returns their number.</summary>
    public int Wait(int milliseconds) => Math.Max(0, EpollWait(_handle, ref _events[0], MaxEvents, milliseconds));

    /// <summary>One of the events of the last wait.</summary>
    public (int Tag, bool CanRead, bool CanWrite) this[int index]
    {
        get
        {
            var e = _events.AsSpan(index * s_size, s_size);
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(e);

            // An error or a hang-up shows when it is read.
            return (BinaryPrimitives.ReadInt32LittleEndian(e[s_dataAt..]), (mask & 0x19) != 0, (mask & 4) != 0);
        }
    }

    public void Dispose() => _ = Close(_handle);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int socket, ref byte e);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, ref byte events, int max, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
