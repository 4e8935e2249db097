namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>Assigning, notes, hand-over.</summary>
public class OperatorActTests
{
    private readonly LifeFixture _f = new();

    [Fact]
    public void An_alert_is_given_taken_over_and_released_and_each_act_says_who()
    {
        var alert = _f.Raise(0);
        Assert.Equal(ActOutcome.NotAssigned, _f.Act(alert, new OperatorAct.Release("vh01"), 1).Outcome);
        Assert.Equal("vh02", _f.Act(alert, new OperatorAct.Assign("vh01", "vh02"), 1).Alert!.Assignee);
        Assert.Equal(ActOutcome.AlreadyAssigned, _f.Act(alert, new OperatorAct.Assign("vh03", "vh02"), 2).Outcome);
        Assert.Equal("vh03", _f.Act(alert, new OperatorAct.Assign("vh03", "vh03", "tôi ở gần"), 3).Alert!.Assignee);
        Assert.Null(_f.Act(alert, new OperatorAct.Release("vh03"), 4).Alert!.Assignee);
        Assert.Equal(
            [(AlertActKind.Assigned, "vh01", "vh02", null), (AlertActKind.Assigned, "vh03", "vh03", "tôi ở gần"), (AlertActKind.Released, "vh03", "vh03", null)],
            _f.Store.ActsOf(alert.Id).Skip(1).Select(a => (a.Kind, a.Operator, a.Target, a.Note)));
        Assert.Equal(AlertState.Unacknowledged, _f.Now(alert).State);
    }

    [Fact]
    public void Notes_are_kept_in_order_cut_at_their_limit_and_taken_for_some_days_after_closing()
    {
        var f = new LifeFixture(new AlertOptions { MaxNoteLength = 5, NoteAfterClose = TimeSpan.FromMinutes(10) });
        var alert = f.Raise(0);
        Assert.Equal(ActOutcome.Ok, f.Act(alert, new OperatorAct.AddNote("vh01", " 1234567 "), 1).Outcome);
        f.Act(alert, new OperatorAct.Acknowledge("vh01"), 2);
        f.Clear(3);
        var closed = f.Now(alert);
        var noted = f.Act(alert, new OperatorAct.AddNote("vh02", "xong"), 13).Alert!;
        Assert.Equal(closed with { ActCount = closed.ActCount + 1 }, noted);
        Assert.Equal(ActOutcome.Closed, f.Act(alert, new OperatorAct.AddNote("vh02", "muộn"), 13.1).Outcome);
        Assert.Equal(["12345", "xong"], f.Store.ActsOf(alert.Id).Where(a => a.Kind == AlertActKind.Noted).Select(a => a.Note));
        Assert.Throws<ArgumentException>(() => new OperatorAct.AddNote("vh01", "  "));
        Assert.Throws<ArgumentException>(() => new OperatorAct.AddNote(" ", "x"));
    }

    [Fact]
    public void Steps_are_done_and_taken_back_by_whoever_is_first_and_stay_with_the_version_that_was_read()
    {
        var f = new LifeFixture(new AlertOptions { NoteAfterClose = TimeSpan.FromMinutes(10) });
        var alert = f.Raise(0);
        OperatorAct Step(string by, string id, bool done = true, int version = 1) => new OperatorAct.Step(by, "air", version, 3, id, done);
        Assert.Equal(ActOutcome.StepIsNotDone, f.Act(alert, Step("vh01", "look", done: false), 1).Outcome);
        Assert.Equal(ActOutcome.Ok, f.Act(alert, Step("vh01", "look"), 1).Outcome);
        Assert.Equal(ActOutcome.StepIsDone, f.Act(alert, Step("vh02", "look"), 2).Outcome);
        Assert.Equal(ActOutcome.OtherChecklist, f.Act(alert, Step("vh02", "call", version: 2), 2).Outcome);
        Assert.Equal(ActOutcome.OtherChecklist, f.Act(alert, new OperatorAct.Step("vh02", "water", 1, 3, "call", true), 2).Outcome);
        var checklist = f.Act(alert, Step("vh02", "call"), 3).Alert!.Checklist!;
        Assert.Equal(new Checklist("air", 1, 3, [new("look", "vh01", LifeFixture.At(1)), new("call", "vh02", LifeFixture.At(3))]), checklist);

        // With nothing done any more a newer version can be followed.
        f.Act(alert, Step("vh02", "call", done: false), 4);
        f.Act(alert, Step("vh01", "look", done: false), 5);
        Assert.Equal(2, f.Act(alert, Step("vh01", "look", version: 2), 6).Alert!.Checklist!.Version);

        f.Act(alert, new OperatorAct.Acknowledge("vh01"), 7);
        f.Clear(8);
        Assert.Equal(["look", "call"], f.Act(alert, Step("vh01", "call", version: 2), 17).Alert!.Checklist!.Done.Select(s => s.Id));
        Assert.Equal(ActOutcome.Closed, f.Act(alert, Step("vh01", "tell", version: 2), 18.1).Outcome);
        Assert.Equal(
            [("air/look", 1, true), ("air/call", 1, true), ("air/call", 1, false), ("air/look", 1, false), ("air/look", 2, true), ("air/call", 2, true)],
            f.Store.ActsOf(alert.Id).Where(a => a.Kind is AlertActKind.StepDone or AlertActKind.StepUndone).Select(a => (a.Target!, a.Count!.Value, a.Kind == AlertActKind.StepDone)));
    }

    [Fact]
    public void Notes_written_at_the_same_moment_on_a_closed_alert_all_arrive()
    {
        var alert = _f.Raise(0);
        _f.Act(alert, new OperatorAct.Acknowledge("vh01"), 1);
        _f.Clear(2);
        Parallel.For(0, 20, n => Assert.Equal(ActOutcome.Ok, _f.Act(alert, new OperatorAct.AddNote("vh01", $"{n}"), 3).Outcome));
        Assert.Equal(Enumerable.Range(1, 23), _f.Store.ActsOf(alert.Id).Select(a => a.Sequence));
    }

    [Fact]
    public void At_a_hand_over_all_that_one_saw_to_goes_to_the_other()
    {
        var (mine, others, closed) = (_f.Raise(0, "l1"), _f.Raise(0, "l2"), _f.Raise(0, "l3"));
        _f.Act(mine, new OperatorAct.Assign("vh01", "vh01"), 1);
        _f.Act(others, new OperatorAct.Assign("vh01", "vh03"), 1);
        _f.Act(closed, new OperatorAct.Assign("vh01", "vh01"), 1);
        _f.Act(closed, new OperatorAct.Acknowledge("vh01"), 1);
        _f.Clear(2, "l3");
        var books = new AlertBooks([_f.Book]);
        Assert.Equal([mine.Id], books.HandOver("VH01 ", "vh02", "so-9", LifeFixture.At(3)).Select(r => r.Id));
        Assert.Empty(books.HandOver("vh01", "vh02", "so-9", LifeFixture.At(4)));
        Assert.Empty(books.HandOver("vh02", "VH02", "so-9", LifeFixture.At(4)));
        Assert.Equal(("vh02", "vh03", "vh01"), (_f.Now(mine).Assignee, _f.Now(others).Assignee, _f.Now(closed).Assignee));
        var act = _f.Store.ActsOf(mine.Id)[^1];
        Assert.Equal((AlertActKind.HandedOver, "VH01 ", "vh02", "so-9"), (act.Kind, act.Operator, act.Target, act.Note));
    }

    [Fact]
    public void Settings_of_the_life_cycle_out_of_range_are_named()
    {
        var problems = new AlertOptions
        {
            MaxShelving = TimeSpan.Zero,
            MaxShelvedPerOperator = 0,
            NoteAfterClose = TimeSpan.FromSeconds(-1),
            Chattering = { Raises = 1, Window = TimeSpan.Zero, Quiet = TimeSpan.Zero },
            Escalation = { P2 = TimeSpan.FromSeconds(-1), Levels = 11 },
        }.Validate();
        string[] settings = ["MaxShelving", "MaxShelvedPerOperator", "NoteAfterClose", "Chattering:Raises", "Chattering:Window", "Chattering:Quiet", "Escalation:Levels", "Escalation:P2"];
        Assert.Equal(settings, problems.Select(p => p.En["Alerts:".Length..p.En.IndexOf(' ', StringComparison.Ordinal)]));
    }
}
