namespace IOC.Access;

/// <summary>Something that a client was refused.</summary>
/// <param name="AtMs">When, Unix ms.</param>
/// <param name="What">connect, publish, will or subscribe.</param>
/// <param name="Name">User name, if any.</param>
/// <param name="ClientId">Client identifier.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Topic">Topic or filter.</param>
/// <param name="Reason">Why, in a word.</param>
public sealed record Refusal(long AtMs, string What, string? Name, string ClientId, string? Address, string? Topic, string Reason);

/// <summary>The newest refusals, for whoever looks for what is wrong with a device.</summary>
public sealed class RefusalLog
{
    private const int Kept = 1000;
    private readonly Lock _gate = new();
    private readonly Queue<Refusal> _refusals = new(Kept);

    /// <summary>Refusals since the start.</summary>
    public long Count { get; private set; }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Refusal> Newest(int most)
    {
        lock (_gate)
        {
            return [.. _refusals.Reverse().Take(most)];
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(Refusal refusal)
    {
        lock (_gate)
        {
            Count++;
            if (_refusals.Count == Kept)
            {
                _refusals.Dequeue();
            }

            _refusals.Enqueue(refusal);
        }
    }
}
