using System.Text.Json.Serialization;
using IOC.Mqtt.Wire;
using IOC.Telemetry;

namespace IOC.Host.Bridges;

/// <summary>How a bridge is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BridgeState>))]
public enum BridgeState
{
    /// <summary>Switched off by its settings.</summary>
    Disabled,

    /// <summary>Looking for the broker, or waiting before the next attempt.</summary>
    Connecting,

    /// <summary>Connected and subscribed to everything.</summary>
    Connected,

    /// <summary>Connected, but the broker has refused a subscription, or what comes cannot be stored at the moment.</summary>
    Impaired,
}

/// <summary>What a bridge has done since the start.</summary>
/// <param name="Received">Messages received.</param>
/// <param name="Stored">Messages whose readings are on disk.</param>
/// <param name="Refused">Messages kept as dead letters, those without a route not counted.</param>
/// <param name="Unmapped">Messages without a route, kept as dead letters.</param>
/// <param name="Ignored">Messages that are not to be stored: retained ones that the settings leave out, and empty ones.</param>
/// <param name="StoreRetries">Attempts to store that failed; the message stays unacknowledged and is tried again.</param>
/// <param name="Waiting">Messages that wait for the disk.</param>
/// <param name="Redelivered">Messages that the broker delivered again while the first delivery was still in work.</param>
/// <param name="Connections">Connections made.</param>
/// <param name="FailedConnects">Connections tried in vain.</param>
/// <param name="LostSessions">Connections to a broker that had lost the bridge's session: what it had queued is gone.</param>
public sealed record BridgeCounts(
    long Received, long Stored, long Refused, long Unmapped, long Ignored, long StoreRetries, int Waiting, long Redelivered, long Connections,
    long FailedConnects, long LostSessions);

/// <summary>What went wrong last.</summary>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Code">snake_case name.</param>
/// <param name="Text">In words.</param>
/// <param name="Detail">Technical detail, English.</param>
public sealed record BridgeProblem(long At, string Code, LocalText Text, string Detail);

/// <summary>A bridge to another broker.</summary>
/// <param name="Name">Name.</param>
/// <param name="Address">HOST:PORT of the broker.</param>
/// <param name="State">How it is doing.</param>
/// <param name="StateText">The state in words.</param>
/// <param name="Since">Since when, Unix milliseconds.</param>
/// <param name="Encrypted">Whether the connection uses TLS.</param>
/// <param name="Subscriptions">What it subscribes to, and the broker's answer.</param>
/// <param name="Counts">What it has done since the start.</param>
/// <param name="LastProblem">What went wrong last; null when nothing has.</param>
public sealed record BridgeStatus(
    string Name, string Address, BridgeState State, LocalText StateText, long Since, bool Encrypted, IReadOnlyList<BridgeSubscriptionStatus> Subscriptions,
    BridgeCounts Counts, BridgeProblem? LastProblem);

/// <summary>A subscription of a bridge.</summary>
/// <param name="Filter">Filter, with its share.</param>
/// <param name="Answer">The broker's reason code by name, such as GrantedQos1; null before it has answered.</param>
public sealed record BridgeSubscriptionStatus(string Filter, string? Answer);

/// <summary>Texts that people read about bridges.</summary>
internal static class BridgeTexts
{
    public static LocalText Of(BridgeState state) => state switch
    {
        BridgeState.Disabled => new("Đã tắt", "Switched off"),
        BridgeState.Connecting => new("Đang kết nối", "Connecting"),
        BridgeState.Connected => new("Đã kết nối", "Connected"),
        _ => new("Có trục trặc", "Impaired"),
    };

    /// <summary>Why a connection failed, for people.</summary>
    public static LocalText Of(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.BadUserNameOrPassword => new("Máy chủ MQTT không chấp nhận tên đăng nhập hoặc mật khẩu", "The broker does not accept the user name or password"),
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned => new("Máy chủ MQTT không cho phép", "The broker does not allow it"),
        MqttReasonCode.ServerUnavailable => new("Không kết nối được tới máy chủ MQTT", "The broker cannot be reached"),
        MqttReasonCode.SessionTakenOver => new("Một kết nối khác dùng cùng mã máy khách", "Another connection uses the same client identifier"),
        MqttReasonCode.ServerShuttingDown => new("Máy chủ MQTT đang dừng", "The broker is shutting down"),
        MqttReasonCode.UnsupportedProtocolVersion => new("Máy chủ MQTT không hỗ trợ phiên bản này", "The broker does not speak this version of MQTT"),
        MqttReasonCode.ServerMoved or MqttReasonCode.UseAnotherServer => new("Máy chủ MQTT đã chuyển sang địa chỉ khác", "The broker has moved to another address"),
        _ => new("Mất kết nối tới máy chủ MQTT", "The connection to the broker was lost"),
    };

    public static LocalText SubscriptionRefused => new("Máy chủ MQTT từ chối đăng ký chủ đề", "The broker refused a subscription");

    public static LocalText NotStored => new("Chưa ghi được vào đĩa; bản tin chưa được xác nhận", "Not stored yet; the messages are not acknowledged");

    public static LocalText SessionLost => new("Máy chủ MQTT đã mất phiên; các bản tin chờ có thể đã mất", "The broker has lost the session; queued messages may be lost");

    /// <summary>The snake_case name of a reason code.</summary>
    public static string Code(MqttReasonCode reason) =>
        string.Concat(reason.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
