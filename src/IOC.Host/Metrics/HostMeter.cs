using System.Diagnostics.Metrics;

namespace IOC.Host.Metrics;

/// <summary>The host's meter: everything that it tells of itself in figures is an instrument of it.</summary>
internal sealed class HostMeter(IMeterFactory factory)
{
    /// <summary>Its name.</summary>
    public const string Name = "IOC";

    private readonly Meter _meter = factory.Create(new MeterOptions(Name) { Version = typeof(HostMeter).Assembly.GetName().Version?.ToString(3) });

    /// <summary>A figure that only grows.</summary>
    public void Counter(string name, string? unit, string help, Func<double> read) => _meter.CreateObservableCounter(name, read, unit, help);

    /// <summary>The same, by a label.</summary>
    public void Counter(string name, string? unit, string help, Func<IEnumerable<Measurement<double>>> read) => _meter.CreateObservableCounter(name, read, unit, help);

    /// <summary>A figure that goes up and down.</summary>
    public void Gauge(string name, string? unit, string help, Func<double> read) => _meter.CreateObservableGauge(name, read, unit, help);

    /// <summary>The same, by labels; none while there is nothing to tell.</summary>
    public void Gauge(string name, string? unit, string help, Func<IEnumerable<Measurement<double>>> read) => _meter.CreateObservableGauge(name, read, unit, help);

    /// <summary>What is measured each time, in seconds, counted by size.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What is measured.</param>
    /// <param name="bounds">Bounds of the counts, seconds.</param>
    public Histogram<double> Seconds(string name, string help, params IReadOnlyList<double> bounds) =>
        _meter.CreateHistogram(name, "s", help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    /// <summary>A value with a label.</summary>
    public static Measurement<double> Of(double value, string label, object? is1) => new(value, new KeyValuePair<string, object?>(label, is1));

    /// <summary>A value with two labels.</summary>
    public static Measurement<double> Of(double value, string label, object? is1, string other, object? is2) =>
        new(value, new KeyValuePair<string, object?>(label, is1), new KeyValuePair<string, object?>(other, is2));
}
