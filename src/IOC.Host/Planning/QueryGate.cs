using System.Collections.Concurrent;

namespace IOC.Host.Planning;

/// <summary>
/// How many questions to history are answered at once. Long ones have a lane of their own, so that short ones never wait for them, and
/// readings that are sent as they are read another, as their clients set the pace. In both, each user has one at a time: a long one of
/// somebody else's is not waited for while there is room.
/// </summary>
internal sealed class QueryGate : IDisposable
{
    // They wait for their clients most of the time.
    private const int Streams = 8;

    private readonly Lane _short;
    private readonly Lane _long;
    private readonly Lane _streams;
    private readonly ConcurrentDictionary<string, Lane> _users = new(StringComparer.Ordinal);
    private readonly long _longReadings;
    private readonly int _queue;

    /// <summary>Makes the gate.</summary>
    /// <param name="atOnce">Short questions answered at once, and as many long ones, each of another user.</param>
    /// <param name="longReadings">Readings from which on a question is a long one.</param>
    /// <param name="queue">Questions that may wait in each lane.</param>
    public QueryGate(int atOnce, long longReadings, int queue)
    {
        (_short, _long, _streams) = (new Lane(atOnce, queue), new Lane(atOnce, queue), new Lane(Streams, queue));
        (_longReadings, _queue) = (longReadings, queue);
    }

    /// <summary>Waits for its turn.</summary>
    /// <param name="readings">Readings that the question has to go through, about.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="streams">Whether readings are sent while they are read.</param>
    /// <returns>Dispose it when answered; null when too many wait already.</returns>
    public async Task<QueryPlace?> EnterAsync(long readings, string user, CancellationToken stop, bool streams = false)
    {
        if (readings < _longReadings)
        {
            return await _short.EnterAsync(stop) is { } place ? new QueryPlace(place, null) : null;
        }

        // First the user's own turn: who asks ten takes no more room than who asks one.
        var own = await _users.GetOrAdd(user, _ => new Lane(1, _queue)).EnterAsync(stop);
        if (own is null)
        {
            return null;
        }

        try
        {
            if (await (streams ? _streams : _long).EnterAsync(stop) is { } place)
            {
                return new QueryPlace(place, own);
            }
        }
        catch
        {
            own.Dispose();
            throw;
        }

        own.Dispose();
        return null;
    }

    public void Dispose()
    {
        _short.Dispose();
        _long.Dispose();
        _streams.Dispose();
        foreach (var own in _users.Values)
        {
            own.Dispose();
        }
    }

    private sealed class Lane(int width, int queue) : IDisposable
    {
        private readonly SemaphoreSlim _free = new(width);
        private int _inside;

        public async Task<IDisposable?> EnterAsync(CancellationToken stop)
        {
            if (Interlocked.Increment(ref _inside) > width + queue)
            {
                Interlocked.Decrement(ref _inside);
                return null;
            }

            try
            {
                await _free.WaitAsync(stop);
            }
            catch
            {
                Interlocked.Decrement(ref _inside);
                throw;
            }

            return new Place(this);
        }

        public void Dispose() => _free.Dispose();

        private void Leave()
        {
            Interlocked.Decrement(ref _inside);
            _free.Release();
        }

        private sealed class Place(Lane lane) : IDisposable
        {
            private Lane? _lane = lane;

            public void Dispose() => Interlocked.Exchange(ref _lane, null)?.Leave();
        }
    }
}

/// <summary>A question's place at the gate.</summary>
/// <param name="lane">Place in its lane.</param>
/// <param name="own">The user's turn; null for a short question.</param>
internal sealed class QueryPlace(IDisposable? lane, IDisposable? own) : IDisposable
{
    /// <summary>Of a question that need not wait.</summary>
    public static QueryPlace None { get; } = new(null, null);

    /// <summary>The store is no longer asked: the next question may begin while this answer is on its way. The user's own turn stays.</summary>
    public void Leave() => lane?.Dispose();

    public void Dispose()
    {
        lane?.Dispose();
        own?.Dispose();
    }
}
