using IOC.Telemetry;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>A small city, a book over it, a clock and a log: does steps, and can die and read the log again.</summary>
public sealed class LifeWorld
{
    public const string PlainRule = "plain";
    public const string LatchedRule = "latched";
    private const long Minute = 60_000;
    private static readonly string[] Operators = ["vh01", "vh02", "vh03"];
    private readonly AlertSamples _samples = new();
    private readonly bool _restarts;
    private readonly List<(long Offset, long? Tick, IReadOnlyList<Finding> Findings)> _log = [];
    private bool _breaks;
    private bool _fails;

    public LifeWorld(bool restarts)
    {
        _restarts = restarts;
        Book = NewBook();
    }

    public static AlertOptions Options { get; } = new() { MaxShelvedPerOperator = 2 };

    public static Catalogue Catalogue { get; } = AlertSamples.Catalogue with
    {
        Sensors =
        [
            .. new[] { "l1", "l2", "l3" }.Select((id, i) => new SensorDefinition(
                new AddressBook().GetOrAdd("viet-yen", "lighting", id), new LocalText(id, id), 106, 21, ["pm25"], TimeSpan.FromMinutes(1), null) { Assets = [i < 2 ? "f1" : "f2"] }),
        ],
        Assets =
        [
            new Asset("f1", "viet-yen", "lighting", AssetKind.Feeder, "gw", new LocalText("f1", "f1"), 106, 21, null),
            new Asset("f2", "viet-yen", "lighting", AssetKind.Feeder, null, new LocalText("f2", "f2"), 106, 21, null),
            new Asset("gw", "viet-yen", null, AssetKind.Gateway, null, new LocalText("gw", "gw"), 106, 21, null),
        ],
        Rules =
        [
            AlertSamples.Rule(PlainRule, FindingKind.Limit, null),
            AlertSamples.Rule(LatchedRule, FindingKind.Limit, null) with { Latched = true, Severity = Severity.P1 },
            AlertSamples.Rule(FeederCorrelator.FeederRule, FindingKind.Group, null),
        ],
    };

    public MemoryAlertStore Store { get; } = new();

    public AlertBook Book { get; private set; }

    public long NowMs { get; private set; } = AlertSamples.T0;

    public long LastTickMs { get; private set; } = AlertSamples.T0;

    public void Do(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Raise or StepKind.Clear:
                Pass(step.Much % 600);
                Batch(null, [NewFinding(step, step.Kind == StepKind.Raise)]);
                break;
            case StepKind.Burst:
                Pass(step.Much % 60);
                Batch(NowMs, [.. Enumerable.Range(0, 5).Select(i => NewFinding(step with { Which = step.Which + (i * 7), Much = step.Much + i }, (step.Much + i) % 3 > 0))]);
                break;
            case StepKind.Tick:
                Pass(step.Much % 900);
                Batch(NowMs, []);
                break;
            case StepKind.LongTick:
                Pass(step.Much * 60);
                Batch(NowMs, []);
                break;
            case StepKind.FailOnce:
                _fails = true;
                break;
            case StepKind.BreakOnce:
                _breaks = _restarts;
                break;
            case StepKind.Restart:
                Restart(step.Which);
                break;
            default:
                Pass(step.Much % 30);
                Retry(() => Act(step));
                break;
        }
    }

    private void Act(Step step)
    {
        var open = Book.Open().OrderBy(a => a.Id, StringComparer.Ordinal).ToList();
        var all = Store.Query(new AlertQuery { Limit = AlertQuery.MaxLimit }).Items;
        var alert = step.Kind == StepKind.Note ? Pick(all, step.Which) : Pick(open, step.Which);
        var (by, to) = (Operators[step.Much % 3], Operators[step.Which % 3]);
        string[] ids = alert is null ? [] : [alert.Id];
        switch (step.Kind)
        {
            case StepKind.Acknowledge:
                Book.Act(ids, new OperatorAct.Acknowledge(by, "a"), NowMs);
                break;
            case StepKind.AcknowledgeAll:
                Book.Act([.. open.Select(a => a.Id), .. ids], new OperatorAct.Acknowledge(by), NowMs);
                break;
            case StepKind.Reset:
                Book.Act(ids, new OperatorAct.Reset(by), NowMs);
                break;
            case StepKind.Shelve:
                Book.Act(ids, new OperatorAct.Shelve(by, NowMs + (((step.Much % 600) - 50) * Minute), "đang sửa"), NowMs);
                break;
            case StepKind.Unshelve:
                Book.Act(ids, new OperatorAct.Unshelve(by, "xong"), NowMs);
                break;
            case StepKind.Assign:
                Book.Act(ids, new OperatorAct.Assign(by, to), NowMs);
                break;
            case StepKind.Release:
                Book.Act(ids, new OperatorAct.Release(by), NowMs);
                break;
            case StepKind.Note:
                Book.Act(ids, new OperatorAct.AddNote(by, "đã gọi"), NowMs);
                break;
            case StepKind.HandOver:
                Book.Act([.. open.Where(a => a.Assignee == by).Select(a => a.Id)], new OperatorAct.HandOver(by, to, "so-1"), NowMs);
                break;
            case StepKind.TakeOut:
                var from = NowMs + (((step.Much % 5) - 2) * 30 * Minute);
                Book.TakeOutOfService(Place(step.Which), by, "bảo trì", from, step.Much % 3 == 0 ? null : Math.Max(from, NowMs) + (step.Much % 100 * Minute) + 1, NowMs);
                break;
            case StepKind.PutBack when Pick([.. Book.Holds().Where(h => h.Kind == HoldKind.OutOfService).OrderBy(h => h.CreatedAtMs).ThenBy(h => h.Subject.ToString(), StringComparer.Ordinal)], step.Which) is { } hold:
                Book.ReturnToService(hold.Id, by, NowMs);
                break;
            case StepKind.Suppress when alert is not null && Pick(open, step.Much) is { } explaining:
                Book.Suppress(alert.Subject, alert.RuleId, explaining.Id, NowMs);
                break;
            case StepKind.Unsuppress when alert is not null && Pick(open, step.Much) is { } explaining:
                Book.Unsuppress(alert.Subject, alert.RuleId, explaining.Id, NowMs);
                break;
        }
    }

    private static T? Pick<T>(IReadOnlyList<T> items, int which)
        where T : class => items.Count == 0 ? null : items[which % items.Count];

    private Subject Place(int which) => (which % 6) switch
    {
        0 => Subject.OfAsset("viet-yen", "lighting", "f1"),
        1 => Subject.OfAsset("viet-yen", null, "gw"),
        2 => Subject.OfDistrict("viet-yen", "lighting"),
        3 => Subject.OfDistrict("viet-yen", null),
        _ => _samples.Book.GetOrAdd("viet-yen", "lighting", $"l{1 + (which % 3)}"),
    };

    private Finding NewFinding(Step step, bool raised)
    {
        var rule = (step.Which % 7) switch
        {
            0 or 1 or 2 => PlainRule,
            3 or 4 => LatchedRule,
            _ => FeederCorrelator.FeederRule,
        };
        Subject subject = rule == FeederCorrelator.FeederRule ? Subject.OfAsset("viet-yen", "lighting", "f1") : _samples.Book.GetOrAdd("viet-yen", "lighting", $"l{1 + (step.Much % 3)}");

        // Now and then history arrives after the fact.
        var at = step.Much % 10 == 9 ? NowMs - (step.Much * 10_000) : NowMs - (step.Much % 100);
        return new Finding
        {
            Subject = subject,
            RuleId = rule,
            Kind = rule == FeederCorrelator.FeederRule ? FindingKind.Group : FindingKind.Limit,
            Transition = raised ? FindingTransition.Raised : FindingTransition.Cleared,
            Severity = rule == LatchedRule ? Severity.P1 : Severity.P2,
            Property = step.Which % 11 == 0 ? "temp" : "pm25",
            AtMs = at,
            ReceivedAtMs = NowMs,
            Value = step.Much,
        };
    }

    private void Batch(long? tick, IReadOnlyList<Finding> findings)
    {
        _log.Add((_log.Count + 1, tick, findings));
        LastTickMs = tick ?? LastTickMs;
        Retry(() => Book.Apply(_log.Count, tick, findings));

        // The pump gives a batch again after a failure, and operators do not know that they must.
        Book.Apply(_log.Count, tick, findings);
    }

    private void Retry(Action act)
    {
        if (_breaks)
        {
            (_breaks, _fails, Store.BreaksAfterSaving) = (false, false, true);
            try
            {
                act();
            }
            catch (IOException)
            {
                // It is stored: the book finds that out before it does anything else.
            }

            Store.BreaksAfterSaving = false;
            Book.Apply(_log.Count, null, []);
            return;
        }

        if (_fails)
        {
            _fails = false;
            Store.Fails = true;
            try
            {
                act();
            }
            catch (IOException)
            {
                // What failed has changed nothing, and is done again.
            }

            Store.Fails = false;
            LifeInvariants.Check(this, expectApplied: false);
        }

        act();
    }

    private void Restart(int which)
    {
        if (!_restarts)
        {
            return;
        }

        Book = NewBook();
        foreach (var (offset, tick, findings) in _log.Skip(_log.Count == 0 ? 0 : which % _log.Count))
        {
            Book.Apply(offset, tick, findings);
        }
    }

    private void Pass(int seconds) => NowMs += seconds * 1000L;

    private AlertBook NewBook() => new(3, "n1", Catalogue, Store, Options, new FeederCorrelator());
}
