using IOC.Alerts;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Shifts;

/// <summary>The shift log and who is on shift: stored first, then told to every page.</summary>
internal sealed class ShiftDesk
{
    private readonly IShiftLog _log;
    private readonly LiveView _live;
    private readonly TimeProvider _time;
    private readonly Lock _telling = new();
    private long _handovers;

    public ShiftDesk(IShiftLog log, LiveView live, TimeProvider time)
    {
        (_log, _live, _time) = (log, live, time);
        Roster = new Roster(log, () => $"du-{Guid.CreateVersion7(time.GetUtcNow()):N}");
        Tell();
    }

    /// <summary>Who is on shift.</summary>
    public Roster Roster { get; }

    /// <summary>Writes entries; those from a known source are left out.</summary>
    public IReadOnlyList<ShiftEntry> Write(IReadOnlyList<ShiftEntry> entries)
    {
        var written = entries.Count == 0 ? [] : _log.Add(entries);
        if (written.Count > 0)
        {
            Tell();
        }

        return written;
    }

    /// <summary>An operator comes on shift; null when they are already.</summary>
    public Duty? Come(string operatorName, DutyChange how)
    {
        if (Roster.Begin(operatorName, NowMs(), how) is not { } duty)
        {
            return null;
        }

        var words = how switch
        {
            DutyChange.Handover => new LocalText($"{operatorName} vào ca, nhận bàn giao", $"{operatorName} came on shift and took over"),
            DutyChange.Presence => new LocalText($"{operatorName} vào ca (trang điều hành đang mở)", $"{operatorName} came on shift (the page is open)"),
            _ => new LocalText($"{operatorName} vào ca", $"{operatorName} came on shift"),
        };
        WriteDuty(duty.Id, "begin", operatorName, duty.FromMs, words);
        return duty;
    }

    /// <summary>An operator goes; null when they are not on shift.</summary>
    /// <param name="operatorName">Who.</param>
    /// <param name="atMs">When, Unix milliseconds; null = now.</param>
    /// <param name="how">How.</param>
    public Duty? Go(string operatorName, long? atMs, DutyChange how)
    {
        if (Roster.End(operatorName, atMs ?? NowMs(), how) is not { } duty)
        {
            return null;
        }

        var words = how switch
        {
            DutyChange.Handover => new LocalText($"{operatorName} hết ca, đã bàn giao", $"{operatorName} went off shift, handed over"),
            DutyChange.Presence => new LocalText($"{operatorName} hết ca (trang điều hành đã đóng)", $"{operatorName} went off shift (the page was closed)"),
            DutyChange.Limit => new LocalText($"Ca trực của {operatorName} tự kết thúc: quá thời gian tối đa", $"The duty of {operatorName} ended by itself: it had lasted as long as one may"),
            _ => new LocalText($"{operatorName} hết ca", $"{operatorName} went off shift"),
        };
        WriteDuty(duty.Id, "end", operatorName, duty.UntilMs!.Value, words);
        return duty;
    }

    /// <summary>Someone handed a shift over.</summary>
    public void HandedOver(ShiftHandover h) => WriteHandover(
        h.CreatedAtMs, h.From, $"handover/{h.Id}", new LocalText(
            $"{h.From} bàn giao ca cho {h.To}, {h.Alerts.Count} cảnh báo đang mở: {Cut(h.Summary)}", $"{h.From} handed over to {h.To}, {h.Alerts.Count} alerts open: {Cut(h.Summary)}"));

    /// <summary>A hand-over was withdrawn: nobody goes and nobody comes by it.</summary>
    public void Withdrawn(ShiftHandover h) => WriteHandover(
        h.WithdrawnAtMs ?? NowMs(), h.WithdrawnBy, $"handover/{h.Id}/withdrawn", OperatorName.Same(h.WithdrawnBy, h.From)
            ? new LocalText($"{h.From} rút lại bàn giao ca cho {h.To}", $"{h.From} withdrew the hand-over to {h.To}")
            : new LocalText($"{h.WithdrawnBy} rút lại bàn giao ca của {h.From} cho {h.To}", $"{h.WithdrawnBy} withdrew the hand-over from {h.From} to {h.To}"));

    /// <summary>A hand-over was accepted: one goes, the other comes.</summary>
    /// <param name="h">The hand-over.</param>
    /// <param name="left">How many alerts stayed with the one who goes: the other may not act on them.</param>
    public void Accepted(ShiftHandover h, int left)
    {
        var rest = left == 0 ? new LocalText("", "") : new LocalText(
            $"; {left} cảnh báo ở nơi {h.To} không được xử lý vẫn do {h.From} phụ trách", $"; {left} {(left == 1 ? "alert" : "alerts")} where {h.To} may not act {(left == 1 ? "stays" : "stay")} with {h.From}");
        WriteHandover(
            h.AcceptedAtMs ?? NowMs(), h.To, $"handover/{h.Id}/accepted", new LocalText($"{h.To} nhận bàn giao ca từ {h.From}{rest.Vi}", $"{h.To} accepted the hand-over from {h.From}{rest.En}"));
        Go(h.From, null, DutyChange.Handover);
        Come(h.To, DutyChange.Handover);
    }

    private static string Cut(string text) => text.Length <= 500 ? text : string.Concat(text.AsSpan(0, 499), "…");

    private void WriteHandover(long aboutMs, string? operatorName, string source, LocalText words)
    {
        Interlocked.Increment(ref _handovers);
        Write([new ShiftEntry { AtMs = NowMs(), AboutMs = aboutMs, Category = ShiftCategory.Handover, Operator = operatorName, Source = source, Text = words }]);
    }

    private void WriteDuty(string id, string what, string operatorName, long aboutMs, LocalText words)
    {
        Write([new ShiftEntry { AtMs = NowMs(), AboutMs = aboutMs, Category = ShiftCategory.Duty, Operator = operatorName, Source = $"duty/{id}/{what}", Text = words }]);

        // The roster has changed although the entry may have been there already.
        Tell();
    }

    // Two who write at once may not leave the older state as the last one told.
    private void Tell()
    {
        lock (_telling)
        {
            _live.UpdateShift(new LiveShift(_log.LastNumber, [.. Roster.OnDuty.Select(d => new LiveDuty(d.Operator, d.FromMs))], Interlocked.Read(ref _handovers)));
        }
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
