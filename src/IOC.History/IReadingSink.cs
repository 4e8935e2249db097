namespace IOC.History;

/// <summary>Takes what a scan of a store finds, series after series.</summary>
public interface IReadingSink
{
    /// <summary>Whether first, last, least and greatest values of totals are looked at; when not, they need not be there.</summary>
    bool WantsEdges => true;

    /// <summary>Begins a series.</summary>
    /// <returns>False to leave its readings out.</returns>
    bool Begin(SeriesKey series);

    /// <summary>Offers a run of readings by its totals alone, which spares reading them. All are of good quality, follow what
    /// came before, and lie within the range of the scan.</summary>
    /// <returns>True when the totals do; false to be given the readings.</returns>
    bool TryAdd(in RunTotals totals);

    /// <summary>Takes readings, 1 or more, in order of time and later than all before.</summary>
    /// <param name="samples">Times and values; valid during the call.</param>
    /// <param name="qualities">Numbers of <see cref="Telemetry.Quality"/>, as many.</param>
    void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities);

    /// <summary>Ends the series that was begun (and not left out).</summary>
    void End();
}

/// <summary>Totals of a run of good readings of one series.</summary>
/// <param name="FirstAtMs">Time of the first, Unix milliseconds.</param>
/// <param name="LastAtMs">Time of the last, Unix milliseconds.</param>
/// <param name="Count">Number of them, 1 or more.</param>
/// <param name="Sum">Sum of the values.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="First">First value.</param>
/// <param name="Last">Last value.</param>
public readonly record struct RunTotals(long FirstAtMs, long LastAtMs, long Count, double Sum, double Min, double Max, double First, double Last);
