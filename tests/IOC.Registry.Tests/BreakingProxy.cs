using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IOC.Registry.Tests;

/// <summary>Between a client and a PostgreSQL server; breaks a connection at the next commit, before the server has it or after it is done.</summary>
public sealed class BreakingProxy : IAsyncDisposable
{
    // A simple query (PostgreSQL documentation, 55.7 "Message Formats"): 'Q', length, text, 0.
    private static readonly byte[] Commit = [(byte)'Q', 0, 0, 0, 11, .. Encoding.ASCII.GetBytes("COMMIT"), 0];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly Task _accepting;
    private int _break;

    public BreakingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private enum At
    {
        Nowhere,
        BeforeCommit,
        AfterCommit,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether the break that was asked for is still to come.</summary>
    public bool Waits => Volatile.Read(ref _break) != (int)At.Nowhere;

    public void BreakBeforeCommit() => Volatile.Write(ref _break, (int)At.BeforeCommit);

    public void BreakAfterCommit() => Volatile.Write(ref _break, (int)At.AfterCommit);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                running.Add(PassAsync(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }

        await Task.WhenAll(running);
    }

    private async Task PassAsync(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient { NoDelay = true };
        here.NoDelay = true;
        try
        {
            await there.ConnectAsync(IPAddress.Loopback, _server);
            var (up, down) = (here.GetStream(), there.GetStream());
            var silent = new StrongBox();
            await Task.WhenAny(UpAsync(up, down, silent), DownAsync(down, up, silent));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Either side ended.
        }
    }

    private async Task UpAsync(NetworkStream client, NetworkStream server, StrongBox silent)
    {
        var buffer = new byte[65_536];
        while (await client.ReadAsync(buffer) is > 0 and var read)
        {
            if (Waits && buffer.AsSpan(0, read).IndexOf(Commit) >= 0)
            {
                var at = (At)Interlocked.Exchange(ref _break, (int)At.Nowhere);
                if (at == At.BeforeCommit)
                {
                    return;
                }

                silent.Value = at == At.AfterCommit;
            }

            await server.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    // The answer to the commit says that it is done: from then on nothing of it may reach the client.
    private static async Task DownAsync(NetworkStream server, NetworkStream client, StrongBox silent)
    {
        var buffer = new byte[65_536];
        while (await server.ReadAsync(buffer) is > 0 and var read && !silent.Value)
        {
            await client.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}
