using System.Globalization;
using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>
/// Who is told what and when: takes acts, gathers them into messages by the routes, holds them in quiet hours, repeats, and
/// keeps what is to be sent. It sends nothing itself and reads no clock. Every change is stored before it counts, so that
/// after a crash nothing is missing and at most the last message to a receiver is sent again, with the same key. Thread-safe.
/// </summary>
public sealed partial class NotificationBook
{
    private readonly Lock _gate = new();
    private readonly string _nodeId;
    private readonly INotificationStore _store;
    private readonly Func<string, Alert?> _alerts;
    private readonly NoticeNames _names;
    private readonly NotificationOptions _options;
    private readonly TimeZoneInfo _zone;
    private readonly Dictionary<string, Delivery> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<GatherKey, string> _gathering = [];
    private readonly Dictionary<GatherKey, string> _held = [];
    private readonly Dictionary<string, SortedDictionary<long, Delivery>> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Alert, string Route), Repetition> _repetitions = [];
    private readonly Dictionary<string, ChannelRest> _rests = new(StringComparer.Ordinal);
    private long _lastNumber;
    private bool _lookAtHeld;

    /// <summary>Restores the book from the store.</summary>
    /// <param name="nodeId">Id of this node, a slug; part of every message's id.</param>
    /// <param name="store">Where everything is kept.</param>
    /// <param name="alerts">Finds an alert as it is now.</param>
    /// <param name="names">Names for people.</param>
    /// <param name="options">Settings.</param>
    /// <param name="zone">The city's zone.</param>
    public NotificationBook(
        string nodeId, INotificationStore store, Func<string, Alert?> alerts, NoticeNames names, NotificationOptions options, TimeZoneInfo zone)
    {
        if (!Slug.IsValid(nodeId))
        {
            throw new ArgumentException($"The node id '{nodeId}' is no slug.", nameof(nodeId));
        }

        (_nodeId, _store, _alerts, _names, _options, _zone) = (nodeId, store, alerts, names, options, zone);
        var state = store.Load();
        Config = state.Config;
        Take(state);
    }

    /// <summary>Channels, routes and calendars in force.</summary>
    public NotificationConfig Config { get; private set; }

    /// <summary>Takes acts in: each becomes part of the messages that the routes ask for, and is not fed again.</summary>
    /// <param name="acts">Acts, an alert's in order.</param>
    /// <param name="now">Host's clock.</param>
    public void Take(IReadOnlyList<FedAct> acts, DateTimeOffset now)
    {
        lock (_gate)
        {
            Recover();
            var draft = new NotificationDraft(_lastNumber);
            foreach (var (act, alert) in acts)
            {
                draft.Fed.Add(act);
                if (!AlertNotices.Waits(act))
                {
                    EndRepetitions(draft, act.AlertId);
                }

                if (alert is not null && AlertNotices.From(act, alert, _names) is { } notice)
                {
                    Tell(draft, notice, AlertNotices.Waits(act), now);
                }
            }

            Commit(draft);
        }
    }

    /// <summary>Lets time pass: what has gathered long enough is to be sent, quiet hours end, repetitions are told.</summary>
    /// <param name="now">Host's clock.</param>
    public void Pass(DateTimeOffset now)
    {
        lock (_gate)
        {
            Recover();
            var draft = new NotificationDraft(_lastNumber);
            var nowMs = now.ToUnixTimeMilliseconds();
            foreach (var id in _gathering.Values)
            {
                if (_open[id] is var delivery && delivery.DueAtMs <= nowMs)
                {
                    Finish(draft, delivery, nowMs);
                }
            }

            foreach (var id in _held.Values)
            {
                Release(draft, _open[id], now);
            }

            foreach (var repetition in _repetitions.Values.Where(r => r.NextAtMs <= nowMs).OrderBy(r => r.NextAtMs).ThenBy(r => r.AlertId, StringComparer.Ordinal).ToList())
            {
                Repeat(draft, repetition, now);
            }

            Commit(draft);
            _lookAtHeld = false;
        }
    }

    private void Tell(NotificationDraft draft, AlertNotice notice, bool waits, DateTimeOffset now)
    {
        foreach (var route in Config.RoutesFor(notice, now, _zone))
        {
            var quietUntil = Config.QuietUntil(route, notice.Severity, now, _zone);
            Dispatch(draft, route, notice, quietUntil, now);
            if (waits && route.RepeatEvery is { } every)
            {
                draft.Set(new Repetition(notice.AlertId, route.Name, (now + every).ToUnixTimeMilliseconds(), 0));
            }
        }
    }

    private void Dispatch(NotificationDraft draft, Route route, AlertNotice notice, DateTimeOffset? quietUntil, DateTimeOffset now)
    {
        foreach (var channel in route.Channels.Select(Config.Channel).OfType<Channel>().Where(c => c.Enabled))
        {
            foreach (var recipient in Recipients(channel))
            {
                // What quiet hours hold back is told in one summary, whatever its group.
                var key = new GatherKey(route.Name, channel.Name, recipient, quietUntil is null ? route.GroupOf(notice) : "");
                draft.Append(Gathering(draft, key, quietUntil is not null) ?? NewDelivery(draft, key, route, quietUntil, now), notice);
            }
        }
    }

    private static IEnumerable<string?> Recipients(Channel channel) => channel.Recipients.Count > 0 ? channel.Recipients : Enumerable.Repeat<string?>(null, 1);

    private Delivery? Gathering(NotificationDraft draft, GatherKey key, bool held)
    {
        var id = draft.Gathering(key, held) ?? (held ? _held : _gathering).GetValueOrDefault(key);
        var delivery = id is null ? null : draft.Latest(id) ?? _open.GetValueOrDefault(id);

        // In this very draft it may have stopped gathering.
        return delivery?.State == (held ? DeliveryState.Held : DeliveryState.Collecting) ? delivery : null;
    }

    private Delivery NewDelivery(NotificationDraft draft, GatherKey key, Route route, DateTimeOffset? quietUntil, DateTimeOffset now)
    {
        var number = draft.TakeNumber();
        var nowMs = now.ToUnixTimeMilliseconds();
        var delivery = new Delivery
        {
            Id = NewId(number, nowMs),
            Number = number,
            Channel = key.Channel,
            Recipient = key.Recipient,
            Route = key.Route,
            Group = key.Group,
            Purpose = quietUntil is null ? DeliveryPurpose.Alerts : DeliveryPurpose.Summary,
            Language = route.Language,
            State = quietUntil is not null ? DeliveryState.Held : route.GroupWait > TimeSpan.Zero ? DeliveryState.Collecting : DeliveryState.Pending,
            CreatedAtMs = nowMs,
            DueAtMs = (quietUntil ?? now + route.GroupWait).ToUnixTimeMilliseconds(),
        };
        draft.Add(delivery);
        return delivery;
    }

    private void Release(NotificationDraft draft, Delivery held, DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        if (held.DueAtMs > nowMs && !_lookAtHeld)
        {
            return;
        }

        // The calendar may have been changed since: it decides, not the time that was noted.
        var until = Config.Route(held.Route!) is { } route ? Config.QuietUntil(route, held.Severity, now, _zone)?.ToUnixTimeMilliseconds() : null;
        if (until is null)
        {
            Finish(draft, held, nowMs);
        }
        else if (until != held.DueAtMs)
        {
            draft.Change(held with { DueAtMs = until.Value });
        }
    }

    // What was shelved or suppressed while the message waited (a feeder's lamps, once the feeder itself is found) is not told any more.
    private void Finish(NotificationDraft draft, Delivery gathered, long nowMs)
    {
        var notices = _store.Notices(gathered.Id, int.MaxValue);
        var withdrawn = notices.Select(n => n.AlertId).Distinct(StringComparer.Ordinal)
            .Where(id => _alerts(id) is { } alert && AlertNotices.IsHeldBack(alert)).ToHashSet(StringComparer.Ordinal);
        foreach (var id in withdrawn)
        {
            draft.Withdraw(gathered.Id, id);
        }

        var left = notices.Where(n => !withdrawn.Contains(n.AlertId)).ToList();
        draft.Change(left.Count == 0
            ? gathered with { State = DeliveryState.Withdrawn, Count = 0, FinishedAtMs = nowMs }
            : gathered with { State = DeliveryState.Pending, DueAtMs = nowMs, Count = left.Count, Severity = left.Min(n => n.Severity) });
    }

    private void Repeat(NotificationDraft draft, Repetition repetition, DateTimeOffset now)
    {
        if (Config.Route(repetition.Route) is not { Enabled: true, RepeatEvery: { } every } route
            || _alerts(repetition.AlertId) is not { } alert || !AlertNotices.Waits(alert))
        {
            draft.Remove(repetition);
            return;
        }

        // In quiet hours a repetition says nothing new, and off the shift it says it to nobody: it waits.
        if ((Config.OffUntil(route, now, _zone) ?? Config.QuietUntil(route, alert.Severity, now, _zone)) is { } until)
        {
            draft.Set(repetition with { NextAtMs = until.ToUnixTimeMilliseconds() });
            return;
        }

        var number = repetition.Number + 1;
        draft.Set(repetition with { NextAtMs = (now + every).ToUnixTimeMilliseconds(), Number = number });
        Dispatch(draft, route, AlertNotices.Repetition(alert, number, now.ToUnixTimeMilliseconds(), _names), null, now);
    }

    private void EndRepetitions(NotificationDraft draft, string alertId)
    {
        foreach (var route in Config.Routes)
        {
            var key = (alertId, route.Name);
            if (!draft.TryRepetition(key, out var repetition))
            {
                repetition = _repetitions.GetValueOrDefault(key);
            }

            if (repetition is not null)
            {
                draft.Remove(repetition);
            }
        }
    }

    private string NewId(long number, long nowMs) => string.Create(CultureInfo.InvariantCulture, $"{_nodeId}-{nowMs}-{number}");

    // The store first: when it fails, nothing has changed.
    private void Commit(NotificationDraft draft)
    {
        var changes = draft.ToChanges();
        if (changes.IsEmpty)
        {
            return;
        }

        Write(() => _store.Save(changes));
        _lastNumber = draft.LastNumber;
        foreach (var delivery in draft.Deliveries)
        {
            Forget(delivery.Id);
            Keep(delivery);
        }

        foreach (var (key, repetition) in draft.Repetitions)
        {
            if (repetition is null)
            {
                _repetitions.Remove(key);
            }
            else
            {
                _repetitions[key] = repetition;
            }
        }
    }

    private void Keep(Delivery delivery)
    {
        if (!delivery.IsOpen)
        {
            return;
        }

        _open[delivery.Id] = delivery;
        switch (delivery.State)
        {
            case DeliveryState.Collecting:
                _gathering[GatherKey.Of(delivery)] = delivery.Id;
                break;
            case DeliveryState.Held:
                _held[GatherKey.Of(delivery)] = delivery.Id;
                break;
            default:
                if (!_pending.TryGetValue(delivery.Channel, out var queue))
                {
                    _pending[delivery.Channel] = queue = [];
                }

                queue[delivery.Number] = delivery;
                break;
        }
    }

    private void Forget(string id)
    {
        if (!_open.Remove(id, out var delivery))
        {
            return;
        }

        switch (delivery.State)
        {
            case DeliveryState.Collecting:
                _gathering.Remove(GatherKey.Of(delivery));
                break;
            case DeliveryState.Held:
                _held.Remove(GatherKey.Of(delivery));
                break;
            default:
                _pending[delivery.Channel].Remove(delivery.Number);
                break;
        }
    }

    /// <summary>A channel whose receiver is to be left alone for a while.</summary>
    private sealed record ChannelRest(int Failures, long UntilMs, string? Error, long SinceMs);
}
