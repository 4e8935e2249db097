using System.Buffers;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Wills as a store keeps them: in the packet that brought them.</summary>
internal static class StoredWills
{
    public static StoredWill Encode(MqttClientContext client, MqttWill will, long dueAtUnixMs)
    {
        var packet = new ArrayBufferWriter<byte>();
        new MqttConnect { Version = client.Version, ClientId = client.ClientId, CleanStart = true, UserName = client.UserName, Will = will }.Encode(packet);
        return new StoredWill(client.ClientId, client.Principal, packet.WrittenSpan.ToArray(), dueAtUnixMs);
    }

    /// <summary>Null when the packet is none.</summary>
    public static (MqttClientContext Client, MqttWill Will)? Decode(StoredWill stored)
    {
        var reader = new MqttFrameReader(new ReadOnlySequence<byte>(stored.Connect), new MqttScratch(), stored.Connect.Length);
        if (reader.Read(out var frame) != DecodeStatus.Complete || !MqttConnect.TryDecode(frame, out var connect, out _) || connect!.Will is not { } will)
        {
            return null;
        }

        return (new MqttClientContext("", connect, stored.ClientId, remoteEndPoint: null) { Principal = stored.Principal }, will);
    }
}
