namespace IOC.Commands.Tests;

/// <summary>What every command store must do. Each implementation has a class that derives from this.</summary>
public abstract class CommandStoreContract
{
    protected const long T0 = CommandSamples.T0;

    protected CommandSamples Samples { get; } = new();

    protected abstract ICommandStore Store { get; }

    [Fact]
    public void An_empty_store_has_nothing()
    {
        Assert.Empty(Store.LoadOpen());
        Assert.Null(Store.Find("n1-00"));
        Assert.Empty(Store.Query(new CommandQuery()).Items);
        Assert.Empty(Store.CountGroup("n1-00"));
        Assert.Equal(0, Store.DeleteFinishedBefore(long.MaxValue));
    }

    [Fact]
    public void Every_field_comes_back_added_and_changed()
    {
        var command = Samples.Dim(group: "n1-g") with { Arguments = new CommandArguments(null, 40, 3600) };
        Store.Save([command], []);
        Assert.Equal(command, Store.Find(command.Id));
        var changed = command with
        {
            Kind = CommandKind.Switch,
            Arguments = new CommandArguments(true),
            State = CommandState.Superseded,
            Attempts = 3,
            Tries = 2,
            NextAtMs = T0 + 5,
            SentAtMs = T0 + 1,
            AcceptedAtMs = T0 + 2,
            FinishedAtMs = T0 + 9,
            Detail = "đèn hỏng",
            Late = true,
            CancelledBy = "vh02",
            SupersededBy = "n1-x",
            Revision = 7,
        };
        Store.Save([], [changed]);
        Assert.Equal(changed, Store.Find(command.Id));
        Assert.Equal(changed, Assert.Single(Store.Query(new CommandQuery()).Items));
    }

    [Fact]
    public void What_has_no_outcome_is_loaded_the_oldest_first()
    {
        var commands = CommandStates.All.Select((s, i) => Samples.Dim(sensor: Samples.Lamp(i), createdAtMs: T0 - i, state: s)).ToList();
        Store.Save(commands, []);
        Assert.Equal([CommandState.Accepted, CommandState.Sent, CommandState.Pending], Store.LoadOpen().Select(c => c.State));
    }

    [Fact]
    public void A_failed_save_stores_nothing_of_it()
    {
        var command = Samples.Dim();
        Assert.ThrowsAny<Exception>(() => Store.Save([command], [Samples.Dim()]));
        Assert.Null(Store.Find(command.Id));
    }

    [Fact]
    public void Lists_are_filtered_and_paged_without_gaps_or_repeats()
    {
        var commands = Enumerable.Range(0, 60)
            .Select(i => Samples.Dim(
                sensor: Samples.Lamp(i % 4, i % 2 == 0 ? "bac-giang" : "viet-yen"),
                createdAtMs: T0 + (i / 7),
                group: i % 5 == 0 ? "n1-g" : null,
                state: CommandStates.All[i % 10]))
            .ToList();
        Store.Save(commands, []);
        AssertLists(new CommandQuery(), _ => true);
        AssertLists(new CommandQuery { Sensor = "lamp-1" }, c => c.Sensor.Sensor == "lamp-1");
        AssertLists(new CommandQuery { District = "viet-yen" }, c => c.Sensor.District == "viet-yen");
        AssertLists(new CommandQuery { Group = "n1-g" }, c => c.Group == "n1-g");
        AssertLists(new CommandQuery { State = CommandState.Failed }, c => c.State == CommandState.Failed);
        AssertLists(new CommandQuery { OpenOnly = true, District = "bac-giang" }, c => c.IsOpen && c.Sensor.District == "bac-giang");
        AssertLists(new CommandQuery { OpenOnly = true, FinishedSinceMs = T0 + 1004 }, c => c.IsOpen || c.FinishedAtMs >= T0 + 1004);

        void AssertLists(CommandQuery query, Func<Command, bool> expected)
        {
            var listed = new List<Command>();
            CommandCursor? before = null;
            do
            {
                var page = Store.Query(query with { Limit = 7, Before = before });
                listed.AddRange(page.Items);
                before = page.Next;
            }
            while (before is not null);
            Assert.Equal(
                commands.Where(expected).OrderByDescending(c => c.CreatedAtMs).ThenByDescending(c => c.Id, StringComparer.Ordinal).Select(c => c.Id),
                listed.Select(c => c.Id));
            Assert.NotEmpty(listed);
        }
    }

    [Fact]
    public void A_groups_commands_are_counted_by_state()
    {
        Store.Save([.. new[] { CommandState.Done, CommandState.Done, CommandState.Sent }.Select((s, i) => Samples.Dim(sensor: Samples.Lamp(i), group: "n1-g", state: s)), Samples.Dim()], []);
        var counts = Store.CountGroup("n1-g");
        Assert.Equal((2, 1, 2), (counts[CommandState.Done], counts[CommandState.Sent], counts.Count));
    }

    [Fact]
    public void Old_outcomes_are_deleted_and_open_commands_never()
    {
        var (open, old, young) = (Samples.Dim(createdAtMs: T0 - 1_000_000), Samples.Dim(createdAtMs: T0 - 5000, state: CommandState.Done), Samples.Dim(state: CommandState.Done));
        Store.Save([open, old, young], []);
        Assert.Equal(1, Store.DeleteFinishedBefore(T0));
        Assert.Equal([young.Id, open.Id], Store.Query(new CommandQuery()).Items.Select(c => c.Id));
    }
}
