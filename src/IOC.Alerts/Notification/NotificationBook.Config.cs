using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>What people set up. A change is stored, then it holds for the next act; messages that are made already stay as they are.</summary>
public sealed partial class NotificationBook
{
    /// <summary>Stores a channel, new or in the place of the one of that name.</summary>
    /// <returns>What is wrong with it; empty when it is stored.</returns>
    public IReadOnlyList<LocalText> Set(Channel channel, string by, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(channel);
        lock (_gate)
        {
            Recover();
            var problems = NotificationChecks.Check(channel);
            if (problems.Count == 0)
            {
                Write(() => _store.SaveChannel(channel, by, now.ToUnixTimeMilliseconds()));
                Config = Config.With(channel);
                _rests.Remove(channel.Name);
            }

            return problems;
        }
    }

    /// <summary>Stores a route, new or in the place of the one of that name.</summary>
    /// <inheritdoc cref="Set(Channel, string, DateTimeOffset)"/>
    public IReadOnlyList<LocalText> Set(Route route, string by, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(route);
        lock (_gate)
        {
            Recover();
            var problems = NotificationChecks.Check(route, Config);
            if (problems.Count == 0)
            {
                Write(() => _store.SaveRoute(route, by, now.ToUnixTimeMilliseconds()));
                Config = Config.With(route);
                _lookAtHeld = true;
            }

            return problems;
        }
    }

    /// <summary>Stores a calendar, new or in the place of the one of that name.</summary>
    /// <inheritdoc cref="Set(Channel, string, DateTimeOffset)"/>
    public IReadOnlyList<LocalText> Set(ShiftCalendar calendar, string by, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        lock (_gate)
        {
            Recover();
            var problems = NotificationChecks.Check(calendar);
            if (problems.Count == 0)
            {
                Write(() => _store.SaveCalendar(calendar, by, now.ToUnixTimeMilliseconds()));
                Config = Config.With(calendar);
                _lookAtHeld = true;
            }

            return problems;
        }
    }

    /// <summary>Removes a channel. What waits for it is given up, for nobody could ever send it.</summary>
    /// <returns>Names of the routes that use it: it stays while there are any.</returns>
    public IReadOnlyList<string> RemoveChannel(string name, DateTimeOffset now)
    {
        lock (_gate)
        {
            Recover();
            List<string> users = [.. Config.Routes.Where(r => r.Channels.Contains(name, StringComparer.Ordinal)).Select(r => r.Name)];
            if (users.Count > 0)
            {
                return users;
            }

            Write(() => _store.RemoveChannel(name));
            Config = Config.WithoutChannel(name);
            _rests.Remove(name);
            var draft = new NotificationDraft(_lastNumber);
            foreach (var delivery in _open.Values.Where(d => d.Channel == name))
            {
                draft.Change(delivery with { State = DeliveryState.GivenUp, Error = "the channel was removed", FinishedAtMs = now.ToUnixTimeMilliseconds() });
            }

            Commit(draft);
            return [];
        }
    }

    /// <summary>Removes a route. What it has gathered or held is sent all the same.</summary>
    public void RemoveRoute(string name)
    {
        lock (_gate)
        {
            Recover();
            Write(() => _store.RemoveRoute(name));
            Config = Config.WithoutRoute(name);
            _lookAtHeld = true;
        }
    }

    /// <summary>Removes a calendar.</summary>
    /// <returns>Names of the routes that use it: it stays while there are any.</returns>
    public IReadOnlyList<string> RemoveCalendar(string name)
    {
        lock (_gate)
        {
            Recover();
            List<string> users = [.. Config.Routes.Where(r => r.Calendar == name || r.Quiet?.Calendar == name).Select(r => r.Name)];
            if (users.Count == 0)
            {
                Write(() => _store.RemoveCalendar(name));
                Config = Config.WithoutCalendar(name);
            }

            return users;
        }
    }
}
