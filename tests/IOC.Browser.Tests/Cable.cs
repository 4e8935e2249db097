using System.Net;
using System.Net.Sockets;

namespace IOC.Browser.Tests;

/// <summary>The network between a browser and a host: a relay on loopback that can be cut. What is sent while it is cut is lost without a word, and a
/// connection of that time stays dead for good, as one does whose packets went missing: the other side of it sleeps for many seconds before it sends again.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _port;
    private readonly Task _accepting;
    private CancellationTokenSource _whole = new();
    private volatile bool _cut;

    public Cable(int port)
    {
        _port = port;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    /// <summary>Where the host is seen through the relay.</summary>
    public Uri Address { get; }

    /// <summary>From now on nothing goes through.</summary>
    public void Cut()
    {
        _cut = true;
        _whole.Cancel();
    }

    /// <summary>New connections go through again.</summary>
    public void Mend()
    {
        _whole = new CancellationTokenSource();
        _cut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _whole.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
            {
                carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carried);
        }
    }

    private async Task CarryAsync(TcpClient browser)
    {
        using var near = browser;
        using var far = new TcpClient();
        try
        {
            if (!_cut)
            {
                await far.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                using var whole = CancellationTokenSource.CreateLinkedTokenSource(_whole.Token, _end.Token);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), whole.Token), far.GetStream().CopyToAsync(near.GetStream(), whole.Token));
                if (!_cut)
                {
                    return;
                }
            }

            // Held open and never answered.
            await Task.Delay(Timeout.Infinite, _end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The host is gone, or the test is over.
        }
    }
}
