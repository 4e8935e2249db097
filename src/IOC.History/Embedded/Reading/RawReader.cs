using IOC.Telemetry;

namespace IOC.History.Embedded.Reading;

/// <summary>Answers queries for single readings, a page at a time.</summary>
internal static class RawReader
{
    public static RawPage Read(IReadOnlyList<HistoryPartition> partitions, RawQuery query, CancellationToken cancellationToken)
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

        var groups = SensorGroup.Find(partitions, index => index.Find(query.Series));
        using var snapshot = QuerySnapshot.Open(groups, from, query.ToMs);
        return Read(snapshot.Groups, query, from, cursor, cancellationToken);
    }

    private static RawPage Read(
        List<CapturedGroup> groups, RawQuery query, long fromMs, RawCursor? cursor, CancellationToken cancellationToken)
    {
        // One more than the page holds tells whether there is another page.
        var points = new List<HistoryPoint>();
        while (fromMs < query.ToMs && points.Count <= query.Limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            fromMs = AddSlice(groups, query, fromMs, cursor, points, cancellationToken);
        }

        if (points.Count <= query.Limit)
        {
            return new RawPage(points, null);
        }

        points.RemoveRange(query.Limit, points.Count - query.Limit);
        return new RawPage(points, new RawCursor(points[^1].MeasuredAtMs, points[^1].Sensor).ToString());
    }

    /// <summary>Adds the readings from a time on, as far as a page's worth of blocks of every sensor reaches.</summary>
    /// <returns>The time reached.</returns>
    private static long AddSlice(
        List<CapturedGroup> groups, RawQuery query, long fromMs, RawCursor? cursor, List<HistoryPoint> points, CancellationToken cancellationToken)
    {
        var until = query.ToMs;
        var lists = new List<(CapturedGroup Group, List<Segment> Main, List<Segment> Late)>(groups.Count);
        foreach (var group in groups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (main, late) = (new List<Segment>(), new List<Segment>());
            until = Math.Min(until, group.List(fromMs, until, query.Limit + 1L, main, late));
            lists.Add((group, main, late));
        }

        // Sensors whose next reading is the earliest come first, by name among equals.
        var order = new PriorityQueue<PointCursor, (long AtMs, string Sensor)>(PointOrder.Instance);
        foreach (var (group, main, late) in lists)
        {
            var next = new PointCursor(group.Sensor, new SeriesScan(Before(main, until), Before(late, until), fromMs, until, new ScanBuffers()), query.Quality);
            if (next.MoveNext())
            {
                order.Enqueue(next, (next.Current.MeasuredAtMs, group.Sensor));
            }
        }

        while (points.Count <= query.Limit && order.TryDequeue(out var earliest, out _))
        {
            var point = earliest.Current;
            if (cursor is null || cursor.Value.IsBefore(point.MeasuredAtMs, point.Sensor))
            {
                points.Add(point);
            }

            if (earliest.MoveNext())
            {
                order.Enqueue(earliest, (earliest.Current.MeasuredAtMs, earliest.Current.Sensor));
            }
        }

        return until;
    }

    private static List<Segment> Before(List<Segment> segments, long untilMs) => segments.FindAll(s => s.FirstAtMs < untilMs);

    private sealed class PointOrder : IComparer<(long AtMs, string Sensor)>
    {
        public static readonly PointOrder Instance = new();

        public int Compare((long AtMs, string Sensor) x, (long AtMs, string Sensor) y) =>
            x.AtMs != y.AtMs ? x.AtMs.CompareTo(y.AtMs) : string.CompareOrdinal(x.Sensor, y.Sensor);
    }

    /// <summary>Goes through the readings of one sensor one by one.</summary>
    private sealed class PointCursor(string sensor, SeriesScan scan, QualityFilter quality)
    {
        private int _next;
        private bool _within;

        public HistoryPoint Current { get; private set; }

        public bool MoveNext()
        {
            while (true)
            {
                if (!_within)
                {
                    if (!scan.MoveNext())
                    {
                        return false;
                    }

                    (_within, _next) = (true, 0);
                }

                var samples = scan.Samples;
                var qualities = scan.Qualities;
                for (; _next < samples.Length; _next++)
                {
                    if (quality == QualityFilter.All || qualities[_next] == 0)
                    {
                        Current = new HistoryPoint(sensor, samples[_next].AtMs, samples[_next].Value, (Quality)qualities[_next]);
                        _next++;
                        return true;
                    }
                }

                _within = false;
            }
        }
    }
}
