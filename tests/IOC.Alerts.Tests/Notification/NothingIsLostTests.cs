using FsCheck;
using FsCheck.Fluent;
using IOC.Alerts.Notification;
using IOC.Telemetry;

namespace IOC.Alerts.Tests.Notification;

/// <summary>Whatever happens, in whatever order, with failures and restarts between: every notice that a route tells reaches its receiver,
/// in order within a group, and what is sent again has the same key and says the same.</summary>
public class NothingIsLostTests
{
    private enum Step
    {
        Raise,
        Clear,
        Acknowledge,
        Pass,
        PassLong,
        Send,
        SendFails,
        ChannelFails,
        CrashAfterSending,
        StoreFails,
        StoreBreaks,
        Restart,
    }

    [Fact]
    public void Every_notice_arrives_and_repeats_carry_the_same_key() => Prop.ForAll(
            Arb.From(Gen.Elements(Enum.GetValues<Step>()).ListOf(60), _ => []),
            steps => new Run().Play([.. steps]))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    private sealed class Run
    {
        private readonly NotificationFixture _f = new NotificationFixture()
            .With(NotificationFixture.Webhook()).With(NotificationFixture.Webhook("sms", "+1", "+2")).With(NotificationFixture.Nights())
            .With(new Route
            {
                Name = "all",
                Channels = ["hook", "sms"],
                Events = NotificationEvents.Routable,
                GroupBy = [GroupingField.District],
                GroupWait = TimeSpan.FromSeconds(20),
                RepeatEvery = TimeSpan.FromHours(3),
                Quiet = new QuietHours("nights", [Severity.P1]),
            });

        private readonly Dictionary<string, AlertState> _alerts = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _received = new(StringComparer.Ordinal);
        private readonly List<(string Where, string Group, DeliveryPurpose Purpose, long Number)> _order = [];
        private readonly List<string> _happened = [];
        private int _next;

        public void Play(IReadOnlyList<Step> steps)
        {
            _f.Options.MaxAttempts = 1000;
            for (var i = 0; i < steps.Count; i++)
            {
                Do(steps[i], i);
            }

            // Everybody acknowledges, the night ends, the receivers are well.
            foreach (var id in _alerts.Keys.ToList())
            {
                Act(id, AlertActKind.Acknowledged, AlertState.Acknowledged);
            }

            for (var i = 0; i < 4; i++)
            {
                _f.Advance(TimeSpan.FromHours(8));
                Send(_ => new SendOutcome(SendResult.Sent, 200));
            }

            Assert.Equal((0, 0, 0), _f.Book.Waiting);
            Assert.All(_f.Store.Deliveries, d => Assert.Equal(DeliveryState.Sent, d.State));
            foreach (var where in new[] { "hook/", "sms/+1", "sms/+2" })
            {
                var told = _received.Where(r => r.Key.StartsWith(where, StringComparison.Ordinal)).SelectMany(r => r.Value.Split(", ")).Where(t => !t.EndsWith("repeated", StringComparison.Ordinal));
                Assert.Equal(_happened.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
            }

            foreach (var group in _order.GroupBy(o => (o.Where, o.Group, o.Purpose)))
            {
                Assert.Equal(group.Select(o => o.Number).Order(), group.Select(o => o.Number));
            }
        }

        private void Do(Step step, int number)
        {
            switch (step)
            {
                case Step.Raise:
                    var id = $"a{_next++}";
                    _alerts[id] = AlertState.Unacknowledged;
                    _f.Happen(id, severity: number % 5 == 0 ? Severity.P1 : Severity.P3, district: number % 2 == 0 ? "x" : "y");
                    _happened.Add($"{id} raised");
                    break;
                case Step.Clear:
                    Act(_alerts.FirstOrDefault(a => a.Value == AlertState.Unacknowledged).Key, AlertActKind.Cleared, AlertState.Returned);
                    break;
                case Step.Acknowledge:
                    Act(_alerts.FirstOrDefault().Key, AlertActKind.Acknowledged, AlertState.Acknowledged);
                    break;
                case Step.Pass:
                    _f.Advance(TimeSpan.FromSeconds(25));
                    break;
                case Step.PassLong:
                    _f.Advance(TimeSpan.FromHours(5));
                    break;
                case Step.Send:
                    Send(_ => new SendOutcome(SendResult.Sent, 200));
                    break;
                case Step.SendFails:
                    Send(_ => new SendOutcome(SendResult.Retry, 500, "no"), most: 1);
                    break;
                case Step.ChannelFails:
                    Send(_ => new SendOutcome(SendResult.Retry, 429, "later", TimeSpan.FromSeconds(30), ConcernsChannel: true), most: 1);
                    break;
                case Step.CrashAfterSending:
                    Crash();
                    break;
                case Step.StoreFails:
                    _f.Store.Fails = true;
                    Record.Exception(_f.Turn);
                    _f.Store.Fails = false;
                    break;
                case Step.StoreBreaks:
                    _f.Store.BreaksAfterSaving = true;
                    Record.Exception(_f.Turn);
                    _f.Store.BreaksAfterSaving = false;
                    break;
                case Step.Restart:
                    _f.Restart();
                    break;
            }
        }

        private void Act(string? id, AlertActKind kind, AlertState after)
        {
            if (id is null)
            {
                return;
            }

            // Two states of an alert suffice here: once it is acknowledged nothing more happens to it.
            var closed = kind == AlertActKind.Acknowledged && _alerts[id] == AlertState.Returned;
            _f.Happen(id, kind, closed ? AlertState.Closed : after, Severity.P3, by: kind == AlertActKind.Acknowledged ? "vh" : null);
            _happened.Add($"{id} {(closed ? "closed" : kind == AlertActKind.Cleared ? "returned" : "acknowledged")}");
            if (kind == AlertActKind.Acknowledged)
            {
                _alerts.Remove(id);
            }
            else
            {
                _alerts[id] = after;
            }
        }

        private void Send(Func<Delivery, SendOutcome> receiver, int most = 1000)
        {
            _f.Turn();
            foreach (var channel in new[] { "hook", "sms" })
            {
                for (var i = 0; i < most && _f.Book.Next(channel, _f.Now) is { } next; i++)
                {
                    var outcome = receiver(next);
                    if (outcome.Result == SendResult.Sent)
                    {
                        Receive(next);
                    }

                    _f.Book.Record(next.Id, outcome, _f.Now);
                }
            }
        }

        // The receiver has it, and the host does not come to note it.
        private void Crash()
        {
            _f.Turn();
            if (_f.Book.Next("hook", _f.Now) is { } next)
            {
                Receive(next);
            }

            _f.Restart();
        }

        private void Receive(Delivery delivery)
        {
            var (key, said) = ($"{delivery.Channel}/{delivery.Recipient} {delivery.Id}", _f.Told(delivery));
            if (!_received.TryAdd(key, said))
            {
                Assert.Equal(_received[key], said);
                return;
            }

            _order.Add(($"{delivery.Channel}/{delivery.Recipient}", delivery.Group, delivery.Purpose, delivery.Number));
        }
    }
}
