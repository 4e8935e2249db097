using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace IOC.Host.Metrics.Exposition;

/// <summary>Listens to the instruments of this host, of the framework and of the runtime, and holds what they measured.</summary>
internal sealed class MetricCollector : IDisposable
{
    // Of the runtime's: what tells nothing to whoever runs a host.
    private static readonly string[] s_leftOut = ["dotnet.assembly.count", "dotnet.timer.count", "dotnet.jit.", "kestrel.upgraded_connections", "kestrel.rejected_connections"];

    private static readonly string[] s_meters =
    [
        HostMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.RateLimiting",
    ];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _collecting = new();

    /// <param name="factory">Maker of this host's meters: another host's in the same process are not listened to.</param>
    public MetricCollector(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument, factory) && MetricName.KindOf(instrument) is { } kind)
            {
                var family = new MetricFamily(instrument, kind);
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(family.Name, family));
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => ((MetricFamily)state!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>Measurements left out because an instrument has too many combinations of labels.</summary>
    public long LeftOut => _families.Values.Sum(f => f.LeftOut);

    /// <summary>Measures what is measured when asked for, and hands over everything, by name.</summary>
    public T Collect<T>(Func<IReadOnlyList<MetricFamily>, T> take)
    {
        // Two scrapes at once would clear each other's figures.
        lock (_collecting)
        {
            foreach (var family in _families.Values.Where(f => f.IsObserved))
            {
                family.Clear();
            }

            _listener.RecordObservableInstruments();
            return take([.. _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)]);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsWanted(Instrument instrument, IMeterFactory factory) =>
        s_meters.Contains(instrument.Meter.Name, StringComparer.Ordinal)
        && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, factory))
        && !Array.Exists(s_leftOut, o => instrument.Name.StartsWith(o, StringComparison.Ordinal));
}
