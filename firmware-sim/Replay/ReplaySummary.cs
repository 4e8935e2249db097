using System.Globalization;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Replay;

/// <summary>What is told at the end of a replay.</summary>
internal static class ReplaySummary
{
    /// <summary>The summary, a line each.</summary>
    public static IEnumerable<string> Lines(ReplayStatistics s, ReplayEnd end, LocalTimes times, ColumnMap map, TimeSpan took)
    {
        var perSecond = took.TotalSeconds > 0 ? s.Acknowledged / took.TotalSeconds : 0;
        yield return Say(
            $"Rows {N(s.Rows)}, messages {N(s.Messages)}, values {N(s.Values)}, acknowledged {N(s.Acknowledged)}, refused {N(s.Refused)}, not acknowledged {N(s.Lost + s.Outstanding)}",
            $"Dòng {N(s.Rows)}, bản tin {N(s.Messages)}, giá trị {N(s.Values)}, đã xác nhận {N(s.Acknowledged)}, bị từ chối {N(s.Refused)}, chưa xác nhận {N(s.Lost + s.Outstanding)}");
        yield return Say(
            $"Took {took.TotalSeconds:F1} s, {perSecond:F0} messages/s; empty fields {N(s.Missing)}",
            $"Mất {took.TotalSeconds:F1} giây, {perSecond:F0} bản tin/giây; ô trống {N(s.Missing)}");
        foreach (var line in Oddities(s, times, map))
        {
            yield return line;
        }

        if (End(end) is { } sentence)
        {
            yield return sentence;
        }
    }

    private static IEnumerable<string> Oddities(ReplayStatistics s, LocalTimes times, ColumnMap map)
    {
        if (s.NotNumbers > 0)
        {
            var examples = string.Join(", ", s.Examples.Select(e => Say($"line {e.Line} {e.Column} '{e.Text}'", $"dòng {e.Line} {e.Column} '{e.Text}'")));
            yield return Say($"Not numbers, not sent: {N(s.NotNumbers)} ({examples})", $"Không phải số, không gửi: {N(s.NotNumbers)} ({examples})");
        }

        if (s.BadTimes > 0)
        {
            yield return Say(
                $"Rows whose timestamp cannot be read, not sent: {N(s.BadTimes)} (first at line {s.FirstBadTime})",
                $"Dòng có thời gian không đọc được, không gửi: {N(s.BadTimes)} (đầu tiên ở dòng {s.FirstBadTime})");
        }

        if (times.InGap > 0)
        {
            yield return Say(
                $"Times that no clock showed (clocks put forward), taken as if they had not been: {N(times.InGap)}",
                $"Thời điểm không tồn tại (đồng hồ vặn tới), coi như chưa vặn: {N(times.InGap)}");
        }

        if (times.InOverlap > 0)
        {
            yield return Say(
                $"Times that came twice (clocks put back), first pass taken for summer time: {N(times.InOverlap)}",
                $"Thời điểm xảy ra hai lần (đồng hồ vặn lùi), lần đầu coi là giờ mùa hè: {N(times.InOverlap)}");
        }

        if (map.Unused.Count > 0)
        {
            var columns = string.Join(", ", map.Unused.Take(20)) + (map.Unused.Count > 20 ? ", ..." : "");
            yield return Say($"Columns not sent: {columns}", $"Cột không gửi: {columns}");
        }
    }

    private static string? End(ReplayEnd end) => end switch
    {
        ReplayEnd.Interrupted => Say("Stopped before the end of the file.", "Đã dừng trước khi hết tệp."),
        ReplayEnd.Stalled => Say("Gave up: no acknowledgement came for too long.", "Bỏ cuộc: quá lâu không nhận được xác nhận."),
        ReplayEnd.NoConnection => Say("The broker could not be reached.", "Không kết nối được máy chủ MQTT."),
        _ => null,
    };

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
