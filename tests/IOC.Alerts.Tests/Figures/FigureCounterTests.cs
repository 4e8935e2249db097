using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>Figures against numbers that were worked out by hand.</summary>
public class FigureCounterTests
{
    private const long T0 = AlertSamples.T0;
    private const long Second = 1000;
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private readonly AlertSamples _samples = new();
    private int _made;

    [Fact]
    public void A_day_by_hand()
    {
        var figures = Count(T0, T0 + (24 * Hour), 2,
        [
            // Minute 5: three alerts, acknowledged after 1, 2 and 9 minutes; the first closes 20 minutes after it came.
            Life("a", Severity.P2, (5 * Minute, "raised"), (6 * Minute, "ack"), (25 * Minute, "cleared")),
            Life("b", Severity.P3, (5 * Minute, "raised"), (7 * Minute, "ack")),
            Life("c", Severity.P3, (5 * Minute, "raised"), (14 * Minute, "ack")),

            // Hour 2: 21 alerts of one sensor's rule within an interval, 10.5 for each of two; then 12, then 9.
            .. Enumerable.Range(0, 21).Select(i => Life("bad", Severity.P4, ((2 * Hour) + (i * 20 * Second), "raised"), ((2 * Hour) + (i * 20 * Second) + (5 * Minute), "cleared"))),
            .. Enumerable.Range(0, 12).Select(i => Life($"w{i}", Severity.P4, ((2 * Hour) + (11 * Minute), "raised"))),
            .. Enumerable.Range(0, 9).Select(i => Life($"x{i}", Severity.P4, ((2 * Hour) + (21 * Minute), "raised"))),

            // Suppressed in the batch that raised it: nobody heard it. Shelved after ten minutes, back after an hour: heard twice.
            Life("inside", Severity.P4, (10 * Hour, "raised"), ((10 * Hour) + Second, "suppressed")),
            Life("shelf", Severity.P1, (12 * Hour, "raised"), ((12 * Hour) + (10 * Minute), "shelved"), ((13 * Hour) + (10 * Minute), "shelving_ended")),

            // Gone within a minute; and one that came back unacknowledged, acknowledged four minutes after it came first.
            Life("brief", Severity.P4, (15 * Hour, "raised"), ((15 * Hour) + (40 * Second), "cleared")),
            Life("again", Severity.P2, (16 * Hour, "raised"), ((16 * Hour) + (2 * Minute), "cleared"), ((16 * Hour) + (3 * Minute), "re_raised"), ((16 * Hour) + (4 * Minute), "ack")),
        ]);

        Assert.Equal((T0, T0 + (24 * Hour), 2), (figures.FromMs, figures.ToMs, figures.Operators));
        Assert.Equal(3 + 21 + 12 + 9 + 2 + 1 + 2, figures.Annunciated);

        // 144 intervals; annunciations in 8 of them: 3, 21, 12, 9, 1, 1, 1 and 2, halved for two operators.
        Assert.Equal(144, figures.Rates.Intervals);
        Assert.Equal(50 / 2.0 / 144, figures.Rates.Mean, 12);
        Assert.Equal(10.5, figures.Rates.Max);
        Assert.Equal((136, 5, 1, 1, 1), (figures.Rates.None, figures.Rates.UpTo2, figures.Rates.UpTo5, figures.Rates.UpTo10, figures.Rates.Above10));
        Assert.Equal(1 / 144.0, figures.Rates.ShareAbove10, 12);

        // The flood begins with 10.5, goes on with 6 and ends at 4.5.
        Assert.Equal(new FloodFigures(1, 20 * Minute, 2 / 144.0), figures.Floods);

        Assert.Equal(new TimeFigures(4, 2 * Minute, 9 * Minute), figures.TimeToAcknowledge);
        Assert.Equal(
            [new TimeFigures(0, null, null), new TimeFigures(2, Minute, 4 * Minute), new TimeFigures(2, 2 * Minute, 9 * Minute), new TimeFigures(0, null, null)],
            figures.TimeToAcknowledgeByPriority);
        Assert.Equal(new TimeFigures(1, 20 * Minute, 20 * Minute), figures.TimeToClose);

        // All of the bad, w and x, the brief one, and the shelved one's second time.
        Assert.Equal(21 + 12 + 9 + 1 + 1, figures.Unacknowledged);

        Assert.Equal([(Severity.P1, 2, 2 / 50.0), (Severity.P2, 3, 3 / 50.0), (Severity.P3, 2, 2 / 50.0), (Severity.P4, 43, 43 / 50.0)],
            figures.Priorities.Select(p => (p.Priority, p.Annunciated, p.Share)));
        Assert.Equal(("bad", 21, 21 / 50.0), (figures.BadActors[0].Subject.Id, figures.BadActors[0].Annunciated, figures.BadActors[0].Share));
        Assert.Equal(["bad", "again", "shelf"], figures.BadActors.Take(3).Select(b => b.Subject.Id));
        Assert.Equal(10, figures.BadActors.Count);
        Assert.Equal((21 + 2 + 2 + 7) / 50.0, figures.BadActorsShare, 12);

        // Every 20 s is thrice in a minute; nobody marked it.
        Assert.Equal((0, 1, 1), (figures.Chattering, figures.ThriceInAMinute, figures.Fleeting));
        Assert.Equal(new HoldFigures(1, 1, 0, 0, 1, 0), figures.Held);
        Assert.Equal(new StaleFigures(0, 0, 0), figures.Stale);
    }

    [Fact]
    public void An_alert_is_stale_after_a_day_in_the_list_without_a_break()
    {
        AlertLife[] lives =
        [
            // Unacknowledged for two days; acknowledged at once and active for two days; ended in time.
            Life("a", Severity.P3, (-30 * Hour, "raised"), (18 * Hour, "cleared")),
            Life("b", Severity.P3, (0, "raised"), (Minute, "ack")),
            Life("c", Severity.P3, (0, "raised"), (23 * Hour, "cleared")),

            // Shelved in the middle: no stretch is longer than a day. Ended before the period began.
            Life("d", Severity.P3, (0, "raised"), (20 * Hour, "shelved"), (25 * Hour, "shelving_ended"), (40 * Hour, "cleared")),
            Life("e", Severity.P3, (-90 * Hour, "raised"), (-Hour, "cleared")),
        ];
        Assert.Equal(new StaleFigures(2, 1, 1), Count(T0, T0 + (48 * Hour), 1, lives).Stale);
        Assert.Equal(new StaleFigures(1, 1, 1), Count(T0, T0 + (12 * Hour), 1, lives).Stale);
    }

    [Fact]
    public void Marked_chattering_counts_each_key_once()
    {
        var figures = Count(T0, T0 + Hour, 1,
        [
            Life("a", Severity.P3, (0, "raised"), (Minute, "chattering"), (2 * Minute, "chattering")),
            Life("b", Severity.P3, (-2 * Hour, "raised"), (-Hour, "chattering")),
        ]);
        Assert.Equal((1, 0), (figures.Chattering, figures.ThriceInAMinute));
    }

    [Fact]
    public void An_acknowledgement_of_an_alert_from_before_the_period_is_not_counted_and_one_after_it_neither()
    {
        var figures = Count(T0, T0 + Hour, 1,
        [
            Life("a", Severity.P3, (-Minute, "raised"), (Minute, "ack")),
            Life("b", Severity.P3, (30 * Minute, "raised"), (90 * Minute, "ack")),
        ]);
        Assert.Equal((1, 0, 1), (figures.Annunciated, figures.TimeToAcknowledge.Count, figures.Unacknowledged));
    }

    [Fact]
    public void Periods_are_whole_intervals()
    {
        var figures = Count(T0 + Minute, T0 + (11 * Minute), 1, [Life("a", Severity.P3, (0, "raised")), Life("b", Severity.P3, (19 * Minute, "raised"))]);
        Assert.Equal((T0, T0 + (20 * Minute), 2), (figures.FromMs, figures.ToMs, figures.Annunciated));
        var none = Count(T0, T0 + Hour, 1, []);
        Assert.Equal((0.0, 0.0, 0.0, (long?)null), (none.Rates.Mean, none.BadActorsShare, none.Floods.Share, none.TimeToAcknowledge.MedianMs));
    }

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(10, 5, 1)]
    [InlineData(0, 86_400_000L * 401, 1)]
    [InlineData(0, 10, 0)]
    public void What_is_no_period_is_refused(long from, long to, int operators) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FigureCounter(from, to, operators));

    [Fact]
    public void The_acts_of_a_book_give_the_figures_of_what_it_did()
    {
        // 20 lamps: the group's alert and the three that came before it are all that an operator heard.
        var world = new GroupWorld(lampsPerFeeder: 5);
        for (var n = 1; n <= 5; n++)
        {
            world.Dark(n, 1, n);
        }

        world.Book.Act([world.The(GroupWorld.Asset("f-1"), "feeder-down").Id], new OperatorAct.Acknowledge("vh01", null), GroupWorld.T0 + (10 * Minute));
        var lives = world.Book.Open().OrderBy(a => a.RaisedAtMs).Select(a => new AlertLife(a, world.Store.ActsOf(a.Id)));
        var figures = Count(T0, T0 + Hour, 1, lives);
        Assert.Equal(4, figures.Annunciated);
        Assert.Equal((5, 5), (figures.Held.Suppressed, figures.Held.SuppressedAtEnd));
        Assert.Equal((1, 0), (figures.TimeToAcknowledge.Count, figures.Unacknowledged));
    }

    [Fact]
    public void Where_when_and_what_the_figures_are_made_of()
    {
        var figures = Count(T0, T0 + (48 * Hour), 1,
        [
            // Two floods: 12 and 6, then 11.
            .. Enumerable.Range(0, 12).Select(i => Life($"w{i}", Severity.P4, (Hour + i, "raised"))),
            .. Enumerable.Range(0, 6).Select(i => Life($"x{i}", Severity.P3, (Hour + (10 * Minute), "raised"))),
            .. Enumerable.Range(0, 11).Select(i => Life($"y{i}", Severity.P4, (5 * Hour, "raised"))),
            Life("brief", Severity.P2, (9 * Hour, "raised"), ((9 * Hour) + (40 * Second), "cleared")),
            Life("old", Severity.P2, (-Hour, "raised"), (Minute, "ack"), (40 * Hour, "cleared")),
        ]);
        Assert.Equal(
            [new FloodPeriod(T0 + Hour, T0 + Hour + (20 * Minute), 18, 12), new FloodPeriod(T0 + (5 * Hour), T0 + (5 * Hour) + (10 * Minute), 11, 11)], figures.FloodPeriods);
        Assert.Equal((12, 0, 6, 1), (figures.PerInterval[3][6], figures.PerInterval[3][7], figures.PerInterval[2][7], figures.PerInterval[1][54]));
        Assert.Equal((12.0, 6.0), (figures.PerOperator[6], figures.PerOperator[7]));
        var place = Assert.Single(figures.Places);
        Assert.Equal([0, 1, 6, 23], place.Priorities);
        Assert.Equal(1.0, place.Share);
        Assert.Equal(("brief", 1, false), (figures.Nuisances[0].Subject.Id, figures.Nuisances[0].Fleeting, figures.Nuisances[0].Chattered));

        // Those that nobody cleared stand until the end; "old" ended.
        Assert.Equal(20, figures.StaleAlerts.Count);
        Assert.Equal(("old", T0 - Hour, T0 + (40 * Hour), true), (figures.StaleAlerts[0].Subject.Id, figures.StaleAlerts[0].SinceMs, figures.StaleAlerts[0].UntilMs, figures.StaleAlerts[0].Acknowledged));
        Assert.Null(figures.StaleAlerts[1].UntilMs);
        Assert.All(figures.BadActors, b => Assert.NotNull(b.Title));
    }

    [Fact]
    public void Each_interval_counts_for_those_who_were_on_shift_then_and_for_one_at_least()
    {
        // Nobody in the first hour, one until the third, then four.
        var counter = new FigureCounter(T0, T0 + (4 * Hour), (begins, _) => begins < T0 + Hour ? 0 : begins < T0 + (3 * Hour) ? 1 : 4);
        foreach (var life in Enumerable.Range(0, 12).SelectMany(i => new[] { Life($"a{i}", Severity.P4, (0, "raised")), Life($"b{i}", Severity.P4, ((3 * Hour) + Minute, "raised")) }))
        {
            counter.Add(life);
        }

        var figures = counter.Result();
        Assert.Equal((12.0, 3.0), (figures.PerOperator[0], figures.PerOperator[18]));
        Assert.Equal((1, 1.75), (figures.Floods.Count, figures.Operators));
    }

    private static AlertFigures Count(long from, long to, int operators, IEnumerable<AlertLife> lives)
    {
        var counter = new FigureCounter(from, to, operators);
        foreach (var life in lives)
        {
            counter.Add(life);
        }

        return counter.Result();
    }

    // A life by its acts, at milliseconds after T0; the book's own state machine says what they lead to.
    private AlertLife Life(string sensor, Severity severity, params (long AfterMs, string What)[] acts)
    {
        var alert = _samples.Alert($"n1-2-{++_made}-0", T0 + acts[0].AfterMs, AlertState.Unacknowledged, sensor) with { Severity = severity };
        AlertState? state = null;
        var hold = HoldKind.None;
        List<AlertAct> written = [];
        foreach (var (after, what) in acts)
        {
            (var kind, hold) = what switch
            {
                "raised" => (AlertActKind.Raised, hold),
                "re_raised" => (AlertActKind.ReRaised, hold),
                "cleared" => (AlertActKind.Cleared, hold),
                "ack" => (AlertActKind.Acknowledged, hold),
                "suppressed" => (AlertActKind.Suppressed, HoldKind.Suppressed),
                "shelved" => (AlertActKind.Shelved, HoldKind.Shelved),
                "shelving_ended" => (AlertActKind.ShelvingEnded, HoldKind.None),
                _ => (AlertActKind.Chattering, hold),
            };
            state = kind switch
            {
                AlertActKind.Raised or AlertActKind.ReRaised => AlertLifecycle.Next(state, AlertEvent.Raised).State,
                AlertActKind.Cleared => AlertLifecycle.Next(state, AlertEvent.Cleared).State,
                AlertActKind.Acknowledged => AlertLifecycle.Next(state, AlertEvent.Acknowledged).State,
                _ => state,
            };
            written.Add(new AlertAct(alert.Id, written.Count + 1, kind, T0 + after, T0 + after, state!.Value, null, null, null) { HoldAfter = hold });
        }

        return new AlertLife(alert with { State = state!.Value }, written);
    }
}
