using Google.Protobuf;
using IOC.Ingest.Sparkplug.Wire;

namespace IOC.Ingest.Sparkplug;

/// <summary>Reads payloads, and makes those that a host application sends.</summary>
public static class SparkplugMessages
{
    private const int MetricsField = 2;

    private static readonly MessageParser<Payload> Parser = Payload.Parser.WithDiscardUnknownFields(true);

    /// <summary>Topic under which a node is asked for its births.</summary>
    public static string CommandTopic(string group, string node) => $"spBv1.0/{group}/NCMD/{node}";

    /// <summary>The command "Node Control/Rebirth".</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public static byte[] Rebirth(long nowMs) => new Payload
    {
        Timestamp = (ulong)nowMs,
        Metrics = { new Metric { Name = "Node Control/Rebirth", Timestamp = (ulong)nowMs, Datatype = 11, BooleanValue = true } },
    }.ToByteArray();

    /// <summary>Topic under which a host application tells that it is there.</summary>
    public static string StateTopic(string hostId) => $"spBv1.0/STATE/{hostId}";

    /// <summary>The host application's birth or death (Sparkplug 3.0, 6.4.28 and 6.4.29), retained at QoS 1.</summary>
    /// <param name="online">Whether it is there.</param>
    /// <param name="nowMs">Time of its session's begin, Unix milliseconds; the same in birth and death.</param>
    public static byte[] State(bool online, long nowMs) =>
        System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"online\":{(online ? "true" : "false")},\"timestamp\":{nowMs}}}"));

    /// <summary>Reads a payload. Its metrics are counted before any is made, so that a hostile payload costs no more memory than
    /// the limit allows.</summary>
    internal static Payload? TryParse(ReadOnlySpan<byte> bytes, int maxMetrics, out RefusalReason reason)
    {
        reason = RefusalReason.MalformedPayload;
        var metrics = CountMetrics(bytes);
        if (metrics > maxMetrics)
        {
            reason = RefusalReason.TooManyValues;
            return null;
        }

        if (metrics < 0)
        {
            return null;
        }

        try
        {
            return Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Walks over the top level; -1 when it is not well formed.</summary>
    private static int CountMetrics(ReadOnlySpan<byte> bytes)
    {
        var metrics = 0;
        while (!bytes.IsEmpty)
        {
            if (!TryVarint(ref bytes, out var tag))
            {
                return -1;
            }

            ulong skip;
            switch (tag & 7)
            {
                case 0:
                    if (!TryVarint(ref bytes, out _))
                    {
                        return -1;
                    }

                    continue;
                case 1:
                    skip = 8;
                    break;
                case 2 when TryVarint(ref bytes, out skip):
                    metrics += tag >> 3 == MetricsField ? 1 : 0;
                    break;
                case 5:
                    skip = 4;
                    break;
                default:
                    return -1;
            }

            if (skip > (ulong)bytes.Length)
            {
                return -1;
            }

            bytes = bytes[(int)skip..];
        }

        return metrics;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            number |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
