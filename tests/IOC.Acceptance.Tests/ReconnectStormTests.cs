using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>A base station fails and thousands of devices with credentials and stored sessions are gone and back at once.</summary>
public sealed class ReconnectStormTests
{
    /// <summary>Half of what a process may have open on many machines; <c>bench mqtt-fleet</c> does 19,000.</summary>
    private const int Devices = 9000;

    private const string User = "gateway-1";

    [Fact]
    public async Task All_devices_are_back_within_a_minute_with_their_sessions()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(
            folder.Combine("data"), "--Ioc:Mqtt:Authentication=Credentials", "--Ioc:Log:Level=Warning");
        using var response = await host.Client.PostAsJsonAsync(new Uri("/api/v1/devices", UriKind.Relative), new { name = User, by = "tester" });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var secret = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("secret").GetString()!;

        var fleet = await ConnectAllAsync(host.MqttPort, secret, present: 0);
        Drop(fleet);

        // The minute is what is promised; a machine without other work needs a few seconds.
        fleet = await ConnectAllAsync(host.MqttPort, secret, present: 1).WaitAsync(TimeSpan.FromMinutes(1));
        foreach (var device in fleet.Where((_, i) => i % 1000 == 0))
        {
            await device.SendAsync((byte[])[0xC0, 0]);
            Assert.Equal([0xD0, 0], await ReceiveAsync(device, 2));
        }

        Drop(fleet);
        Assert.Equal(0, await host.TerminateAsync());
    }

    private static async Task<Socket[]> ConnectAllAsync(int port, string secret, byte present)
    {
        var sockets = new Socket[Devices];
        await Parallel.ForAsync(0, Devices, new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (i, _) =>
            sockets[i] = await ConnectAsync(port, $"device-{i}", secret, present));
        return sockets;
    }

    private static async Task<Socket> ConnectAsync(int port, string clientId, string secret, byte present)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);

        // User name, password, and not a clean session.
        byte[] body = [.. Text("MQTT"), 4, 0xC0, 0, 0, .. Text(clientId), .. Text(User), .. Text(secret)];
        await socket.SendAsync((byte[])[0x10, (byte)body.Length, .. body]);
        var connAck = await ReceiveAsync(socket, 4);
        Assert.Equal([0x20, 2, present, 0], connAck);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var got = 0; got < count;)
        {
            var n = await socket.ReceiveAsync(buffer.AsMemory(got));
            got += n > 0 ? n : throw new IOException("The host closed the connection in place of an answer.");
        }

        return buffer;
    }

    /// <summary>Without a DISCONNECT and with a reset.</summary>
    private static void Drop(Socket[] fleet)
    {
        foreach (var socket in fleet)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
