using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>No sequence of events leads to an impossible state, and a restart anywhere in it makes no difference. FsCheck
/// prints the sequence and the seed of a failure.</summary>
public partial class AnySequenceTests
{
    private static Arbitrary<Step[]> Sequences(int longest) =>
        Gen.Choose(1, longest).SelectMany(n => Step.Any.ArrayOf(n)).ToArbitrary();

    [Fact]
    public void Nothing_impossible_follows_from_any_sequence() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Sequences(120), steps =>
        {
            var world = new LifeWorld(restarts: true);
            var closed = new Dictionary<string, Alert>(StringComparer.Ordinal);
            foreach (var step in steps)
            {
                world.Do(step);
                LifeInvariants.Check(world);
                foreach (var alert in world.Store.Query(new AlertQuery { Limit = AlertQuery.MaxLimit }).Items)
                {
                    // Closed is final: notes may still be added.
                    if (!alert.IsOpen && !closed.TryAdd(alert.Id, alert))
                    {
                        Assert.Equal(closed[alert.Id] with { ActCount = alert.ActCount }, alert);
                    }
                }
            }
        }));

    [Fact]
    public void The_sequences_reach_every_state_under_every_hold_and_every_act()
    {
        // Or the others would mean little.
        var random = new Random(7);
        var acts = new HashSet<AlertActKind>();
        var states = new HashSet<(AlertState, HoldKind)>();
        for (var run = 0; run < 40; run++)
        {
            var world = new LifeWorld(restarts: true);
            for (var n = 0; n < 200; n++)
            {
                world.Do(new Step(Step.Kinds[random.Next(Step.Kinds.Count)], random.Next(1000), random.Next(1000)));
                states.UnionWith(world.Book.Open().Select(a => (a.State, a.Hold?.Kind ?? HoldKind.None)));
            }

            acts.UnionWith(world.Store.Query(new AlertQuery { Limit = AlertQuery.MaxLimit }).Items.SelectMany(a => world.Store.ActsOf(a.Id)).Select(a => a.Kind));
        }

        // A withdrawal needs another catalogue, see AlertWithdrawTests; only what explains settles, see GroupPropertyTests.
        Assert.Equal(Enum.GetValues<AlertActKind>().Where(k => k is not (AlertActKind.Withdrawn or AlertActKind.Settled or AlertActKind.StepDone or AlertActKind.StepUndone)), acts.Order());
        var open = Enum.GetValues<AlertState>().Where(s => s != AlertState.Closed);
        Assert.Equal(open.SelectMany(s => Enum.GetValues<HoldKind>().Select(h => (s, h))).Order(), states.Order());
    }

    [Fact]
    public void Restarts_anywhere_change_nothing() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Sequences(100), steps =>
        {
            var (whole, restarted) = (new LifeWorld(restarts: false), new LifeWorld(restarts: true));
            foreach (var step in steps)
            {
                whole.Do(step);
                restarted.Do(step);
            }

            Assert.Equal(Dump(whole), Dump(restarted));
        }));

    // The ids of what operators made are no function of the log: told apart by their order.
    private static List<string> Dump(LifeWorld world)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var holds = new[] { HoldKind.Suppressed, HoldKind.Shelved, HoldKind.OutOfService }
            .SelectMany(k => world.Store.Holds(k, ended: true, AlertQuery.MaxLimit).OrderBy(h => h.CreatedAtMs).ThenBy(h => h with { Id = "" }, Comparer<Hold>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))))
            .Select(h => h.ToString());
        var alerts = world.Store.Query(new AlertQuery { Limit = AlertQuery.MaxLimit }).Items
            .SelectMany(a => world.Store.ActsOf(a.Id).Select(act => act.ToString()).Append(a.ToString()));
        return [.. holds.Concat(alerts).Select(line => MadeId().Replace(line, m => names.TryGetValue(m.Value, out var name) ? name : names[m.Value] = $"h#{names.Count}"))];
    }

    [GeneratedRegex("n1-3-h[0-9a-f]{32}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MadeId();
}
