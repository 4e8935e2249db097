namespace IOC.Mqtt;

/// <summary>The part that holds publishers back (ADR 14). When messages come in faster than they go out, either this server is the
/// bottleneck: then the publishers wait, and TCP holds them back. Or the client is: then they must not, and messages are dropped. A
/// client that makes room in time is told from one that does not. Guarded by the session's gate.</summary>
internal sealed partial class MqttSession
{
    /// <summary>How long a client that was too slow holds nobody, in hold times, unless it makes room before: a client that never reads costs
    /// its publishers less than 2 % of their time, and one that only seemed slow gets another chance.</summary>
    private const int SlowFor = 60;

    /// <summary>A timer that comes so late says that this server's threads are busy, ms.</summary>
    private const long Late = 10;

    private TaskCompletionSource? _hold;
    private ITimer? _holdTimer;
    private long _holdDueMs;
    private long _slowUntilMs;

    /// <summary>Whether a queue is so full that its publishers should wait.</summary>
    private bool IsCrowded => _qos0.Count >= options.MaxQueuedQos0Messages / 2 || _reliable.Count >= options.MaxQueuedMessages / 2
        || _queuedBytes >= options.MaxQueuedBytes / 2;

    private bool HasRoom => _qos0.Count <= options.MaxQueuedQos0Messages / 4 && _reliable.Count <= options.MaxQueuedMessages / 4
        && _queuedBytes <= options.MaxQueuedBytes / 4;

    private long HoldMs => (long)options.MaxHold.TotalMilliseconds;

    /// <summary>Has a publisher wait before it publishes more, if it should and if that would be fair.</summary>
    private void Hold(MqttConnection connection, Outbox publisher)
    {
        if (!IsCrowded || HoldMs == 0)
        {
            return;
        }

        if (_hold is null)
        {
            var now = connection.Server.NowMs;
            if (now < _slowUntilMs)
            {
                return;
            }

            // Continuations on the pool: they publish, and this runs under the gate.
            _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _holdTimer ??= connection.Server.Time.CreateTimer(static s => ((MqttSession)s!).HoldIsOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _holdDueMs = long.MaxValue;
            counters.Held();
            var probe = new Probe(this, _hold);
            ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
        }

        publisher.Hold = _hold.Task;
    }

    /// <summary>The client has been sent something.</summary>
    private void ReleaseIfRoom()
    {
        if ((_hold is not null || _slowUntilMs > 0) && HasRoom)
        {
            _slowUntilMs = 0;
            ReleaseHold();
        }
    }

    private void HoldIsOver()
    {
        lock (_gate)
        {
            if (_hold is null || _connection is not { } connection || _holdDueMs == long.MaxValue)
            {
                return;
            }

            var now = connection.Server.NowMs;
            var late = now - _holdDueMs;
            if (late > Late)
            {
                // The pump runs on the same threads as this: it has had no time either. It needs some turns.
                Arm(now, HoldMs + (3 * late));
                return;
            }

            // The server was idle, and the client has not made room: publishers go on, and what it does not take is dropped and counted.
            _slowUntilMs = now + (SlowFor * HoldMs);
            ReleaseHold();
        }
    }

    /// <summary>The time runs from here: the server's threads have done what was waiting for them.</summary>
    private void Begin(TaskCompletionSource hold)
    {
        lock (_gate)
        {
            if (_hold == hold && _connection is { } connection)
            {
                Arm(connection.Server.NowMs, HoldMs);
            }
        }
    }

    private void Arm(long now, long milliseconds)
    {
        _holdDueMs = now + milliseconds;
        _holdTimer!.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private void ReleaseHold()
    {
        _hold?.SetResult();
        _hold = null;
    }

    /// <summary>The connection is gone.</summary>
    private void StopHolding()
    {
        ReleaseHold();
        _holdTimer?.Dispose();
        _holdTimer = null;
        _slowUntilMs = 0;
    }

    /// <summary>Goes through the thread pool's queue as often as a write does, pump, transport and pump again, and so says when a write
    /// has had its turns.</summary>
    private sealed class Probe(MqttSession session, TaskCompletionSource hold) : IThreadPoolWorkItem
    {
        private int _turns = 3;

        public void Execute()
        {
            if (--_turns > 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            else
            {
                session.Begin(hold);
            }
        }
    }
}
