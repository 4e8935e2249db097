namespace IOC.Ingest.Log;

/// <summary>The reading side of a partition: its newest batches in memory, and the readers that wait for the next.</summary>
internal sealed class PartitionTail
{
    private readonly Lock _gate = new();
    private readonly long _maxBytes;
    private byte[][] _ring = new byte[64][];
    private int _start;
    private int _count;
    private long _bytes;
    private long _head;
    private bool _closed;
    private TaskCompletionSource? _waiting;

    /// <summary>Makes the tail of a partition whose newest batch on disk is <paramref name="head"/>.</summary>
    public PartitionTail(long head, long maxBytes)
    {
        _head = head;
        _maxBytes = maxBytes;
    }

    /// <summary>Offset of the newest batch on disk.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>True when nothing will be added any more.</summary>
    public bool Closed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>Adds the batch behind the head, which is on disk, and wakes those who wait. The newest batch is always kept.</summary>
    public void Publish(byte[] batch)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            if (_count == _ring.Length)
            {
                Grow();
            }

            _ring[(_start + _count++) & (_ring.Length - 1)] = batch;
            _bytes += batch.Length;
            Volatile.Write(ref _head, _head + 1);
            while (_count > 1 && _bytes > _maxBytes)
            {
                _bytes -= _ring[_start].Length;
                _ring[_start] = null!;
                _start = (_start + 1) & (_ring.Length - 1);
                _count--;
            }

            waiting = _waiting;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    /// <summary>Takes over a head found on disk; the batches before it are read from there.</summary>
    public void Adopt(long head)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            Array.Clear(_ring);
            _count = 0;
            _bytes = 0;
            Volatile.Write(ref _head, head);
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    /// <summary>Says that nothing will be added any more.</summary>
    public void Close()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _closed = true;
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    /// <summary>A batch by its offset; null when it is not in memory.</summary>
    public byte[]? Get(long offset)
    {
        lock (_gate)
        {
            var index = offset - (_head - _count) - 1;
            return index >= 0 && index < _count ? _ring[(_start + (int)index) & (_ring.Length - 1)] : null;
        }
    }

    /// <summary>Completes when there is a batch behind an offset, or none will come any more.</summary>
    public Task BeyondAsync(long offset)
    {
        lock (_gate)
        {
            if (_head > offset || _closed)
            {
                return Task.CompletedTask;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    private void Grow()
    {
        var larger = new byte[_ring.Length * 2][];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_start + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _start = 0;
    }
}
