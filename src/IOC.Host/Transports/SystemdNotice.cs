using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IOC.Host.Transports;

/// <summary>
/// Tells systemd how the host is doing, where systemd asked to be told (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names.
/// Ready once it listens, stopping once it was told to, and alive at half of the time that WATCHDOG_USEC gives.
/// </summary>
internal sealed class SystemdNotice : IDisposable
{
    private readonly UnixDomainSocketEndPoint _manager;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private ITimer? _alive;

    private SystemdNotice(string address) =>
        // '@' stands for the zero byte of an abstract name.
        _manager = new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address);

    /// <summary>Does nothing where systemd did not start the host, or does not want to know.</summary>
    public static void Attach(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not ['/' or '@', _, ..] address)
        {
            return;
        }

        // Programs that the host starts are not the service.
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        var notice = new SystemdNotice(address);
        lifetime.ApplicationStarted.Register(() => notice.Ready(time));
        lifetime.ApplicationStopping.Register(() => notice.Send("STOPPING=1"));
        lifetime.ApplicationStopped.Register(notice.Dispose);
    }

    public void Dispose()
    {
        _alive?.Dispose();
        _socket.Dispose();
    }

    private void Ready(TimeProvider time)
    {
        Send("READY=1\nSTATUS=Taking publishes");
        if (long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
        {
            // By the pool of threads that everything else of the host needs, too: where it is stuck, so is this.
            var half = TimeSpan.FromMicroseconds(microseconds / 2.0);
            _alive = time.CreateTimer(_ => Send("WATCHDOG=1"), null, half, half);
        }
    }

    private void Send(string state)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(state), _manager);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens: what depends on it, systemd finds out by itself.
        }
    }
}
