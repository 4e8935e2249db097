using IOC.History.Embedded.Codec;
using IOC.History.Windows;
using IOC.Telemetry;

namespace IOC.History.Influx;

/// <summary>Answers the port's questions by InfluxQL, which 1.x, 2.x (through its DBRP mapping) and 3.x all speak. Measurements that are
/// no property of the catalogue, such as the host's own figures or another program's, are no series of ours.</summary>
internal sealed class InfluxReader(InfluxConnection server, PropertyCatalogue properties, int maxWindows)
{
    private const int ReadingsAtATime = 4096;

    public async Task<RawPage> ReadRawAsync(RawQuery query, CancellationToken stop)
    {
        if (query.FromMs >= query.ToMs)
        {
            throw HistoryQueryException.EmptyRange();
        }

        if (query.Limit is < 1 or > RawQuery.MaxLimit)
        {
            throw HistoryQueryException.BadLimit(RawQuery.MaxLimit);
        }

        var cursor = RawCursor.Parse(query.Cursor);
        var from = Math.Max(query.FromMs, cursor?.MeasuredAtMs ?? long.MinValue);
        if (from >= query.ToMs)
        {
            return new RawPage([], null);
        }

        var points = new List<HistoryPoint>();
        while (from < query.ToMs && points.Count <= query.Limit)
        {
            // The server orders by time only. All of an instant are needed to put them in order of sensor: the last may be incomplete.
            var (rows, complete, reached) = await PointsAsync(query, from, query.ToMs, query.Limit + 2, stop);
            var last = complete ? long.MaxValue : reached;
            var taken = rows.Where(r => r.MeasuredAtMs < last);
            if (!complete)
            {
                taken = taken.Concat((await PointsAsync(query, last, last + 1, limit: null, stop)).Points);
            }

            points.AddRange(taken.OrderBy(p => p.MeasuredAtMs).ThenBy(p => p.Sensor, StringComparer.Ordinal)
                .DistinctBy(p => (p.MeasuredAtMs, p.Sensor)).Where(p => cursor is not { } c || c.IsBefore(p.MeasuredAtMs, p.Sensor)));
            from = complete ? query.ToMs : last + 1;
        }

        if (points.Count <= query.Limit)
        {
            return new RawPage(points, null);
        }

        points.RemoveRange(query.Limit, points.Count - query.Limit);
        return new RawPage(points, new RawCursor(points[^1].MeasuredAtMs, points[^1].Sensor).ToString());
    }

    public async Task<IReadOnlyList<WindowAggregate>> ReadWindowsAsync(WindowQuery query, CancellationToken stop)
    {
        var totals = new WindowTotals(CalendarWindows.Build(query.FromMs, query.ToMs, query.Window, query.Zone, maxWindows));
        using var answer = await server.QueryAsync(
            $"SELECT \"value\" FROM {InfluxQl.Name(query.Series.Property)}"
            + InfluxQl.Conditions(InfluxQl.Where(query.Series), InfluxQl.Time(query.FromMs, query.ToMs), Quality(query.Quality)) + " GROUP BY \"sensor\"", stop);
        var (sensor, before) = ("", long.MinValue);
        while (await answer.NextAsync(stop))
        {
            var (at, value) = (answer.Long(), answer.Double());
            if (answer.Tags == sensor && at == before)
            {
                continue;
            }

            (sensor, before) = (answer.Tags, at);
            totals[totals.Windows.IndexOf(at)].Add(at, value);
        }

        return totals.ToAggregates();
    }

    public async Task<IReadOnlyList<SeriesInfo>> ListSeriesAsync(SeriesFilter filter, CancellationToken stop)
    {
        var from = InfluxQl.From(filter.Property is null ? [] : [filter.Property]);
        var where = InfluxQl.Conditions(
            filter.Sensor is { } s ? $"\"sensor\" = {InfluxQl.Text(s)}" : null, filter.District is { } d ? $"\"district\" = {InfluxQl.Text(d)}" : null,
            filter.Domain is { } m ? $"\"domain\" = {InfluxQl.Text(m)}" : null);
        var firsts = await FiguresAsync("first", from, where, stop);
        var lasts = await FiguresAsync("last", from, where, stop);
        var counts = await FiguresAsync("count", from, where, stop);
        return [.. lasts.GroupBy(l => (Sensor: InfluxAnswer.TagOf(l.Key.Tags, "sensor"), l.Key.Property))
            .OrderBy(g => g.Key.Sensor, StringComparer.Ordinal).ThenBy(g => g.Key.Property, StringComparer.Ordinal)
            .Select(g =>
            {
                var newest = g.MaxBy(l => l.Value.At);
                return new SeriesInfo(
                    g.Key.Sensor, InfluxAnswer.TagOf(newest.Key.Tags, "district"), InfluxAnswer.TagOf(newest.Key.Tags, "domain"), g.Key.Property,
                    g.Min(l => firsts[l.Key].At), newest.Value.At, g.Sum(l => (long)counts[l.Key].Value));
            })];
    }

    public async Task<IReadOnlyList<SeriesKey>> FindSeriesAsync(SeriesSet set, CancellationToken stop)
    {
        using var answer = await server.QueryAsync(
            "SHOW SERIES" + (set.Properties.Count == 0 ? "" : $" FROM {InfluxQl.From(set.Properties)}") + Where(set), stop);
        var found = new List<SeriesKey>();
        while (await answer.NextAsync(stop))
        {
            var key = answer.Text();
            var (property, sensor) = (key.Split(',', 2)[0], InfluxAnswer.TagOf(key, "sensor"));
            if (IsOurs(property, sensor))
            {
                found.Add(new SeriesKey(sensor, InfluxAnswer.TagOf(key, "district"), InfluxAnswer.TagOf(key, "domain"), property));
            }
        }

        var series = found.GroupBy(k => (k.Sensor, k.Property)).OrderBy(g => g.Key.Sensor, StringComparer.Ordinal).ThenBy(g => g.Key.Property, StringComparer.Ordinal);
        var result = new List<SeriesKey>();
        foreach (var group in series)
        {
            // A sensor that moved counts where it reported last.
            result.Add(group.Count() == 1 ? group.First() : await NewestAsync(group.Key.Sensor, group.Key.Property, stop));
        }

        return result;
    }

    public async Task ScanAsync(SeriesSet set, long fromMs, long toMs, IReadingSink sink, CancellationToken stop)
    {
        if (fromMs >= toMs)
        {
            throw HistoryQueryException.EmptyRange();
        }

        foreach (var series in await FindSeriesAsync(set, stop))
        {
            stop.ThrowIfCancellationRequested();
            if (sink.Begin(series))
            {
                await ScanAsync(series, Where(set with { Sensors = [series.Sensor], Properties = [] }), fromMs, toMs, sink, stop);
                sink.End();
            }
        }
    }

    /// <summary>Counts the readings of a property in a range.</summary>
    public async Task<long> CountAsync(string property, string where, CancellationToken stop)
    {
        using var answer = await server.QueryAsync($"SELECT count(\"value\") FROM {InfluxQl.Name(property)}{where}", stop);
        if (!await answer.NextAsync(stop))
        {
            return 0;
        }

        // The time of a count is the start of the range asked for, whatever that is.
        _ = answer.Long();
        return answer.Long();
    }

    public static string Where(SeriesSet set) => InfluxQl.Conditions(
        InfluxQl.Any("sensor", set.Sensors), InfluxQl.Any("district", set.Districts), InfluxQl.Any("domain", set.Domains));

    private bool IsOurs(string measurement, string sensor) => sensor.Length > 0 && properties.TryGetIndex(measurement, out _);

    private async Task ScanAsync(SeriesKey series, string where, long fromMs, long toMs, IReadingSink sink, CancellationToken stop)
    {
        using var answer = await server.QueryAsync(
            $"SELECT \"value\", \"quality\" FROM {InfluxQl.Name(series.Property)}{where} AND {InfluxQl.Time(fromMs, toMs)}", stop);
        var buffer = new SampleBuffer();
        var before = long.MinValue;
        while (await answer.NextAsync(stop))
        {
            var at = answer.Long();
            if (at == before || !answer.TryReading(out var value, out var quality))
            {
                continue;
            }

            before = at;
            buffer.Add(new Sample(at, value), quality);
            if (buffer.Count == ReadingsAtATime)
            {
                Flush();
            }
        }

        Flush();

        void Flush()
        {
            if (buffer.Count > 0)
            {
                sink.Add(buffer.Samples.AsSpan(0, buffer.Count), buffer.Qualities.AsSpan(0, buffer.Count));
                buffer.Resize(0);
            }
        }
    }

    /// <summary>Reads up to so many rows; tells whether that were all, and the time of the last.</summary>
    private async Task<(List<HistoryPoint> Points, bool Complete, long LastMs)> PointsAsync(RawQuery query, long fromMs, long toMs, int? limit, CancellationToken stop)
    {
        using var answer = await server.QueryAsync(
            $"SELECT \"value\", \"quality\", \"sensor\" FROM {InfluxQl.Name(query.Series.Property)}"
            + InfluxQl.Conditions(InfluxQl.Where(query.Series), InfluxQl.Time(fromMs, toMs), Quality(query.Quality)) + (limit is { } most ? $" LIMIT {most}" : ""), stop);
        var points = new List<HistoryPoint>();
        var (rows, at) = (0, long.MinValue);
        while (await answer.NextAsync(stop))
        {
            rows++;
            at = answer.Long();
            if (answer.TryReading(out var value, out var quality))
            {
                points.Add(new HistoryPoint(answer.Text(), at, value, (Quality)quality));
            }
        }

        return (points, limit is null || rows < limit, at);
    }

    private async Task<Dictionary<(string Property, string Tags), (long At, double Value)>> FiguresAsync(string function, string from, string where, CancellationToken stop)
    {
        using var answer = await server.QueryAsync($"SELECT {function}(\"value\") FROM {from}{where} GROUP BY \"sensor\", \"district\", \"domain\"", stop);
        var figures = new Dictionary<(string, string), (long, double)>();
        while (await answer.NextAsync(stop))
        {
            // Looked at before the figure: what is not ours may be no number.
            if (IsOurs(answer.Name, InfluxAnswer.TagOf(answer.Tags, "sensor")))
            {
                figures.Add((answer.Name, answer.Tags), (answer.Long(), answer.Double()));
            }
        }

        return figures;
    }

    private async Task<SeriesKey> NewestAsync(string sensor, string property, CancellationToken stop)
    {
        var lasts = await FiguresAsync("last", InfluxQl.Name(property), $" WHERE \"sensor\" = {InfluxQl.Text(sensor)}", stop);
        var tags = lasts.MaxBy(l => l.Value.At).Key.Tags;
        return new SeriesKey(sensor, InfluxAnswer.TagOf(tags, "district"), InfluxAnswer.TagOf(tags, "domain"), property);
    }

    private static string? Quality(QualityFilter quality) => quality == QualityFilter.Ok ? "\"quality\" = 0" : null;
}
