using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A publish that waits for its PUBACK; goes back to its pool when the caller has taken the result.</summary>
internal sealed class PublishOperation(ConcurrentBag<PublishOperation> pool) : IValueTaskSource<MqttReasonCode>
{
    // Continuations run elsewhere: a caller's code must not hold up the client's read loop.
    private ManualResetValueTaskSourceCore<MqttReasonCode> _core = new() { RunContinuationsAsynchronously = true };

    public ValueTask<MqttReasonCode> Task => new(this, _core.Version);

    public void Complete(MqttReasonCode reason) => _core.SetResult(reason);

    public void Fail(Exception error) => _core.SetException(error);

    public MqttReasonCode GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            pool.Add(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
