using System.Globalization;
using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Shifts;

/// <summary>What the log says by itself of alerts, commands and the host.</summary>
internal sealed class ShiftWords(SubjectNames names, TimeZoneInfo zone)
{
    /// <summary>A P1 or P2 alert was raised.</summary>
    public ShiftEntry Raised(LiveAlert a, long nowMs) => Of(a, nowMs, a.ReceivedAt, $"alert/{a.Id}/raised") with
    {
        Text = new LocalText($"Cảnh báo P{a.Severity}: {a.Title.Vi} – {Place(a).Vi}", $"P{a.Severity} alert: {a.Title.En} – {Place(a).En}"),
    };

    /// <summary>A P1 or P2 alert was acknowledged.</summary>
    public ShiftEntry Acknowledged(LiveAlert a, long nowMs) => Of(a, nowMs, a.AcknowledgedAt!.Value, AcknowledgedSource(a)) with
    {
        Operator = a.AcknowledgedBy,
        Text = new LocalText(
            $"{a.AcknowledgedBy} xác nhận cảnh báo P{a.Severity}: {a.Title.Vi} – {Place(a).Vi}", $"{a.AcknowledgedBy} acknowledged the P{a.Severity} alert: {a.Title.En} – {Place(a).En}"),
    };

    /// <summary>An operator acknowledged several P2 at once.</summary>
    public static ShiftEntry AcknowledgedTogether(string operatorName, IReadOnlyList<LiveAlert> alerts, long nowMs) => new()
    {
        AtMs = nowMs,
        AboutMs = alerts.Max(a => a.AcknowledgedAt!.Value),
        Category = ShiftCategory.Alert,
        Operator = operatorName,
        Severity = Severity.P2,
        Source = AcknowledgedSource(alerts[0]),
        Text = new LocalText($"{operatorName} xác nhận {alerts.Count} cảnh báo P2 cùng lúc", $"{operatorName} acknowledged {alerts.Count} P2 alerts at once"),
    };

    /// <summary>Where an entry about an acknowledgement comes from.</summary>
    public static string AcknowledgedSource(LiveAlert a) => string.Create(CultureInfo.InvariantCulture, $"alert/{a.Id}/acknowledged/{a.AcknowledgedAt}");

    /// <summary>Commands of one wish: to one device, or to a group.</summary>
    public ShiftEntry Commanded(IReadOnlyList<LiveCommand> commands, long nowMs)
    {
        var first = commands[0];
        var (target, wish) = (Targets(commands), Wish(first));
        return OfCommand(first, nowMs, first.CreatedAt, $"command/{first.Group ?? first.Id}") with
        {
            Operator = first.Operator,
            Text = new LocalText($"{first.Operator} điều khiển {target.Vi}: {wish.Vi}", $"{first.Operator} commanded {target.En}: {wish.En}"),
        };
    }

    /// <summary>Commands that were not carried out.</summary>
    public ShiftEntry NotDone(IReadOnlyList<LiveCommand> commands, long nowMs)
    {
        var first = commands[0];
        var (target, wish) = (Targets(commands), Wish(first));
        var why = first.State switch
        {
            "rejected" => new LocalText("thiết bị từ chối", "refused by the device"),
            "timed_out" => new LocalText("thiết bị không trả lời", "no answer from the device"),
            "expired" => new LocalText("không gửi được trong thời hạn", "could not be sent in time"),
            _ => new LocalText("thiết bị báo lỗi", "the device failed"),
        };
        return OfCommand(first, nowMs, first.FinishedAt ?? nowMs, $"command/{first.Id}/{first.State}") with
        {
            Text = new LocalText($"Lệnh không thực hiện được: {target.Vi}, {wish.Vi} ({why.Vi})", $"A command was not carried out: {target.En}, {wish.En} ({why.En})"),
        };
    }

    /// <summary>The beginning of a flood.</summary>
    public static ShiftEntry FloodBegan(LiveFlood flood, long nowMs) => new()
    {
        AtMs = nowMs,
        AboutMs = flood.Since!.Value,
        Category = ShiftCategory.Flood,
        Source = string.Create(CultureInfo.InvariantCulture, $"flood/{flood.Since}"),
        Text = new LocalText(
            $"Bắt đầu ngập cảnh báo: {flood.Rate:0} cảnh báo mỗi người trong 10 phút, {flood.Operators} người trực", $"A flood of alerts began: {flood.Rate:0} for each operator in 10 minutes, {flood.Operators} on shift"),
    };

    /// <summary>The end of a flood.</summary>
    public ShiftEntry FloodEnded(long sinceMs, int unlisted, long nowMs) => new()
    {
        AtMs = nowMs,
        AboutMs = nowMs,
        Category = ShiftCategory.Flood,
        Source = string.Create(CultureInfo.InvariantCulture, $"flood/{sinceMs}/end"),
        Text = new LocalText(
            $"Hết ngập cảnh báo (từ {Clock(sinceMs)}){(unlisted > 0 ? $"; {unlisted} cảnh báo P1, P2 trong đợt này không ghi riêng" : "")}",
            $"The flood of alerts is over (since {Clock(sinceMs)}){(unlisted > 0 ? $"; {unlisted} P1 and P2 alerts in it are not listed one by one" : "")}"),
    };

    /// <summary>Something about the host.</summary>
    public static ShiftEntry System(string source, long aboutMs, long nowMs, string vi, string en, string? operatorName = null) => new()
    {
        AtMs = nowMs,
        AboutMs = aboutMs,
        Category = ShiftCategory.System,
        Operator = operatorName,
        Source = source,
        Text = new LocalText(vi, en),
    };

    /// <summary>A time on the city's wall: 22/11 14:03.</summary>
    public string Clock(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("dd/MM HH:mm", CultureInfo.InvariantCulture);

    private static ShiftEntry Of(LiveAlert a, long nowMs, long aboutMs, string source) => new()
    {
        AtMs = nowMs,
        AboutMs = aboutMs,
        Category = ShiftCategory.Alert,
        Severity = (Severity)a.Severity,
        AlertId = a.Id,
        District = a.District,
        Domain = a.Domain,
        Source = source,
        Text = a.Title,
    };

    private static ShiftEntry OfCommand(LiveCommand c, long nowMs, long aboutMs, string source) => new()
    {
        AtMs = nowMs,
        AboutMs = aboutMs,
        Category = ShiftCategory.Command,
        District = c.District,
        Source = source,
        Text = new LocalText(c.Name, c.Name),
    };

    private static LocalText Wish(LiveCommand c) => c.Name switch
    {
        "switch" => c.On == true ? new("bật", "on") : new("tắt", "off"),
        "dim" => new($"mức sáng {c.Level} %", $"dimmed to {c.Level} %"),
        "auto" => new("tự động", "automatic"),
        _ => new(c.Name, c.Name),
    };

    private LocalText Targets(IReadOnlyList<LiveCommand> commands)
    {
        var first = commands[0];
        var district = names.District(first.District);
        if (commands.Count > 1)
        {
            return new LocalText($"{commands.Count} thiết bị, {district.Vi}", $"{commands.Count} devices, {district.En}");
        }

        var sensor = names.Sensor(first.Sensor);
        return new LocalText($"{sensor.Vi}, {district.Vi}", $"{sensor.En}, {district.En}");
    }

    private LocalText Place(LiveAlert a)
    {
        var district = names.District(a.District);
        var subject = a.Sensor is { } sensor ? names.Sensor(sensor) : a.Asset is { } asset ? names.Asset(asset) : null;
        return subject is null ? district : new LocalText($"{subject.Vi}, {district.Vi}", $"{subject.En}, {district.En}");
    }
}
