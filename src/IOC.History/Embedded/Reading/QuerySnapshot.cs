namespace IOC.History.Embedded.Reading;

/// <summary>The series of one sensor and property: one, unless the sensor moved or the number of partitions changed.</summary>
/// <param name="Sensor">Sensor slug.</param>
/// <param name="Property">Property code.</param>
/// <param name="Members">The series, with their partitions.</param>
internal sealed record SensorGroup(string Sensor, string Property, List<(HistoryPartition Partition, Series Series)> Members)
{
    /// <summary>Its name, at the place where it reported last.</summary>
    public SeriesKey Key => new(Sensor, Members[^1].Series.Sensor.District, Members[^1].Series.Sensor.Domain, Property);

    /// <summary>Finds series in all partitions, in order of sensor and property.</summary>
    public static List<SensorGroup> Find(IReadOnlyList<HistoryPartition> partitions, Func<SeriesIndex, List<Series>> find) =>
        [.. partitions
            .SelectMany(p => p.Find(find).Select(s => (Partition: p, Series: s)))
            .GroupBy(m => (m.Series.Sensor.Sensor, m.Series.Property))
            .OrderBy(g => g.Key.Sensor, StringComparer.Ordinal).ThenBy(g => g.Key.Property, StringComparer.Ordinal)
            .Select(g => new SensorGroup(g.Key.Sensor, g.Key.Property, [.. g]))];
}

/// <summary>One sensor and property as of a snapshot.</summary>
internal sealed record CapturedGroup(string Sensor, string Property, List<(PartitionSnapshot Snapshot, CapturedSeries Series)> Members)
{
    /// <summary>Lists the segments that touch [from, to); see <see cref="PartitionSnapshot.List"/>.</summary>
    public long List(long fromMs, long toMs, long enough, List<Segment> main, List<Segment> late)
    {
        var until = toMs;
        for (var i = 0; i < Members.Count; i++)
        {
            // Main sequences of different series may overlap, so all but the first are laid over it.
            var member = Members[i];
            var sequence = i == 0 ? main : [];
            until = Math.Min(until, member.Snapshot.List(member.Series, fromMs, toMs, enough, sequence, late));
            if (i > 0)
            {
                late.AddRange(sequence.Select(s => s.AsLate()));
            }
        }

        return until;
    }

    /// <summary>A scan of [from, to).</summary>
    public SeriesScan Scan(long fromMs, long toMs, ScanBuffers buffers)
    {
        var (main, late) = (new List<Segment>(), new List<Segment>());
        List(fromMs, toMs, long.MaxValue, main, late);
        return new SeriesScan(main, late, fromMs, toMs, buffers);
    }
}

/// <summary>Snapshots of all partitions that a query touches.</summary>
internal sealed class QuerySnapshot : IDisposable
{
    private readonly List<PartitionSnapshot> _snapshots = [];

    private QuerySnapshot()
    {
    }

    /// <summary>The groups asked for, in the order asked for.</summary>
    public List<CapturedGroup> Groups { get; } = [];

    /// <summary>Takes the snapshots.</summary>
    public static QuerySnapshot Open(IReadOnlyList<SensorGroup> groups, long fromMs, long toMs)
    {
        var result = new QuerySnapshot();
        try
        {
            var captured = new Dictionary<Series, (PartitionSnapshot, CapturedSeries)>(ReferenceEqualityComparer.Instance);
            foreach (var partition in groups.SelectMany(g => g.Members).GroupBy(m => m.Partition, m => m.Series))
            {
                var snapshot = partition.Key.OpenSnapshot([.. partition], fromMs, toMs);
                result._snapshots.Add(snapshot);
                foreach (var series in snapshot.Series)
                {
                    captured.Add(series.Series, (snapshot, series));
                }
            }

            result.Groups.AddRange(groups.Select(g => new CapturedGroup(g.Sensor, g.Property, [.. g.Members.Select(m => captured[m.Series])])));
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public void Dispose() => _snapshots.ForEach(s => s.Dispose());
}
