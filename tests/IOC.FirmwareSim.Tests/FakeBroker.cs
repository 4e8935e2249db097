using System.Collections.Concurrent;
using System.Text;
using IOC.FirmwareSim.Publishing;

namespace IOC.FirmwareSim.Tests;

/// <summary>A broker in memory that acknowledges, refuses, loses or holds back as a test says.</summary>
internal sealed class FakeBroker : ILinkFactory
{
    private readonly ConcurrentQueue<TaskCompletionSource<PublishOutcome>> _held = new();
    private readonly ConcurrentDictionary<string, Action<byte[]>> _listeners = new(StringComparer.Ordinal);
    private int _accepted;

    public ConcurrentQueue<(string Topic, string Payload, bool Retain)> Messages { get; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    public ConcurrentDictionary<string, LinkIdentity> Identities { get; } = new(StringComparer.Ordinal);

    public Func<int, PublishOutcome> Outcome { get; set; } = _ => PublishOutcome.Acknowledged;

    public bool HoldAcknowledgements { get; set; }

    public bool Unreachable { get; set; }

    public int Held => _held.Count;

    public string Address => "fake:1883";

    public string? LastProblem => Unreachable ? "fake:1883 cannot be reached" : null;

    public ILink Create(LinkIdentity identity, int inFlight)
    {
        Identities[identity.ClientId] = identity;
        return new FakeLink(this, identity, inFlight);
    }

    public IEnumerable<string> ListenedTopics => _listeners.Keys;

    public void Deliver(string topic, string payload) => _listeners[topic](Encoding.UTF8.GetBytes(payload));

    public void AcknowledgeHeld()
    {
        for (var left = _held.Count; left > 0 && _held.TryDequeue(out var waiting); left--)
        {
            waiting.SetResult(PublishOutcome.Acknowledged);
        }
    }

    private Task<PublishOutcome> Take(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        Messages.Enqueue((topic, Encoding.Latin1.GetString(payload.Span), retain));
        var number = Interlocked.Increment(ref _accepted);
        if (!HoldAcknowledgements)
        {
            return Task.FromResult(Outcome(number));
        }

        var waiting = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _held.Enqueue(waiting);
        return waiting.Task;
    }

    private sealed class FakeLink(FakeBroker broker, LinkIdentity identity, int inFlight) : ILink
    {
        private readonly SemaphoreSlim _window = new(inFlight);

        public bool IsConnected { get; private set; }

        public void Listen(string topic, Action<byte[]> handler) => broker._listeners[topic] = handler;

        public Action? Reconnected { get; set; }

        public async Task ConnectAsync(CancellationToken cancellationToken)
        {
            if (broker.Unreachable)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            IsConnected = true;
            broker.Events.Enqueue($"connect {identity.ClientId}");
        }

        public async ValueTask<Task<PublishOutcome>> PublishAsync(
            string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
        {
            Assert.True(IsConnected, "published on a link that is not connected");
            await _window.WaitAsync(cancellationToken);
            var outcome = broker.Take(topic, payload, retain);
            _ = outcome.ContinueWith(_ => _window.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return outcome;
        }

        public Task DropAsync()
        {
            IsConnected = false;
            broker.Events.Enqueue($"drop {identity.ClientId}");
            return Task.CompletedTask;
        }

        public Task CloseAsync(CancellationToken cancellationToken)
        {
            IsConnected = false;
            broker.Events.Enqueue($"close {identity.ClientId}");
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _window.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
