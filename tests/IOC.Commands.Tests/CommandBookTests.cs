using IOC.Telemetry;
using static IOC.Commands.CommandState;

namespace IOC.Commands.Tests;

public sealed class CommandBookTests
{
    private const long T0 = CommandSamples.T0;
    private readonly CommandSamples _samples = new();
    private readonly MemoryCommandStore _store = new();
    private readonly CommandOptions _options = new() { MaxOpen = 3 };
    private readonly CommandBook _book;

    public CommandBookTests() => _book = new CommandBook("n1", _store, _options);

    [Fact]
    public void Ids_hold_the_node_and_are_each_their_own()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => CommandId.New("node-7", CommandSamples.At(T0))).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(1000, ids.Count);
        Assert.All(ids, id => Assert.True(id.StartsWith("node-7-", StringComparison.Ordinal) && CommandId.IsValid(id)));
        Assert.All(["", "n1", "n1-123", "-" + new string('a', 32), "n1-" + new string('g', 32), "n1/" + new string('a', 32)], bad => Assert.False(CommandId.IsValid(bad)));
    }

    [Fact]
    public void A_newer_command_takes_the_place_of_its_sensors_open_one_and_of_no_other()
    {
        var (first, other) = (Issue(40), Issue(50, 2));
        Assert.Equal(first.Id, Assert.Single(_book.Pass(T0, s => s == first.Sensor).ToSend).Id);
        var second = Issue(70);
        Assert.Equal((Superseded, second.Id), (_store.Find(first.Id)!.State, _store.Find(first.Id)!.SupersededBy));
        Assert.Equal(Pending, _store.Find(other.Id)!.State);

        // The older one is never sent again: it cannot undo the newer.
        var sent = Enumerable.Range(0, 100).SelectMany(i => _book.Pass(T0 + (i * 10_000), _ => true).ToSend).ToList();
        Assert.Contains(sent, c => c.Id == second.Id);
        Assert.DoesNotContain(sent, c => c.Id == first.Id);
    }

    [Fact]
    public void What_is_open_is_resumed_after_a_restart_where_it_was()
    {
        var (away, sent) = (Issue(40), Issue(50, 2));
        _book.Pass(T0, s => s == sent.Sensor);
        var restarted = new CommandBook("n1", _store, _options);
        Assert.Equal(2, restarted.OpenCount);
        Assert.Empty(restarted.Pass(T0 + 9_999, s => s == sent.Sensor).ToSend);
        var again = restarted.Pass(T0 + 10_000, _ => true).ToSend;
        Assert.Equal([(away.Id, 1), (sent.Id, 2)], again.Select(c => (c.Id, c.Attempts)).OrderBy(c => c.Attempts));
    }

    [Fact]
    public void Answers_count_once_and_only_from_the_device_that_was_asked()
    {
        var command = Issue(40);
        _book.Pass(T0, _ => true);
        var ack = new CommandAck(command.Id, CommandAnswer.Done, null);
        var path = command.Sensor.Path;
        var (outcomes, changes) = _book.Acknowledge(
            [new("bac-giang/lighting/lamp-9", ack), new(path, ack), new(path, ack), new(path, new CommandAck($"n1-{new string('f', 32)}", CommandAnswer.Done, null))], T0 + 1);
        Assert.Equal([AckOutcome.Unknown, AckOutcome.Taken, AckOutcome.Repeated, AckOutcome.Unknown], outcomes);
        Assert.Equal(Done, Assert.Single(changes.Changed).State);
        Assert.Equal(0, _book.OpenCount);
        Assert.Equal([AckOutcome.Repeated], _book.Acknowledge([new(path, ack)], T0 + 2).Outcomes);
    }

    [Fact]
    public void Accepted_and_done_in_one_batch_are_both_taken()
    {
        var command = Issue(40);
        _book.Pass(T0, _ => true);
        var (outcomes, changes) = _book.Acknowledge(
            [new(command.Sensor.Path, new CommandAck(command.Id, CommandAnswer.Accepted, null)), new(command.Sensor.Path, new CommandAck(command.Id, CommandAnswer.Done, null))], T0 + 5);
        Assert.Equal([AckOutcome.Taken, AckOutcome.Taken], outcomes);
        var done = Assert.Single(changes.Changed);
        Assert.Equal((Done, T0 + 5, done), (done.State, done.AcceptedAtMs, _store.Find(command.Id)));
    }

    [Fact]
    public void A_late_answer_to_a_command_that_was_given_up_is_taken_from_the_store()
    {
        var command = Issue(40, life: TimeSpan.FromSeconds(5));
        _book.Pass(T0, _ => true);
        Assert.Equal(TimedOut, Assert.Single(_book.Pass(T0 + 10_000, _ => true).Changed).State);
        Assert.Equal([AckOutcome.Taken], _book.Acknowledge([new(command.Sensor.Path, new CommandAck(command.Id, CommandAnswer.Done, null))], T0 + 60_000).Outcomes);
        Assert.Equal((Done, true), (_store.Find(command.Id)!.State, _store.Find(command.Id)!.Late));
        Assert.Equal(0, _book.OpenCount);
    }

    [Fact]
    public void A_change_that_could_not_be_stored_has_not_happened()
    {
        var command = Issue(40);
        _store.Fails = true;
        Assert.Throws<IOException>(() => Issue(50, 2));
        Assert.Throws<IOException>(() => _book.Pass(T0, _ => true));
        Assert.Throws<IOException>(() => _book.Acknowledge([new(command.Sensor.Path, new CommandAck(command.Id, CommandAnswer.Done, null))], T0));
        Assert.Throws<IOException>(() => _book.Cancel([command.Id], "vh02", T0));
        _store.Fails = false;
        Assert.Equal(1, _book.OpenCount);
        Assert.Equal(1, Assert.Single(_book.Pass(T0, _ => true).ToSend).Attempts);
    }

    [Fact]
    public void What_was_stored_although_the_connection_broke_is_neither_lost_nor_done_twice()
    {
        _store.BreaksAfterSaving = true;
        Assert.Throws<IOException>(() => Issue(40));
        var pass = _book.Pass(T0, _ => true);
        var command = Assert.Single(pass.ToSend);
        Assert.Equal([Pending, Sent], pass.Changed.Select(c => c.State));

        _store.BreaksAfterSaving = true;
        Assert.Throws<IOException>(() => _book.Acknowledge([new(command.Sensor.Path, new CommandAck(command.Id, CommandAnswer.Done, null))], T0));
        Assert.Equal(Done, Assert.Single(_book.Pass(T0 + 1, _ => true).Changed).State);
        Assert.Equal((0, Done), (_book.OpenCount, _store.Find(command.Id)!.State));
        Assert.Equal(
            [AckOutcome.Repeated], _book.Acknowledge([new(command.Sensor.Path, new CommandAck(command.Id, CommandAnswer.Done, null))], T0 + 2).Outcomes);
    }

    [Fact]
    public void Too_many_are_refused_as_a_whole()
    {
        Issue(40);
        Assert.Null(_book.Issue([.. Enumerable.Range(2, 3).Select(i => _samples.Request(sensor: _samples.Lamp(i)))], group: true, CommandSamples.At(T0)));
        Assert.Equal(1, _book.OpenCount);
        Assert.NotNull(_book.Issue([.. Enumerable.Range(1, 3).Select(i => _samples.Request(sensor: _samples.Lamp(i)))], group: true, CommandSamples.At(T0)));
        Assert.Equal(3, _book.OpenCount);
    }

    [Fact]
    public void A_group_is_cancelled_together_and_what_has_an_outcome_stays()
    {
        var (added, _) = _book.Issue([_samples.Request(sensor: _samples.Lamp(1)), _samples.Request(sensor: _samples.Lamp(2))], group: true, CommandSamples.At(T0))!.Value;
        var alone = Issue(40, 3);
        Assert.Equal(added[0].Group, added[1].Group);
        _book.Acknowledge([new(added[0].Sensor.Path, new CommandAck(added[0].Id, CommandAnswer.Done, null))], T0);
        Assert.Equal(added[1].Id, Assert.Single(_book.CancelGroup(added[0].Group!, "vh02", T0).Changed).Id);
        Assert.Empty(_book.Cancel([added[0].Id, "n1-0"], "vh02", T0).Changed);
        Assert.Equal(alone.Id, Assert.Single(_book.Cancel([alone.Id], "vh02", T0).Changed).Id);
        Assert.Equal(0, _book.OpenCount);
    }

    [Fact]
    public void Time_without_consequences_stores_nothing()
    {
        Issue(40);
        var saves = _store.Saves;
        Assert.Same(CommandChanges.None, _book.Pass(T0 + 1, _ => false));
        Assert.Equal(saves, _store.Saves);
    }

    private Command Issue(int level, int lamp = 1, TimeSpan? life = null) =>
        _book.Issue([_samples.Request(level, _samples.Lamp(lamp), life)], group: false, CommandSamples.At(T0))!.Value.Added[0];
}
