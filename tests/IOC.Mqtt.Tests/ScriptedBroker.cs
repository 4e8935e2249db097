using System.Net;
using System.Net.Sockets;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>A listener whose connections a test answers by hand: for what a proper server seldom does.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public MqttClient Client(
        MqttVersion version = MqttVersion.V500, int receiveMaximum = 65_535, int aliasesIn = 0, int aliasesOut = 0, ushort keepAlive = 0, TimeProvider? time = null) =>
        new(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = Port,
            ClientId = "c",
            Version = version,
            CleanStart = false,
            SessionExpirySeconds = 60,
            ReceiveMaximum = receiveMaximum,
            TopicAliasMaximum = aliasesIn,
            OutboundTopicAliases = aliasesOut,
            KeepAliveSeconds = keepAlive,
            Reconnect = true,
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(50),
            Time = time ?? TimeProvider.System,
        });

    /// <summary>Takes the next connection, reads its CONNECT and answers it.</summary>
    public async Task<RawClient> AcceptAsync(bool sessionPresent = false, MqttProperties? properties = null, MqttVersion version = MqttVersion.V500)
    {
        var tcp = await _listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(20));
        var peer = new RawClient(tcp.GetStream(), tcp);
        Assert.Equal(0x10, (await peer.ReadAsync())![0]);
        await peer.SendAsync(w => new MqttConnAck { SessionPresent = sessionPresent, Properties = properties }.Encode(w, version));
        return peer;
    }

    public void Dispose() => _listener.Dispose();
}
