using IOC.Alerts;
using IOC.Commands;
using IOC.Host.Alerts;
using IOC.Host.Live;
using IOC.Host.Security;

namespace IOC.Host.Shifts;

/// <summary>Puts the report of a period together. Alerts come one life after the other; what is kept of each is what the report shows.</summary>
internal sealed class ShiftReport(
    IAlertLives lives, IAlertStore alerts, IShiftLog log, IHandoverStore handovers, ICommandStore commands, LiveView live, FigureDesk figures, SubjectNames names, TimeProvider time)
{
    private const int MaxCommands = 200;
    private const int MaxEntries = 1000;
    private const int MaxAlerts = 1000;
    private const int MaxHandovers = 100;
    private const int MaxNotes = 20;
    private const int MaxOutages = 500;

    /// <summary>Makes the report.</summary>
    /// <param name="fromMs">Beginning, Unix milliseconds.</param>
    /// <param name="toMs">End, not contained.</param>
    /// <param name="caller">Who asks: it tells of what they see.</param>
    /// <param name="only">Only of this district (slug), and of what is about none in particular; null = of all.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<ShiftReportDto> MakeAsync(long fromMs, long toMs, Caller caller, string? only, CancellationToken cancel)
    {
        bool Shows(string? district, string? domain) => (only is null || district is null || district == only) && (district is null || caller.Sees(district, domain));
        var counter = figures.NewCounter(fromMs, toMs, null);
        var standing = new List<ReportAlertDto>();
        var acts = new Dictionary<(string Operator, string Act), int>();
        await foreach (var life in lives.LivesAsync(counter.FromMs, counter.ToMs, cancel))
        {
            if (!Shows(life.Alert.Subject.District, life.Alert.Subject.Domain))
            {
                continue;
            }

            counter.Add(life);
            foreach (var act in life.Acts.Where(a => a.Operator is not null && a.RecordedAtMs >= fromMs && a.RecordedAtMs < toMs))
            {
                var key = (act.Operator!, AlertNames.Of(act.Kind));
                acts[key] = acts.GetValueOrDefault(key) + 1;
            }

            if (AtEnd(life, toMs) is { } alert)
            {
                standing.Add(alert);
            }
        }

        standing.Sort((a, b) => (a.Severity, -a.RaisedAt, a.Id).CompareTo((b.Severity, -b.RaisedAt, b.Id)));
        var (open, held) = (standing.Where(a => a.Hold == "none").ToList(), standing.Where(a => a.Hold != "none").ToList());
        var entries = log.List(new ShiftLogQuery { FromMs = fromMs, ToMs = toMs, Limit = MaxEntries + 1 });
        var sent = Commands(fromMs, toMs).Where(c => Shows(c.District, live.Sensor(c.Sensor)?.Domain)).ToList();
        return new ShiftReportDto
        {
            From = fromMs,
            To = toMs,
            GeneratedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Duties = [.. log.Duties(fromMs, toMs).Select(ShiftNames.ToDto)],
            Handovers = [.. handovers.List(MaxHandovers, toMs).Where(h => h.CreatedAtMs >= fromMs && HandoverEndpoints.Sees(caller, h)).Select(HandoverEndpoints.ToDto)],
            Open = [.. open.Take(MaxAlerts)],
            Held = [.. held.Take(MaxAlerts)],
            OutOfService = [.. alerts.Holds(HoldKind.OutOfService, ended: false, MaxOutages).Where(h => Shows(h.Subject.District, h.Subject.Domain)).Select(h => OutOfServiceEndpoints.ToDto(h, names))],
            Acts = [.. acts.Select(a => new ReportActsDto(a.Key.Operator, a.Key.Act, a.Value)).OrderBy(a => a.Operator, StringComparer.Ordinal).ThenByDescending(a => a.Count)],
            Commands = [.. sent.Take(MaxCommands)],
            CommandNames = sent.Take(MaxCommands).Select(c => c.Sensor).Distinct(StringComparer.Ordinal).ToDictionary(s => s, names.Sensor, StringComparer.Ordinal),
            Entries = [.. entries.Take(MaxEntries).Where(e => Shows(e.District, e.Domain) && ShiftLogEndpoints.Sees(caller, e, handovers)).Reverse().Select(ShiftNames.ToDto)],
            Silent =
            [
                .. live.Sensors().Where(s => s.State is "silent" or "offline" or "stale" && Shows(s.District, s.Domain))
                    .OrderBy(s => s.MeasuredAt ?? 0).ThenBy(s => s.Id, StringComparer.Ordinal)
                    .Select(s => new ReportSensorDto(s.Id, s.Name, s.District, s.Domain, s.State, s.MeasuredAt)),
            ],
            Figures = FigureSheet.Of(counter.Result(), names, figures.Staffed(counter.FromMs, counter.ToMs)),
            Totals = new ReportTotalsDto(open.Count, held.Count, sent.Count, entries.Count > MaxEntries),
        };
    }

    private ReportAlertDto? AtEnd(AlertLife life, long toMs)
    {
        var acts = life.Acts.TakeWhile(a => a.RecordedAtMs < toMs).ToList();
        if (acts.Count == 0 || acts[^1].StateAfter == AlertState.Closed)
        {
            return null;
        }

        var (alert, last) = (life.Alert, acts[^1]);
        var hold = last.HoldAfter == HoldKind.None ? null : acts.FindLast(a => last.HoldAfter == (a.Kind switch
        {
            AlertActKind.Shelved => HoldKind.Shelved,
            AlertActKind.Suppressed => HoldKind.Suppressed,
            AlertActKind.TakenOutOfService => HoldKind.OutOfService,
            _ => HoldKind.None,
        }));
        var acknowledged = last.StateAfter is AlertState.Acknowledged or AlertState.LatchedAcknowledged ? acts.FindLast(a => a.Kind == AlertActKind.Acknowledged) : null;
        var assigned = acts.FindLast(a => a.Kind is AlertActKind.Assigned or AlertActKind.Released or AlertActKind.HandedOver);
        var notes = acts.Where(a => a.Note is not null && a.Kind is AlertActKind.Noted or AlertActKind.Acknowledged && !string.IsNullOrWhiteSpace(a.Note))
            .Select(a => new ReportNoteDto(a.AtMs, a.Operator, a.Note!)).TakeLast(MaxNotes);
        return new ReportAlertDto(
            alert.Id, alert.Title, (int)alert.Severity, FigureSheet.SubjectName(alert.Subject.Kind), alert.Subject.Id, names.Of(alert.Subject), alert.Subject.District, alert.Subject.Domain,
            LiveMapping.Name(last.StateAfter), alert.RaisedAtMs, acknowledged?.AtMs, acknowledged?.Operator, assigned?.Kind == AlertActKind.Released ? null : assigned?.Target,
            LiveMapping.Name(last.HoldAfter), hold?.Kind == AlertActKind.Suppressed ? hold.Target : hold?.Operator, hold?.Note, hold?.UntilMs,
            alert.Checklist?.Done.Count(s => s.AtMs < toMs), alert.Checklist?.Of, [.. notes]);
    }

    private List<LiveCommand> Commands(long fromMs, long toMs)
    {
        var found = new List<LiveCommand>();
        CommandCursor? before = null;
        do
        {
            var page = commands.Query(new CommandQuery { Limit = CommandQuery.MaxLimit, Before = before });
            found.AddRange(page.Items.Where(c => c.CreatedAtMs >= fromMs && c.CreatedAtMs < toMs).Select(LiveCommand.From));
            before = page.Items.Count > 0 && page.Items[^1].CreatedAtMs >= fromMs ? page.Next : null;
        }
        while (before is not null);

        return found;
    }
}
