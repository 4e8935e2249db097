using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Reason strings (5.0): English, for whoever debugs a device; a client must not parse them.</summary>
internal static class ReasonTexts
{
    /// <summary>What the first refused filter of a SUBSCRIBE or UNSUBSCRIBE is refused for; null when none is.</summary>
    public static string? OfFirstFailure(List<MqttReasonCode> reasons)
    {
        var index = reasons.FindIndex(r => (int)r >= 0x80);
        return index < 0 ? null : FormattableString.Invariant($"Filter {index + 1}: {Of(reasons[index])}");
    }

    /// <summary>A sentence for a failure; null for those that say all by themselves.</summary>
    public static string? Of(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.ServerShuttingDown => "The server stops or restarts; connect again.",
        MqttReasonCode.ServerUnavailable => "The server cannot admit clients now; try again later.",
        MqttReasonCode.ServerBusy => "The server has as many connections as it is set up for.",
        MqttReasonCode.KeepAliveTimeout => "Nothing came, or nothing was read, for one and a half times the keep-alive.",
        MqttReasonCode.SessionTakenOver => "Another connection with this client identifier has taken the session over.",
        MqttReasonCode.QuotaExceeded => "A limit of this server or of this client is reached.",
        MqttReasonCode.NotAuthorized => "The client is not allowed to do this.",
        MqttReasonCode.BadUserNameOrPassword => "The user name or the password is wrong.",
        MqttReasonCode.BadAuthenticationMethod => "The authentication method is not known here.",
        MqttReasonCode.ClientIdentifierNotValid => "The client identifier is not accepted: it is too long, or missing where it is needed.",
        MqttReasonCode.TopicFilterInvalid => "The filter is not valid, or is longer or deeper than this server accepts.",
        MqttReasonCode.TopicNameInvalid => "The topic is not valid, or is longer or deeper than this server accepts.",
        MqttReasonCode.ImplementationSpecificError => "The server failed to process this; its log says why.",
        _ => null,
    };
}
