using IOC.Commands;
using IOC.Host.Commands;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;
using IOC.Mqtt.Wire;

namespace IOC.Host;

/// <summary>Hands what clients publish to ingest, and ingest's answer back: the PUBACK waits until it is on disk.</summary>
internal sealed class MqttIngestSink(IngestPipeline ingest, CommandDesk commands, TimeProvider time, IReadingLog log) : IMqttPublishSink
{
    public MqttReasonCode ReasonOf(Exception failure) =>
        failure is LogCommitException { IsFull: true } ? MqttReasonCode.QuotaExceeded : MqttReasonCode.ImplementationSpecificError;

    public PublishVerdict OnPublish(MqttClientContext client, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttPublishFlags flags)
    {
        if (log.Health.IsFull && !ingest.IsOnlyRouted(topic, payload))
        {
            // The log's own ticks find out when there is room again.
            return PublishVerdict.Refused(MqttReasonCode.QuotaExceeded);
        }

        var verdict = ingest.Accept(topic, payload, time.GetUtcNow().ToUnixTimeMilliseconds(), client.ClientId, flags.ContentType);
        return verdict.Outcome switch
        {
            IngestOutcome.PassThrough => CommandMessage.IsAckTopic(topic) && !payload.IsEmpty ? Answer(client, topic, payload) : PublishVerdict.Accepted,
            IngestOutcome.Accepted => new PublishVerdict { Durable = verdict.Durable, BackPressure = verdict.BackPressure, Forward = true },
            _ => Refuse(verdict, IsOthersToo(topic, verdict.Reason!.Value)),
        };
    }

    private static PublishVerdict Refuse(in IngestVerdict verdict, bool isOthersToo) => new()
    {
        Reason = isOthersToo ? MqttReasonCode.Success : ReasonOf(verdict.Reason!.Value),
        Durable = verdict.Durable,
        BackPressure = verdict.BackPressure,
        Forward = isOthersToo,
    };

    /// <summary>Whether a dead letter is still an ordinary message of a broker: under a topic outside the contract, or of Sparkplug, whose
    /// edge nodes may be other applications' too: those need every birth, of sensors and properties that are unknown here as well.</summary>
    private static bool IsOthersToo(ReadOnlySpan<byte> topic, RefusalReason reason) =>
        reason == RefusalReason.UnknownTopic
        || (IngestPipeline.IsSparkplug(topic) && reason is not (RefusalReason.MalformedPayload or RefusalReason.TooLarge or RefusalReason.Empty));

    private PublishVerdict Answer(MqttClientContext client, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var taking = commands.Take(topic, payload, client.ClientId);
        return taking.Stored is null ? PublishVerdict.Refused(MqttReasonCode.QuotaExceeded)
            : taking.IsBad ? PublishVerdict.Refused(MqttReasonCode.PayloadFormatInvalid, taking.Stored)
            : PublishVerdict.After(taking.Stored);
    }

    private static MqttReasonCode ReasonOf(RefusalReason reason) => reason switch
    {
        RefusalReason.TopicMismatch => MqttReasonCode.TopicNameInvalid,
        RefusalReason.TooManyUnregistered or RefusalReason.TooManyNodes => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.PayloadFormatInvalid,
    };
}
