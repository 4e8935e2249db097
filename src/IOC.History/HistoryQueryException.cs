using System.Globalization;
using IOC.Telemetry;

namespace IOC.History;

/// <summary>Why a question cannot be answered as asked.</summary>
public enum HistoryQueryError
{
    /// <summary>No such time zone.</summary>
    UnknownZone = 0,

    /// <summary>The window is no usable ISO 8601 duration.</summary>
    BadDuration = 1,

    /// <summary>The range holds more windows than one answer may.</summary>
    TooManyWindows = 2,

    /// <summary>The range ends before it begins, or where it begins.</summary>
    EmptyRange = 3,

    /// <summary>The range leaves the years that calendars are computed for.</summary>
    BadRange = 4,

    /// <summary>The page size is out of bounds.</summary>
    BadLimit = 5,

    /// <summary>The cursor was not made by this store.</summary>
    BadCursor = 6,

    /// <summary>The answer would have more windows, over all groups, than one may.</summary>
    TooManyCells = 7,

    /// <summary>More readings would have to be gone through than for one answer.</summary>
    TooCostly = 8,

    /// <summary>The document would have more readings than one that is put together as a whole may.</summary>
    TooManyPoints = 9,
}

/// <summary>A question that cannot be answered as asked; says how to mend it.</summary>
public sealed class HistoryQueryException : Exception
{
    private HistoryQueryException(HistoryQueryError error, string type, LocalText detail)
        : base(detail.En)
    {
        Error = error;
        Type = type;
        Detail = detail;
    }

    /// <summary>Which mistake.</summary>
    public HistoryQueryError Error { get; }

    /// <summary>The mistake as a stable word for APIs and metrics ("unknown_zone").</summary>
    public string Type { get; }

    /// <summary>What is wrong and how to mend it, for people.</summary>
    public LocalText Detail { get; }

    internal static HistoryQueryException UnknownZone(string zone) => new(HistoryQueryError.UnknownZone, "unknown_zone", new(
        $"Không có múi giờ '{zone}'. Hãy dùng tên IANA, ví dụ Asia/Ho_Chi_Minh hoặc UTC.",
        $"There is no time zone '{zone}'. Use an IANA name such as Asia/Ho_Chi_Minh or UTC."));

    internal static HistoryQueryException BadDuration(string text) => new(HistoryQueryError.BadDuration, "bad_duration", new(
        $"'{text}' không phải khoảng thời gian ISO 8601 dùng được. Hãy dùng ví dụ PT1M, PT15M, PT1H, P1D, P1W, P1M, P1Y; năm và tháng không ghép với tuần, ngày hay giờ (P1M15D); chỉ giờ, phút, giây có phần lẻ (PT1.5H); tối thiểu một mili giây, tối đa 1000 năm.",
        $"'{text}' is no usable ISO 8601 duration. Use for example PT1M, PT15M, PT1H, P1D, P1W, P1M, P1Y; years and months cannot be combined with weeks, days or hours (P1M15D); only hours, minutes and seconds have fractions (PT1.5H); at least a millisecond, at most 1000 years."));

    internal static HistoryQueryException TooManyWindows(int most, string window, long longestRangeMs)
    {
        var days = (longestRangeMs / 86_400_000.0).ToString("0.##", CultureInfo.InvariantCulture);
        return new(HistoryQueryError.TooManyWindows, "too_many_windows", new(
            $"Khoảng thời gian này có hơn {most} ô {window}. Hãy hỏi tối đa khoảng {days} ngày mỗi lần, hoặc dùng ô dài hơn.",
            $"The range holds more than {most} windows of {window}. Ask for at most about {days} days at a time, or use a longer window."));
    }

    internal static HistoryQueryException EmptyRange() => new(HistoryQueryError.EmptyRange, "empty_range", new(
        "Thời điểm bắt đầu (from) phải trước thời điểm kết thúc (to).",
        "The start (from) must lie before the end (to)."));

    internal static HistoryQueryException BadRange() => new(HistoryQueryError.BadRange, "bad_range", new(
        "Khoảng thời gian phải nằm trong các năm từ 1900 đến 2199.",
        "The range must lie within the years 1900 to 2199."));

    internal static HistoryQueryException BadLimit(int most) => new(HistoryQueryError.BadLimit, "bad_limit", new(
        $"Số điểm mỗi trang (limit) phải từ 1 đến {most}.",
        $"The page size (limit) must be from 1 to {most}."));

    internal static HistoryQueryException BadCursor() => new(HistoryQueryError.BadCursor, "bad_cursor", new(
        "Con trỏ trang không hợp lệ. Hãy dùng đúng giá trị next của trang trước, hoặc bỏ trống để bắt đầu lại.",
        "The page cursor is not valid. Use the value of next from the page before unchanged, or leave it out to start again."));

    internal static HistoryQueryException TooManyCells(long cells, long most) => new(HistoryQueryError.TooManyCells, "too_many_cells", new(
        $"Câu trả lời sẽ có {cells} ô (số ô thời gian nhân số nhóm), tối đa là {most}. Hãy dùng ô thời gian dài hơn, khoảng ngắn hơn, ít cảm biến hơn, hoặc nhóm theo huyện; phân vị (p50, p95…) cho phép ít ô hơn.",
        $"The answer would have {cells} cells (windows times groups); the most is {most}. Use a longer window, a shorter range or fewer sensors, or group by district; percentiles (p50, p95…) allow fewer cells."));

    internal static HistoryQueryException TooManyPoints(long points, long most) => new(HistoryQueryError.TooManyPoints, "too_many_points", new(
        $"Câu trả lời sẽ có tới {points} điểm (số điểm nhân số chuỗi), tối đa là {most}. Hãy giảm points, hỏi ít cảm biến hơn, hoặc lấy dạng tệp (format=csv hoặc ndjson).",
        $"The answer would have up to {points} readings (points times series); the most is {most}. Ask for fewer points or fewer sensors, or for a file (format=csv or ndjson)."));

    internal static HistoryQueryException TooCostly(long readings, long most) => new(HistoryQueryError.TooCostly, "too_costly", new(
        $"Phải đọc khoảng {readings} số đo, tối đa là {most}. Hãy hỏi khoảng ngắn hơn hoặc ít cảm biến hơn, hoặc bỏ phân vị, độ lệch chuẩn và các phép tính theo thời gian.",
        $"About {readings} readings would have to be gone through; the most is {most}. Ask for a shorter range or fewer sensors, or leave out percentiles, standard deviation and the measures over time."));
}
