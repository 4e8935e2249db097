using System.Globalization;
using IOC.Alerts;
using IOC.Host.Planning;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>The figures as a list: each with its name and what the standards recommend.</summary>
internal static class FigureSheet
{
    private static readonly LocalText Source = new(
        "ISA-18.2-2016 và IEC 62682 (mục 16), EEMUA 191; nên đánh giá trên ít nhất 30 ngày", "ISA-18.2-2016 and IEC 62682 (clause 16), EEMUA 191; to be judged over at least 30 days");

    private const long TenMinutesMs = FigureCounter.IntervalMs;
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const int MaxFloods = 200;

    /// <summary>The sheet.</summary>
    /// <param name="f">The figures.</param>
    /// <param name="names">Names of what alerts are about.</param>
    /// <param name="staffed">Share of the time in which operators were recorded on shift; null when it is reckoned for a fixed number.</param>
    public static FiguresDto Of(AlertFigures f, SubjectNames names, double? staffed)
    {
        var bucket = f.ToMs - f.FromMs <= 2 * DayMs ? TenMinutesMs : f.ToMs - f.FromMs <= 21 * DayMs ? HourMs : DayMs;
        return new FiguresDto(
            f.FromMs, f.ToMs, f.Operators, staffed, Source,
            [.. Rates(f), .. Nuisance(f), .. Times(f), .. Priorities(f), .. Held(f.Held)],
            [
                .. f.BadActors.Select(b => new BadActorDto(
                    SubjectName(b.Subject.Kind), b.Subject.Id, names.Of(b.Subject), b.Subject.District, b.Subject.Domain, b.RuleId, b.Annunciated, b.Share, b.Title)),
            ],
            bucket, Course(f, bucket), [.. f.FloodPeriods.TakeLast(MaxFloods).Select(p => new FloodPeriodDto(p.FromMs, p.ToMs, p.Annunciated, p.Peak))],
            [.. f.Places.Select(p => new PlaceFiguresDto(p.District, p.Domain, p.Priorities[0], p.Priorities[1], p.Priorities[2], p.Priorities[3], p.Priorities.Sum(), p.Share))],
            [
                .. f.Nuisances.Select(n => new NuisanceDto(
                    SubjectName(n.Subject.Kind), n.Subject.Id, names.Of(n.Subject), n.Subject.District, n.Subject.Domain, n.RuleId, n.Title, n.Chattered, n.ThriceInAMinute, n.Fleeting)),
            ],
            [
                .. f.StaleAlerts.Select(a => new StaleAlertDto(
                    a.AlertId, SubjectName(a.Subject.Kind), a.Subject.Id, names.Of(a.Subject), a.Subject.District, a.Subject.Domain, a.RuleId, a.Title, (int)a.Severity, a.SinceMs, a.UntilMs, a.Acknowledged)),
            ]);
    }

    /// <summary>The same as rows of comma-separated values; the bad actors after the figures.</summary>
    public static byte[] Csv(FiguresDto sheet)
    {
        var csv = new CsvText();
        csv.Add(CsvText.ByteOrderMark + "figure").Add("name_vi").Add("name_en").Add("value").Add("unit").Add("target").Add("met").EndRow();
        foreach (var f in sheet.Figures)
        {
            csv.Add(f.Id).Add(f.Name.Vi).Add(f.Name.En).Add(f.Value).Add(f.Unit).Add(f.Target?.Limit)
                .Add(f.Target?.Met is { } met ? met ? "true" : "false" : null).EndRow();
        }

        foreach (var (b, n) in sheet.BadActors.Select((b, i) => (b, i + 1)))
        {
            var what = $"{b.District}/{b.Domain ?? "*"}/{b.Subject} {b.RuleId}";
            csv.Add(string.Create(CultureInfo.InvariantCulture, $"bad_actor_{n}")).Add(what).Add(what).Add((double)b.Annunciated).Add("1").Add((double?)null).Add((string?)null).EndRow();
        }

        return csv.Take();
    }

    private static List<FigureStepDto> Course(AlertFigures f, long bucketMs)
    {
        var (per, steps) = ((int)(bucketMs / TenMinutesMs), new List<FigureStepDto>());
        for (var first = 0; first < f.PerOperator.Count; first += per)
        {
            var end = Math.Min(first + per, f.PerOperator.Count);
            var counts = new int[4];
            var peak = 0.0;
            for (var i = first; i < end; i++)
            {
                peak = Math.Max(peak, f.PerOperator[i]);
                for (var p = 0; p < 4; p++)
                {
                    counts[p] += f.PerInterval[p][i];
                }
            }

            if (peak > 0)
            {
                steps.Add(new FigureStepDto(f.FromMs + (first * TenMinutesMs), counts[0], counts[1], counts[2], counts[3], Math.Round(peak, 2)));
            }
        }

        return steps;
    }

    private static IEnumerable<FigureDto> Rates(AlertFigures f)
    {
        yield return Plain("annunciated", "Số lần báo", "Annunciations", f.Annunciated);
        yield return AtMost("annunciations_per_10min_mean", "Số lần báo trung bình mỗi người trong 10 phút", "Mean annunciations per operator in 10 minutes",
            f.Rates.Mean, FigureTargets.Mean, "khoảng 1 là chấp nhận được, 2 là mức tối đa quản lý nổi", "about 1 is acceptable, 2 the most that can be managed");
        yield return AtMost("annunciations_per_hour_mean", "Số lần báo trung bình mỗi người trong một giờ", "Mean annunciations per operator in an hour",
            f.Rates.Mean * 6, FigureTargets.Mean * 6, "khoảng 6 là chấp nhận được, 12 là mức tối đa quản lý nổi", "about 6 is acceptable, 12 the most that can be managed");
        yield return AtMost("annunciations_per_day_mean", "Số lần báo trung bình mỗi người trong một ngày", "Mean annunciations per operator in a day",
            f.Rates.Mean * 144, FigureTargets.MeanPerDay, "khoảng 150 là chấp nhận được, 300 là mức tối đa quản lý nổi", "about 150 is acceptable, 300 the most that can be managed");
        yield return AtMost("annunciations_per_10min_max", "Số lần báo nhiều nhất mỗi người trong 10 phút", "Most annunciations per operator in 10 minutes",
            f.Rates.Max, FigureTargets.Max, "tối đa 10", "at most 10");
        yield return AtMost("share_of_10min_above_10", "Tỷ lệ các khoảng 10 phút có trên 10 lần báo mỗi người", "Share of the 10-minute intervals with more than 10 per operator",
            f.Rates.ShareAbove10, FigureTargets.ShareAbove10, "dưới khoảng 1 %", "under about 1 %");
        yield return Plain("intervals", "Số khoảng 10 phút", "10-minute intervals", f.Rates.Intervals);
        yield return Plain("intervals_none", "Khoảng không có lần báo nào", "Intervals without any", f.Rates.None);
        yield return Plain("intervals_up_to_2", "Khoảng có đến 2", "Intervals with up to 2", f.Rates.UpTo2);
        yield return Plain("intervals_up_to_5", "Khoảng có trên 2 đến 5", "Intervals with more than 2, up to 5", f.Rates.UpTo5);
        yield return Plain("intervals_up_to_10", "Khoảng có trên 5 đến 10", "Intervals with more than 5, up to 10", f.Rates.UpTo10);
        yield return Plain("intervals_above_10", "Khoảng có trên 10", "Intervals with more than 10", f.Rates.Above10);
        yield return AtMost("flood_share", "Tỷ lệ thời gian bị ngập cảnh báo", "Share of the time in flood",
            f.Floods.Share, FigureTargets.FloodShare, "dưới khoảng 1 %", "under about 1 %");
        yield return Plain("floods", "Số đợt ngập cảnh báo", "Floods", f.Floods.Count);
        yield return Seconds("flood_longest", "Đợt ngập dài nhất", "Longest flood", f.Floods.LongestMs);
    }

    private static IEnumerable<FigureDto> Nuisance(AlertFigures f)
    {
        var stalePerDay = FigureTargets.Stale * Math.Max(1, (f.ToMs - f.FromMs) / 86_400_000.0);
        yield return new FigureDto("stale", new("Cảnh báo tồn đọng trên 24 giờ", "Alerts stale for more than 24 hours"), f.Stale.Count, "1",
            new FigureTargetDto(FigureTargets.Stale, f.Stale.Count < stalePerDay, new("dưới 5 mỗi ngày, có kế hoạch xử lý", "fewer than 5 on any day, with plans to deal with them")));
        yield return Plain("stale_unacknowledged", "Trong đó chưa được xác nhận trong 24 giờ", "Of them not acknowledged within 24 hours", f.Stale.Unacknowledged);
        yield return Plain("stale_at_end", "Trong đó còn tồn đọng ở cuối kỳ", "Of them stale at the end", f.Stale.AtEnd);
        yield return AtMost("chattering", "Cảnh báo chập chờn (hệ thống đánh dấu)", "Chattering alerts (as marked)", f.Chattering, FigureTargets.Chattering, "không có", "none");
        yield return AtMost("chattering_3_in_1min", "Cảnh báo phát từ 3 lần trong 1 phút", "Alerts raised three times or more within a minute",
            f.ThriceInAMinute, FigureTargets.Chattering, "không có", "none");
        yield return AtMost("fleeting", "Cảnh báo thoáng qua (hết trong 1 phút)", "Fleeting alerts (gone within a minute)", f.Fleeting, FigureTargets.Chattering, "không có", "none");
        yield return AtMost("bad_actors_share", "Tỷ trọng của 10 nguồn báo nhiều nhất", "Share of the ten worst",
            f.BadActorsShare, FigureTargets.BadActorsShare, "tối đa 5 %, tốt nhất dưới 1 %", "at most 5 %, better under 1 %");
    }

    private static IEnumerable<FigureDto> Times(AlertFigures f)
    {
        yield return Seconds("time_to_acknowledge_median", "Thời gian xác nhận, trung vị", "Time to acknowledge, median", f.TimeToAcknowledge.MedianMs);
        yield return Seconds("time_to_acknowledge_p90", "Thời gian xác nhận, 90 %", "Time to acknowledge, 90 %", f.TimeToAcknowledge.P90Ms);
        foreach (var (times, n) in f.TimeToAcknowledgeByPriority.Select((t, i) => (t, i + 1)))
        {
            yield return Plain($"acknowledged_p{n}", $"Số lần xác nhận P{n}", $"Acknowledgements of P{n}", times.Count);
            yield return Seconds($"time_to_acknowledge_p{n}_median", $"Thời gian xác nhận P{n}, trung vị", $"Time to acknowledge P{n}, median", times.MedianMs);
            yield return Seconds($"time_to_acknowledge_p{n}_p90", $"Thời gian xác nhận P{n}, 90 %", $"Time to acknowledge P{n}, 90 %", times.P90Ms);
        }

        yield return Plain("unacknowledged", "Chưa được xác nhận đến cuối kỳ", "Not acknowledged by the end", f.Unacknowledged);
        yield return Plain("closed", "Cảnh báo đã đóng", "Alerts closed", f.TimeToClose.Count);
        yield return Seconds("time_to_close_median", "Thời gian đến khi đóng, trung vị", "Time to close, median", f.TimeToClose.MedianMs);
        yield return Seconds("time_to_close_p90", "Thời gian đến khi đóng, 90 %", "Time to close, 90 %", f.TimeToClose.P90Ms);
    }

    private static IEnumerable<FigureDto> Priorities(AlertFigures f)
    {
        foreach (var p in f.Priorities)
        {
            var (limit, n) = (FigureTargets.ShareOf(p.Priority), (int)p.Priority);
            yield return Plain($"annunciated_p{n}", $"Số lần báo P{n}", $"Annunciations of P{n}", p.Annunciated);

            // The lowest should be the bulk, the others no more than their part.
            bool? met = f.Annunciated == 0 ? null : p.Priority == Severity.P4 ? p.Share >= limit : p.Share <= limit;
            var percent = (limit * 100).ToString("0", CultureInfo.InvariantCulture);
            var text = p.Priority == Severity.P4 ? new LocalText($"khoảng {percent} %", $"about {percent} %") : new LocalText($"tối đa khoảng {percent} %", $"at most about {percent} %");
            yield return new FigureDto(
                $"share_p{n}", new($"Tỷ lệ P{n}", $"Share of P{n}"), f.Annunciated == 0 ? null : p.Share, "1", new FigureTargetDto(limit, met, text));
        }
    }

    private static IEnumerable<FigureDto> Held(HoldFigures h)
    {
        yield return Plain("shelved", "Số lần tạm gác", "Times shelved", h.Shelved);
        yield return Plain("suppressed", "Số lần được ẩn theo thiết kế", "Times suppressed by design", h.Suppressed);
        yield return Plain("out_of_service", "Số lần ngừng theo dõi", "Times out of service", h.OutOfService);
        yield return Plain("shelved_at_end", "Đang tạm gác ở cuối kỳ", "Shelved at the end", h.ShelvedAtEnd);
        yield return Plain("suppressed_at_end", "Đang được ẩn ở cuối kỳ", "Suppressed at the end", h.SuppressedAtEnd);
        yield return Plain("out_of_service_at_end", "Đang ngừng theo dõi ở cuối kỳ", "Out of service at the end", h.OutOfServiceAtEnd);
    }

    private static FigureDto Plain(string id, string vi, string en, double value) => new(id, new(vi, en), value, "1", null);

    private static FigureDto Seconds(string id, string vi, string en, long? ms) => new(id, new(vi, en), ms / 1000.0, "s", null);

    private static FigureDto AtMost(string id, string vi, string en, double value, double limit, string targetVi, string targetEn) =>
        new(id, new(vi, en), value, "1", new FigureTargetDto(limit, value <= limit, new(targetVi, targetEn)));

    internal static string SubjectName(SubjectKind kind) => kind switch
    {
        SubjectKind.Sensor => "sensor",
        SubjectKind.Asset => "asset",
        _ => "district",
    };
}
