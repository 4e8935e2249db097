using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>What is known after the store failed.</summary>
public sealed partial class NotificationBook
{
    private bool _unsure;

    private void Take(NotificationState state)
    {
        Config = state.Config;
        _lastNumber = Math.Max(_lastNumber, state.LastNumber);
        foreach (var delivery in state.Open)
        {
            Keep(delivery);
        }

        foreach (var repetition in state.Repetitions)
        {
            _repetitions[(repetition.AlertId, repetition.Route)] = repetition;
        }
    }

    private void Write(Action store)
    {
        try
        {
            store();
        }
        catch (Exception e) when (e is not INothingStored)
        {
            // When a connection breaks while a server commits, only the server knows what came of it.
            _unsure = true;
            throw;
        }
    }

    // After a failure everything is taken from the store again before anything else is worked out: what was to be stored is there
    // as a whole or not at all, and an act that is dealt with is fed no more.
    private void Recover()
    {
        if (!_unsure)
        {
            return;
        }

        var state = _store.Load();
        _open.Clear();
        _gathering.Clear();
        _held.Clear();
        _pending.Clear();
        _repetitions.Clear();
        Take(state);
        _lookAtHeld = true;
        _unsure = false;
    }
}
