namespace IOC.Detection;

/// <summary>The properties of a frame that can be compared, in ascending order: which, their values on the common scale, and how much
/// those vary.</summary>
/// <param name="property">Place for their numbers.</param>
/// <param name="columns">Place for <see cref="Columns"/> times as many values.</param>
internal ref struct StationFrame(Span<int> property, Span<double> columns)
{
    /// <summary>Values per property.</summary>
    public const int Columns = 5;

    public readonly Span<int> Property = property;

    /// <summary>Distances from the mean, on the common scale.</summary>
    public readonly Span<double> Scaled = columns[..property.Length];

    /// <summary>Standard deviations of them.</summary>
    public readonly Span<double> Deviation = columns.Slice(property.Length, property.Length);

    /// <summary>Their inverses; 0 where nothing varies.</summary>
    public readonly Span<double> PerDeviation = columns.Slice(2 * property.Length, property.Length);

    /// <summary>Distances in standard deviations.</summary>
    public readonly Span<double> Relative = columns.Slice(3 * property.Length, property.Length);

    /// <summary>Shares of what is known that a new value makes up.</summary>
    public readonly Span<double> Rate = columns.Slice(4 * property.Length, property.Length);

    public int Count { get; private set; }

    public void Add(int number, double value, double usual, double rate)
    {
        Property[Count] = number;
        Scaled[Count] = value;
        Deviation[Count] = usual;
        PerDeviation[Count] = usual > 0 ? 1 / usual : 0;
        Relative[Count] = value * PerDeviation[Count];
        Rate[Count++] = rate;
    }
}

/// <summary>What is known of one property of a station.</summary>
internal struct StationProperty
{
    /// <summary>The lowest value that it can have, in its unit.</summary>
    public double Origin;

    /// <summary>Mean of its values' distance from the origin, in its unit.</summary>
    public double Centre;

    /// <summary>Mean of the scaled values.</summary>
    public double Mean;

    /// <summary>Mean of the last few studentised residuals, and of the last few dozen.</summary>
    public double Recent;

    /// <summary>See <see cref="Recent"/>.</summary>
    public double Lasting;

    /// <summary>Values learned, and frames judged.</summary>
    public int Seen;

    /// <summary>See <see cref="Seen"/>.</summary>
    public int Judged;

    public readonly double Scaled(double value) => Math.Log((Math.Max(0, value - Origin) / Centre) + StationTuning.Floor);

    public readonly double Value(double scaled) => Origin + (Centre * Math.Max(0, Math.Exp(scaled) - StationTuning.Floor));

    /// <summary>Averages the residual of a frame in which it was judged.</summary>
    public void Follow(double residual)
    {
        Judged = Math.Min(Judged + 1, int.MaxValue - 1);
        Recent += Math.Max(2 / (StationTuning.Recent + 1), 1.0 / Judged) * (residual - Recent);
        Lasting += Math.Max(2 / (StationTuning.Lasting + 1), 1.0 / Judged) * (residual - Lasting);
    }

    /// <summary>Learns a value.</summary>
    /// <param name="value">The value, in its unit.</param>
    /// <param name="fromMean">Its distance from the mean on the common scale; null before that is known.</param>
    /// <param name="weight">How much it counts, 0 to 1.</param>
    public void Learn(double value, double? fromMean, double weight)
    {
        Seen = Math.Min(Seen + 1, int.MaxValue - 1);
        var rate = weight * Math.Max(1.0 / Seen, 1 / StationTuning.Memory);
        var distance = Math.Max(0, value - Origin);
        if (fromMean is { } distant)
        {
            Mean += weight * Math.Max(1.0 / (Seen - StationTuning.WarmUp), 1 / StationTuning.Memory) * distant;
            distance = Math.Min(distance, StationTuning.Farthest * Centre);
        }

        Centre += rate * (distance - Centre);
    }
}
