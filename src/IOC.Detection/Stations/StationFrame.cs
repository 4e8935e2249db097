namespace IOC.Detection;

/// <summary>The properties of a frame that can be compared: which, their values on the common scale, and how much those vary.</summary>
internal ref struct StationFrame(Span<int> property, Span<double> scaled, Span<double> deviation)
{
    public readonly Span<int> Property = property;

    /// <summary>Distances from the mean, on the common scale.</summary>
    public readonly Span<double> Scaled = scaled;

    /// <summary>Standard deviations of them.</summary>
    public readonly Span<double> Deviation = deviation;

    public int Count { get; private set; }

    public void Add(int number, double value, double usual)
    {
        Property[Count] = number;
        Scaled[Count] = value;
        Deviation[Count++] = usual;
    }

    /// <summary>Distance in standard deviations.</summary>
    public readonly double Relative(int i) => Deviation[i] > 0 ? Scaled[i] / Deviation[i] : 0;
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

    public void Learn(double value, double weight)
    {
        Seen = Math.Min(Seen + 1, int.MaxValue - 1);
        var rate = weight * Math.Max(1.0 / Seen, 1 / StationTuning.Memory);
        var distance = Math.Max(0, value - Origin);
        if (Seen > StationTuning.WarmUp && Centre > 0)
        {
            Mean += weight * Math.Max(1.0 / (Seen - StationTuning.WarmUp), 1 / StationTuning.Memory) * (Scaled(value) - Mean);
            distance = Math.Min(distance, StationTuning.Farthest * Centre);
        }

        Centre += rate * (distance - Centre);
    }
}
