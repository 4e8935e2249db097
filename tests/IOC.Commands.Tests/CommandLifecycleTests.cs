using static IOC.Commands.CommandState;

namespace IOC.Commands.Tests;

public sealed class CommandLifecycleTests
{
    private const long T0 = CommandSamples.T0;
    private const long Second = 1000;
    private readonly CommandOptions _options = new();
    private readonly CommandSamples _samples = new();

    [Fact]
    public void A_reachable_device_is_sent_it_at_once_and_an_unreachable_one_on_its_return()
    {
        var pending = _samples.Dim();
        Assert.Equal((pending, false), Pass(pending, T0, reachable: false));
        var (sent, send) = Pass(pending, T0 + (600 * Second), reachable: true);
        Assert.True(send);
        Assert.Equal((Sent, 1, T0 + (600 * Second), 2), (sent.State, sent.Attempts, sent.SentAtMs, sent.Revision));
        Assert.Equal((sent, false), Pass(sent, T0 + (609 * Second), reachable: true));
    }

    [Fact]
    public void Without_an_answer_it_is_repeated_with_doubled_waits_and_then_timed_out()
    {
        var (command, _) = Pass(_samples.Dim(), T0, true);
        long[] waits = [10, 20, 40, 80];
        var now = T0;
        for (var i = 0; i < waits.Length; i++)
        {
            Assert.Equal(now + (waits[i] * Second), command.NextAtMs);
            Assert.Equal((command, false), Pass(command, command.NextAtMs - 1, true));
            now = command.NextAtMs;
            (command, var send) = Pass(command, now, true);
            Assert.Equal(i < 3, send);
        }

        Assert.Equal((TimedOut, 4, now), (command.State, command.Attempts, command.FinishedAtMs));
    }

    [Fact]
    public void The_wait_between_repetitions_has_an_upper_end()
    {
        _options.MaxAttempts = 50;
        _options.MaxRetryWait = TimeSpan.FromSeconds(30);
        var (command, _) = Pass(_samples.Dim(), T0, true);
        for (var i = 0; i < 20; i++)
        {
            (command, _) = Pass(command, command.NextAtMs, true);
        }

        var at = command.NextAtMs;
        (command, _) = Pass(command, at, true);
        Assert.Equal(at + (30 * Second), command.NextAtMs);
    }

    [Fact]
    public void A_device_that_went_away_meanwhile_gets_it_on_its_return_with_tries_counted_anew()
    {
        var (command, _) = Pass(_samples.Dim(), T0, true);
        (command, _) = Pass(command, command.NextAtMs, true);
        (command, var send) = Pass(command, command.NextAtMs, reachable: false);
        Assert.Equal((Pending, false, 0), (command.State, send, command.Tries));
        Assert.Null(command.FinishedAtMs);
        (command, send) = Pass(command, T0 + (1800 * Second), true);
        Assert.Equal((Sent, true, 1, 3), (command.State, send, command.Tries, command.Attempts));
        Assert.Equal(T0, command.SentAtMs);
    }

    [Fact]
    public void What_is_too_old_is_not_sent_any_more()
    {
        var command = _samples.Dim();
        var (expired, send) = Pass(command, command.ExpiresAtMs, reachable: true);
        Assert.Equal((Expired, false, command.ExpiresAtMs), (expired.State, send, expired.FinishedAtMs));
        Assert.Equal((command, false), Pass(command, command.ExpiresAtMs - 1, reachable: false));

        // What is on its way waits for its answer first.
        (command, _) = Pass(command, command.ExpiresAtMs - 1, true);
        Assert.Equal((command, false), Pass(command, command.ExpiresAtMs, true));
        Assert.Equal(TimedOut, Pass(command, command.NextAtMs, true).Command.State);
    }

    [Fact]
    public void Takenthen_done()
    {
        var (command, _) = Pass(_samples.Dim(), T0, true);
        command = Answer(command, Taken, T0 + 50);
        Assert.Equal((Accepted, T0 + 50, T0 + 50 + (60 * Second)), (command.State, command.AcceptedAtMs, command.NextAtMs));
        Assert.Same(command, Answer(command, Taken, T0 + 60));
        command = Answer(command, CommandAnswer.Done, T0 + 2000);
        Assert.Equal((CommandState.Done, T0 + 2000, false), (command.State, command.FinishedAtMs, command.Late));
    }

    [Fact]
    public void A_device_that_accepted_and_fell_silent_is_asked_again_and_then_given_up()
    {
        var command = Answer(Pass(_samples.Dim(), T0, true).Command, Taken, T0);
        var sends = 0;
        while (command.IsOpen)
        {
            (command, var send) = Pass(command, command.NextAtMs, true);
            sends += send ? 1 : 0;
            Assert.True(command.State is Accepted or TimedOut);
        }

        Assert.Equal((3, 4), (sends, command.Attempts));
    }

    [Fact]
    public void A_device_that_accepted_and_never_came_back_timed_out_and_did_not_expire()
    {
        var command = Answer(Pass(_samples.Dim(), T0, true).Command, Taken, T0);
        (command, _) = Pass(command, command.NextAtMs, reachable: false);
        Assert.Equal(Pending, command.State);
        Assert.Equal(TimedOut, Pass(command, command.ExpiresAtMs, false).Command.State);
    }

    [Theory]
    [InlineData(CommandAnswer.Done, CommandState.Done)]
    [InlineData(CommandAnswer.Failed, CommandState.Failed)]
    [InlineData(CommandAnswer.Rejected, CommandState.Rejected)]
    public void The_devices_word_ends_it_and_nothing_overrules_that(CommandAnswer answer, CommandState state)
    {
        var command = CommandLifecycle.Answer(Pass(_samples.Dim(), T0, true).Command, answer, " lamp\u0007 out ", T0 + 9, _options);
        Assert.Equal((state, "lamp out", T0 + 9), (command.State, command.Detail, command.FinishedAtMs));
        foreach (var other in Enum.GetValues<CommandAnswer>())
        {
            Assert.Same(command, Answer(command, other, T0 + 10));
        }

        Assert.Same(command, CommandLifecycle.Cancel(command, "vh02", T0 + 10));
        Assert.Same(command, CommandLifecycle.Supersede(command, "n1-x", T0 + 10));
        Assert.Same(command, Pass(command, long.MaxValue, true).Command);
    }

    [Theory]
    [InlineData(TimedOut)]
    [InlineData(Expired)]
    [InlineData(Cancelled)]
    [InlineData(Superseded)]
    public void A_late_word_is_better_than_the_hosts_guess_and_is_marked(CommandState guess)
    {
        var command = _samples.Dim(state: guess);
        Assert.Same(command, Answer(command, Taken, T0 + 5000));
        Assert.Same(command, Answer(command, CommandAnswer.Rejected, T0 + 5000));
        foreach (var (answer, state) in new[] { (CommandAnswer.Done, CommandState.Done), (CommandAnswer.Failed, CommandState.Failed) })
        {
            var late = Answer(command, answer, T0 + 5000);
            Assert.Equal((state, true, T0 + 5000), (late.State, late.Late, late.FinishedAtMs));
        }
    }

    [Fact]
    public void An_answer_from_a_brokers_queue_counts_before_the_host_sends_again()
    {
        var command = _samples.Dim() with { Attempts = 1, SentAtMs = T0 };
        Assert.Equal(CommandState.Done, Answer(command, CommandAnswer.Done, T0 + 100).State);
        Assert.False(Answer(command, CommandAnswer.Done, T0 + 100).Late);
    }

    [Theory]
    [InlineData(Pending)]
    [InlineData(Sent)]
    [InlineData(Accepted)]
    public void An_operator_or_a_newer_command_ends_it_from_any_open_state(CommandState state)
    {
        var command = _samples.Dim(state: state);
        var cancelled = CommandLifecycle.Cancel(command, "vh02", T0 + 1);
        Assert.Equal((Cancelled, "vh02", T0 + 1), (cancelled.State, cancelled.CancelledBy, cancelled.FinishedAtMs));
        var superseded = CommandLifecycle.Supersede(command, "n1-x", T0 + 1);
        Assert.Equal((Superseded, "n1-x"), (superseded.State, superseded.SupersededBy));
    }

    [Fact]
    public void A_devices_words_are_cut_between_characters()
    {
        var long_ = string.Concat(Enumerable.Repeat("a💡", 100));
        var detail = CommandLifecycle.Answer(_samples.Dim(), CommandAnswer.Failed, long_, T0, _options).Detail!;
        Assert.InRange(detail.Length, 198, CommandLifecycle.MaxDetail);
        Assert.False(char.IsHighSurrogate(detail[^1]));
        Assert.StartsWith(detail, long_, StringComparison.Ordinal);
    }

    /// <summary>Whatever happens in whatever order: 20,000 random lives keep the rules.</summary>
    [Fact]
    public void Random_lives_keep_the_rules()
    {
        var random = new Random(20261122);
        var reached = new HashSet<CommandState>();
        for (var life = 0; life < 20_000; life++)
        {
            var command = _samples.Dim() with { ExpiresAtMs = T0 + random.Next(1, 600_000) };
            var now = T0;
            var tries = 0;
            for (var step = 0; step < 40; step++)
            {
                var before = command;
                now += random.Next(0, 60_000);
                var reachable = random.Next(3) > 0;
                var send = false;
                var told = false;
                switch (random.Next(20))
                {
                    case < 15:
                        (command, send) = CommandLifecycle.Pass(command, now, () => reachable, _options);
                        break;
                    case < 18:
                        told = true;
                        command = CommandLifecycle.Answer(command, (CommandAnswer)random.Next(4), null, now, _options);
                        break;
                    case 18:
                        command = CommandLifecycle.Cancel(command, "vh", now);
                        break;
                    default:
                        command = CommandLifecycle.Supersede(command, "n1-x", now);
                        break;
                }

                reached.Add(command.State);
                tries += send ? 1 : 0;
                Check(before, command, send, told, reachable, now);
            }

            Assert.Equal(tries, command.Attempts);
        }

        Assert.Equal(CommandStates.All.Count, reached.Count);
    }

    private static void Check(Command before, Command after, bool send, bool told, bool reachable, long now)
    {
        if (send)
        {
            Assert.True(reachable, "sent to a device that cannot be reached");
            Assert.True(now < after.ExpiresAtMs, "sent although it was too late");
            Assert.True(before.IsOpen && after.State is Sent or Accepted, "sent after its end");
        }

        Assert.Equal(after.IsOpen, after.FinishedAtMs is null);
        Assert.Equal(ReferenceEquals(before, after) ? before.Revision : before.Revision + 1, after.Revision);
        Assert.False(before.State.IsDevicesWord() && !ReferenceEquals(before, after), "the device's word was overruled");
        Assert.True(before.IsOpen || ReferenceEquals(before, after) || (told && after.Late && after.State is CommandState.Done or CommandState.Failed), "a closed command changed without the device's word");
        Assert.True(after.Tries <= 4);
    }

    private const CommandAnswer Taken = CommandAnswer.Accepted;

    private (Command Command, bool Send) Pass(Command command, long now, bool reachable) => CommandLifecycle.Pass(command, now, () => reachable, _options);

    private Command Answer(Command command, CommandAnswer answer, long now) => CommandLifecycle.Answer(command, answer, null, now, _options);
}
