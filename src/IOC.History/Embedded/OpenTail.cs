using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Reading;

namespace IOC.History.Embedded;

/// <summary>The newest readings of a series that are in no block yet, in strictly rising order of time.</summary>
internal sealed class OpenTail
{
    private const int FirstCapacity = 16;

    private Sample[] _samples = [];
    private byte[]? _qualities;

    /// <summary>Readings held.</summary>
    public int Count { get; private set; }

    /// <summary>Time of the newest reading; meaningless when empty.</summary>
    public long LastAtMs => _samples[Count - 1].AtMs;

    /// <summary>Time of the oldest reading; meaningless when empty.</summary>
    public long FirstAtMs => _samples[0].AtMs;

    /// <summary>Memory held, in bytes.</summary>
    public long Bytes { get; private set; }

    public ReadOnlySpan<Sample> Samples => _samples.AsSpan(0, Count);

    /// <summary>Qualities; empty when all are good.</summary>
    public ReadOnlySpan<byte> Qualities => _qualities is null ? default : _qualities.AsSpan(0, Count);

    /// <summary>Adds a reading, or replaces the one of the same instant.</summary>
    /// <returns>True when it is one more.</returns>
    public bool Put(long atMs, double value, byte quality)
    {
        // Nearly every reading is the newest: that path is the store's hottest.
        var at = Count;
        if (at > 0 && atMs <= _samples[at - 1].AtMs)
        {
            at = IndexOf(atMs);
            if (_samples[at].AtMs == atMs)
            {
                Set(at, atMs, value, quality);
                return false;
            }
        }

        if (Count == _samples.Length)
        {
            Resize(Math.Max(FirstCapacity, _samples.Length * 2));
        }

        if (at < Count)
        {
            Array.Copy(_samples, at, _samples, at + 1, Count - at);
            if (_qualities is not null)
            {
                Array.Copy(_qualities, at, _qualities, at + 1, Count - at);
            }
        }

        Count++;
        Set(at, atMs, value, quality);
        return true;
    }

    /// <summary>Finds the newest reading at or before an instant.</summary>
    /// <param name="atMs">The instant.</param>
    /// <param name="any">True when readings of every quality count.</param>
    /// <param name="sample">The reading.</param>
    /// <param name="quality">Its quality.</param>
    public bool TryNewest(long atMs, bool any, out Sample sample, out byte quality)
    {
        for (var i = Sorted.FirstAfter(Samples, atMs) - 1; i >= 0; i--)
        {
            if (any || _qualities is null || _qualities[i] == 0)
            {
                (sample, quality) = (_samples[i], _qualities?[i] ?? 0);
                return true;
            }
        }

        (sample, quality) = (default, 0);
        return false;
    }

    /// <summary>Fills an empty tail.</summary>
    public void Load(SampleBuffer from)
    {
        Resize(Math.Max(FirstCapacity, from.Count));
        Count = from.Count;
        from.Samples.AsSpan(0, Count).CopyTo(_samples);
        var qualities = from.Qualities.AsSpan(0, Count);
        if (qualities.ContainsAnyExcept((byte)0))
        {
            _qualities = new byte[_samples.Length];
            qualities.CopyTo(_qualities);
            Measure();
        }
    }

    /// <summary>Removes the oldest readings.</summary>
    /// <param name="count">How many.</param>
    /// <param name="shrink">True to give memory back.</param>
    public void RemoveFirst(int count, bool shrink)
    {
        _samples.AsSpan(count, Count - count).CopyTo(_samples);
        if (_qualities is not null)
        {
            _qualities.AsSpan(count, Count - count).CopyTo(_qualities);
            if (!_qualities.AsSpan(0, Count - count).ContainsAnyExcept((byte)0))
            {
                _qualities = null;
                Measure();
            }
        }

        Count -= count;
        if (shrink)
        {
            Resize(Math.Max(FirstCapacity, Count));
        }
    }

    /// <summary>Removes the readings in [from, to).</summary>
    /// <returns>How many.</returns>
    public int Cut(long fromMs, long toMs)
    {
        var first = Sorted.FirstAtOrAfter(Samples, fromMs);
        var count = Sorted.FirstAtOrAfter(Samples, toMs) - first;
        if (count > 0)
        {
            var rest = Count - first - count;
            _samples.AsSpan(first + count, rest).CopyTo(_samples.AsSpan(first));
            _qualities?.AsSpan(first + count, rest).CopyTo(_qualities.AsSpan(first));
            Count -= count;
        }

        return count;
    }

    /// <summary>A copy without the readings that are the same in another.</summary>
    public OpenTail Without(SampleBuffer readings)
    {
        var left = new OpenTail();
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            while (at < readings.Count && readings.Samples[at].AtMs < _samples[i].AtMs)
            {
                at++;
            }

            var quality = _qualities?[i] ?? 0;
            if (at == readings.Count || readings.Samples[at] != _samples[i] || readings.Qualities[at] != quality)
            {
                left.Put(_samples[i].AtMs, _samples[i].Value, quality);
            }
        }

        return left;
    }

    /// <summary>A copy of the readings as a segment.</summary>
    public Segment Copy(bool late)
    {
        var samples = Samples.ToArray();
        var qualities = _qualities is null ? null : Qualities.ToArray();
        return new Segment(BlockSummary.Of(samples, qualities), late, long.MaxValue, new CopiedSamples(samples, qualities));
    }

    private void Set(int at, long atMs, double value, byte quality)
    {
        _samples[at] = new Sample(atMs, value);
        if (_qualities is null)
        {
            if (quality == 0)
            {
                return;
            }

            _qualities = new byte[_samples.Length];
            Measure();
        }

        _qualities[at] = quality;
    }

    private int IndexOf(long atMs)
    {
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_samples[middle].AtMs < atMs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Resize(int capacity)
    {
        Array.Resize(ref _samples, capacity);
        if (_qualities is not null)
        {
            Array.Resize(ref _qualities, capacity);
        }

        Measure();
    }

    private void Measure() => Bytes = (_samples.Length * 16L) + (_qualities?.Length ?? 0);
}
