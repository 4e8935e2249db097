using System.Text;
using IOC.Commands;
using IOC.Host.Commands;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Ingest.Log;
using IOC.Registry;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests;

/// <summary>The desk over the real store, with a link and a clock that the test moves.</summary>
public sealed class CommandDeskTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CommandOptions _options = new() { KeepFinished = TimeSpan.FromMinutes(5) };
    private readonly FakeLink _link = new();
    private readonly LiveView _live;
    private readonly RegistryDatabase _database;
    private readonly SqliteReadingLog _log;
    private readonly SensorAddress _lamp;
    private readonly CommandStore _store;
    private CommandDesk _desk;

    public CommandDeskTests()
    {
        _live = new LiveView(_time, new IocOptions());
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        _log = new SqliteReadingLog(new ReadingLogOptions { Directory = _folder.Combine("log"), Partitions = 1 }, _addresses, new PropertyCatalogue([]), TimeProvider.System);
        _lamp = _addresses.GetOrAdd("d", "lighting", "lamp");
        _store = new CommandStore(_database, _addresses);
        _desk = NewDesk();
    }

    public Task InitializeAsync() => _desk.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _desk.StopAsync(CancellationToken.None);
        _desk.Dispose();
        await _log.DisposeAsync();
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_reachable_device_is_sent_it_at_once_and_its_answers_are_stored_before_they_are_acknowledged()
    {
        _link.Reachable = true;
        var command = await IssueAsync();
        Assert.Equal(command.Id, Assert.Single(_link.Sent).Id);
        Assert.Equal("sent", Shown().State);
        await AnswerAsync(command.Id, "accepted");
        Assert.Equal(CommandState.Accepted, _store.Find(command.Id)!.State);
        await AnswerAsync(command.Id, "done", "xong");
        await AnswerAsync(command.Id, "done", "xong");
        Assert.Equal((CommandState.Done, "xong"), (_store.Find(command.Id)!.State, _store.Find(command.Id)!.Detail));
        Assert.Equal(("done", "xong"), (Shown().State, Shown().Detail));
        Assert.Equal(new CommandFigures(0, 1, 2, 1, 0, 0), _desk.Figures);
    }

    [Fact]
    public async Task A_device_gets_it_on_its_return_and_repetitions_while_it_does_not_answer()
    {
        var command = await IssueAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(_link.Sent);
        _link.Reachable = true;
        await MoveAsync(1);
        await Eventually.HoldsAsync(() => _link.Sent.Count == 1, "the command to be sent on the device's return");
        foreach (var wait in new[] { 10, 20, 40 })
        {
            var sent = _link.Sent.Count;
            await MoveAsync(wait + 1);
            await Eventually.HoldsAsync(() => _link.Sent.Count == sent + 1, $"a repetition after {wait} s");
        }

        await MoveAsync(81);
        await Eventually.HoldsAsync(() => Shown().State == "timed_out", "the host to give up");
        Assert.All(_link.Sent, c => Assert.Equal(command.Id, c.Id));
        Assert.Equal(4, _store.Find(command.Id)!.Attempts);
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_store_is()
    {
        var command = await IssueAsync();
        await _desk.StopAsync(CancellationToken.None);
        _desk.Dispose();
        _desk = NewDesk();
        await _desk.StartAsync(CancellationToken.None);
        _link.Reachable = true;
        await MoveAsync(1);
        await Eventually.HoldsAsync(() => _link.Sent.Exists(c => c.Id == command.Id), "the command to be sent after the restart");
    }

    [Fact]
    public async Task A_link_that_fails_is_tried_again()
    {
        (_link.Reachable, _link.Fails) = (true, true);
        var command = await IssueAsync();
        Assert.Equal(CommandState.Sent, _store.Find(command.Id)!.State);
        _link.Fails = false;
        await MoveAsync(11);
        await Eventually.HoldsAsync(() => _link.Sent.Count == 1, "the second try");
    }

    [Fact]
    public async Task A_command_is_never_overtaken_by_the_one_that_takes_its_place()
    {
        var slow = new TaskCompletionSource();
        (_link.Reachable, _link.FirstWaitsFor) = (true, slow.Task);
        var older = IssueAsync();
        var newer = IssueAsync();
        slow.SetResult();
        Assert.Equal([(await older).Id, (await newer).Id], _link.Sent.Select(c => c.Id));
    }

    [Fact]
    public async Task Answers_that_nobody_can_take_are_dead_letters()
    {
        var bad = _desk.Take(Topic(), "{}"u8, "c");
        Assert.True(bad.IsBad);
        await bad.Stored!;
        await AnswerAsync($"n1-{new string('a', 32)}", "done");
        Assert.Equal(2, _log.DeadLetters.List(new DeadLetterQuery()).Count);
        Assert.All(_log.DeadLetters.List(new DeadLetterQuery()), l => Assert.Equal(("lamp", "c"), (l.Sensor, l.Client)));
        Assert.Equal((1, 1), (_desk.Figures.BadAnswers, _desk.Figures.UnknownAnswers));
    }

    [Fact]
    public async Task Cancelled_is_shown_and_not_sent()
    {
        var command = await IssueAsync();
        Assert.True(_desk.Cancel(command.Id, "vh02"));
        Assert.False(_desk.Cancel(command.Id, "vh03"));
        Assert.Equal(("cancelled", "vh02"), (Shown().State, Shown().CancelledBy));
        _link.Reachable = true;
        await _desk.PassAsync();
        Assert.Empty(_link.Sent);
    }

    [Fact]
    public async Task Old_outcomes_are_removed()
    {
        var command = await IssueAsync();
        _desk.Cancel(command.Id, "vh02");
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(10));
                return _store.Find(command.Id) is null;
            },
            "the old command to be removed");
    }

    private CommandDesk NewDesk() => new(
        new CommandBook("n1", _store, _options), _store, _options, _link, _live, _log, _time, NullLogger<CommandDesk>.Instance);

    private async Task<Command> IssueAsync() =>
        Assert.Single((await _desk.IssueAsync([new CommandRequest(_lamp, CommandKind.Dim, new CommandArguments(Level: 40), "vh01", TimeSpan.FromHours(1))], group: false))!);

    private Task AnswerAsync(string id, string status, string? detail = null) =>
        _desk.Take(Topic(), Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","status":"{{status}}","detail":"{{detail}}"}"""), "c").Stored!;

    private byte[] Topic() => Encoding.UTF8.GetBytes(CommandMessage.AckTopic(_lamp));

    private LiveCommand Shown() => _live.Collect(new LiveRequest(null, 0)).Commands.Single();

    // The desk's own turn, once a second, runs on another thread: this one is certain.
    private async Task MoveAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _desk.PassAsync();
        }
    }

    private sealed class FakeLink : ICommandLink
    {
        private readonly Lock _gate = new();
        private readonly List<Command> _sent = [];

        public volatile bool Reachable;

        public bool Fails { get; set; }

        /// <summary>What the first command waits for on its way.</summary>
        public Task? FirstWaitsFor { get; set; }

        public List<Command> Sent
        {
            get
            {
                lock (_gate)
                {
                    return [.. _sent];
                }
            }
        }

        public bool IsReachable(SensorAddress sensor) => Reachable;

        public async ValueTask SendAsync(Command command, long nowMs)
        {
            if (Fails)
            {
                throw new IOException("the network is gone");
            }

            if (FirstWaitsFor is { } wait)
            {
                FirstWaitsFor = null;
                await wait;
            }

            lock (_gate)
            {
                _sent.Add(command);
            }
        }
    }
}
