using System.Diagnostics.Metrics;
using IOC.Host.Metrics;
using IOC.Host.Metrics.Exposition;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Host.Tests.Metrics;

/// <summary>/metrics: names, labels, histograms, both text formats.</summary>
public sealed class ExpositionTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory _factory;
    private readonly MetricCollector _collector;
    private readonly Meter _meter;

    public ExpositionTests()
    {
        _factory = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricCollector(_factory);
        _meter = _factory.Create(HostMeter.Name);
    }

    [Fact]
    public void A_counter_ends_in_total_and_OpenMetrics_names_its_family_without()
    {
        _meter.CreateObservableCounter("ioc.things", () => 3L, "{thing}", "Things \"seen\".\nTwice.");
        Assert.Equal("# HELP ioc_things_total Things \"seen\".\\nTwice.\n# TYPE ioc_things_total counter\nioc_things_total 3\n", Own());
        Assert.Equal("# HELP ioc_things Things \\\"seen\\\".\\nTwice.\n# TYPE ioc_things counter\nioc_things_total 3\n", Own(open: true));
        Assert.EndsWith("\n# EOF\n", _collector.Collect(f => MetricText.Write(f, open: true)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ioc.size", "By", "ioc_size_bytes")]
    [InlineData("ioc.full.seconds", "s", "ioc_full_seconds")]
    [InlineData("ioc.share", "1", "ioc_share_ratio")]
    [InlineData("ioc.thread.count", "{thread}", "ioc_threads")]
    [InlineData("ioc.open-files", null, "ioc_open_files")]
    public void A_gauge_spells_its_unit_out(string name, string? unit, string expected)
    {
        _meter.CreateObservableGauge(name, () => 1.5, unit, "Help.");
        Assert.EndsWith($"\n{expected} 1.5\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_sorted_and_escaped()
    {
        _meter.CreateObservableGauge("ioc.g", () => new Measurement<int>(7, new("z", "a\"b\\c\nd"), new("a.b", 2)), null, "Help.");
        Assert.EndsWith("\nioc_g{a_b=\"2\",z=\"a\\\"b\\\\c\\nd\"} 7\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_up_to_each_bound()
    {
        var histogram = _meter.CreateHistogram("ioc.took", "s", "Help.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (var value in new[] { 0.25, 0.5, 0.75, 4 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("x", "y"));
        }

        const string Expected =
            """
            ioc_took_seconds_bucket{x="y",le="0.5"} 2
            ioc_took_seconds_bucket{x="y",le="1"} 3
            ioc_took_seconds_bucket{x="y",le="+Inf"} 4
            ioc_took_seconds_sum{x="y"} 5.5
            ioc_took_seconds_count{x="y"} 4

            """;
        Assert.EndsWith(Expected, Own(), StringComparison.Ordinal);
        Assert.Contains("le=\"1.0\"", Own(open: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_add_gauges_tell_and_what_is_observed_no_more_is_gone()
    {
        var (counter, gauge, upDown) = (_meter.CreateCounter<int>("ioc.c"), _meter.CreateGauge<double>("ioc.g"), _meter.CreateUpDownCounter<long>("ioc.u"));
        var there = true;
        _meter.CreateObservableGauge("ioc.o", () => there ? new[] { new Measurement<int>(1) } : []);
        counter.Add(2);
        counter.Add(3);
        gauge.Record(9);
        gauge.Record(4);
        upDown.Add(5);
        upDown.Add(-2);
        Assert.Equal(["ioc_c_total 5", "ioc_g 4", "ioc_o 1", "ioc_u 3"], Samples());
        there = false;
        Assert.Equal(["ioc_c_total 5", "ioc_g 4", "ioc_u 3"], Samples());
    }

    [Fact]
    public void Too_many_labels_are_left_out_and_counted()
    {
        var counter = _meter.CreateCounter<int>("ioc.c");
        for (var i = 0; i < MetricFamily.MaxSeries + 5; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        Assert.Equal(MetricFamily.MaxSeries, Samples().Length);
        Assert.Equal(5, _collector.LeftOut);
    }

    [Fact]
    public void Another_hosts_meter_in_the_process_is_not_listened_to()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var meter = other.GetRequiredService<IMeterFactory>().Create(HostMeter.Name);
        meter.CreateObservableGauge("ioc.foreign", () => 1);
        Assert.Empty(Samples());
        Assert.Contains("dotnet_gc_collections_total", _collector.Collect(f => MetricText.Write(f, open: false)), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    private string[] Samples() => [.. Own().Split('\n').Where(l => l.Length > 0 && l[0] != '#')];

    private string Own(bool open = false) =>
        _collector.Collect(families => MetricText.Write([.. families.Where(f => f.Name.StartsWith("ioc_", StringComparison.Ordinal))], open)).Replace("# EOF\n", "", StringComparison.Ordinal);
}
