using System.Collections.Frozen;
using IOC.Telemetry;

namespace IOC.Ingest;

/// <summary>Why a payload, or part of one, was refused. Its snake_case name (<see cref="RefusalReasons.Name"/>) is the
/// metric label, the API's problem type and what the dead letter stores.</summary>
public enum RefusalReason
{
    /// <summary>Not the JSON that the payload contract asks for.</summary>
    MalformedPayload,

    /// <summary>A value's key is no property of the catalogue.</summary>
    UnknownProperty,

    /// <summary>A value is no number (text, boolean, object, array).</summary>
    WrongType,

    /// <summary>A value is null, NaN, an infinity, or too large for a double.</summary>
    NotFinite,

    /// <summary>The unit given is not the property's UCUM code.</summary>
    WrongUnit,

    /// <summary>Measured further in the future than the setting allows.</summary>
    ClockAhead,

    /// <summary>The time cannot be read, has no offset, or lies before 2000-01-01.</summary>
    TimeInvalid,

    /// <summary>The topic is none of those in the contract.</summary>
    UnknownTopic,

    /// <summary>Another broker's topic: the bridge's routes lead it to no topic of ours.</summary>
    Unmapped,

    /// <summary>The sensor is known under another district or domain.</summary>
    TopicMismatch,

    /// <summary>More bytes than the setting allows.</summary>
    TooLarge,

    /// <summary>As many unregistered sensors as the setting allows are known already.</summary>
    TooManyUnregistered,

    /// <summary>More values in one payload than the setting allows.</summary>
    TooManyValues,

    /// <summary>Well formed, but without any value.</summary>
    Empty,

    /// <summary>The payload names a sensor that is not registered, or none where the topic names none either.</summary>
    UnknownSensor,

    /// <summary>The content type names a format that is not read, or the payload needs an extension that is not known.</summary>
    UnsupportedFormat,

    /// <summary>Sparkplug: what the message refers to was to be told by a birth certificate that has not come.</summary>
    AwaitingBirth,

    /// <summary>Sparkplug: as many edge nodes as the setting allows are known already.</summary>
    TooManyNodes,

    /// <summary>Stored in the log, but the time-series server will never take it.</summary>
    StoreRefused,
}

/// <summary>Names and texts of the refusal reasons.</summary>
public static class RefusalReasons
{
    private static readonly string[] Names =
    [
        "malformed_payload", "unknown_property", "wrong_type", "not_finite", "wrong_unit", "clock_ahead", "time_invalid",
        "unknown_topic", "unmapped", "topic_mismatch", "too_large", "too_many_unregistered", "too_many_values", "empty",
        "unknown_sensor", "unsupported_format", "awaiting_birth", "too_many_nodes", "store_refused",
    ];

    private static readonly LocalText[] Texts =
    [
        new("Dữ liệu gửi lên sai định dạng", "Malformed payload"),
        new("Thông số không có trong danh mục", "Unknown property"),
        new("Giá trị không phải là số", "The value is not a number"),
        new("Giá trị rỗng hoặc không hữu hạn", "The value is null or not finite"),
        new("Đơn vị đo không đúng", "Wrong unit"),
        new("Đồng hồ thiết bị chạy nhanh so với hệ thống", "The device's clock is ahead"),
        new("Thời điểm đo không hợp lệ", "Invalid time of measurement"),
        new("Chủ đề không thuộc quy ước", "Unknown topic"),
        new("Cầu nối không có tuyến cho chủ đề này", "The bridge has no route for this topic"),
        new("Cảm biến gửi sai quận/huyện hoặc lĩnh vực", "The sensor reports under another district or domain"),
        new("Bản tin quá lớn", "The payload is too large"),
        new("Quá nhiều cảm biến chưa đăng ký", "Too many unregistered sensors"),
        new("Bản tin có quá nhiều giá trị", "Too many values in one payload"),
        new("Bản tin không có giá trị nào", "The payload holds no value"),
        new("Bản tin nêu cảm biến chưa đăng ký", "The payload names a sensor that is not registered"),
        new("Định dạng bản tin không được hỗ trợ", "Unsupported payload format"),
        new("Chưa nhận được bản tin khai sinh Sparkplug", "No Sparkplug birth certificate has come yet"),
        new("Quá nhiều nút Sparkplug", "Too many Sparkplug edge nodes"),
        new("Máy chủ dữ liệu lịch sử không nhận số liệu này", "The history server does not take the reading"),
    ];

    private static readonly FrozenDictionary<string, RefusalReason> ByName =
        Enum.GetValues<RefusalReason>().ToFrozenDictionary(r => Names[(int)r], StringComparer.Ordinal);

    /// <summary>Number of reasons; their values are 0 to this less one.</summary>
    public static int Count => Names.Length;

    /// <summary>The snake_case name.</summary>
    public static string Name(RefusalReason reason) => Names[(int)reason];

    /// <summary>The reason in words, for people.</summary>
    public static LocalText Text(RefusalReason reason) => Texts[(int)reason];

    /// <summary>Finds a reason by its snake_case name.</summary>
    public static bool TryParse(string name, out RefusalReason reason) => ByName.TryGetValue(name, out reason);
}
