namespace IOC.Detection;

/// <summary>The series of one sensor, while it is in memory.</summary>
internal sealed class SensorSeries
{
    private (int Property, Series? Series)[] _entries = [];

    public int Count { get; private set; }

    /// <summary>What compares its properties; null when no rule asks for it, or when that was not looked up yet.</summary>
    public Station? Station { get; set; }

    /// <summary>Takes what comes in while the sensor learns from history; else null.</summary>
    public SensorPriming? Priming { get; set; }

    /// <summary>Whether <see cref="Station"/> was looked up.</summary>
    public bool StationKnown { get; set; }

    public ReadOnlySpan<(int Property, Series? Series)> Entries => _entries.AsSpan(0, Count);

    /// <summary>Finds a property's entry; the series in it is null when no rule concerns it.</summary>
    /// <param name="property">Property index.</param>
    /// <param name="guess">Where it probably is: devices send their properties in the same order every time.</param>
    /// <param name="series">The series.</param>
    public bool TryFind(int property, int guess, out Series? series)
    {
        if ((uint)guess < (uint)Count && _entries[guess].Property == property)
        {
            series = _entries[guess].Series;
            return true;
        }

        for (var i = 0; i < Count; i++)
        {
            if (_entries[i].Property == property)
            {
                series = _entries[i].Series;
                return true;
            }
        }

        series = null;
        return false;
    }

    public void Add(int property, Series? series)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(4, Count * 2));
        }

        _entries[Count++] = (property, series);
    }

    /// <summary>Whether a rule of a series waits for time to pass, so that it must stay in memory.</summary>
    public bool Waits
    {
        get
        {
            foreach (var (_, series) in Entries)
            {
                if (series is { Rules.Wait: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether a series has something open.</summary>
    public bool HasOpen
    {
        get
        {
            foreach (var (_, series) in Entries)
            {
                if (series is { HasOpen: true })
                {
                    return true;
                }
            }

            return Station is { HasOpen: true };
        }
    }
}
