namespace IOC.Host.Planning;

/// <summary>
/// How many questions to history are answered at once. Long ones pass one at a time through a lane of their own, so that
/// short ones never wait for them, and neither takes more of the machine than its lane is wide.
/// </summary>
internal sealed class QueryGate : IDisposable
{
    private readonly Lane _short;
    private readonly Lane _long;
    private readonly long _longReadings;

    /// <summary>Makes the gate.</summary>
    /// <param name="shortOnes">Short questions answered at once.</param>
    /// <param name="longReadings">Readings from which on a question is a long one.</param>
    /// <param name="queue">Questions that may wait in each lane.</param>
    public QueryGate(int shortOnes, long longReadings, int queue)
    {
        (_short, _long, _longReadings) = (new Lane(shortOnes, queue), new Lane(1, queue), longReadings);
    }

    /// <summary>Waits for its turn.</summary>
    /// <param name="readings">Readings that the question has to go through, about.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Dispose it when answered; null when too many wait already.</returns>
    public Task<IDisposable?> EnterAsync(long readings, CancellationToken stop) => (readings >= _longReadings ? _long : _short).EnterAsync(stop);

    public void Dispose()
    {
        _short.Dispose();
        _long.Dispose();
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
