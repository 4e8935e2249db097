using System.Runtime.InteropServices;

namespace IOC.History.Embedded.Reading;

/// <summary>A series and its newest reading at a moment, when memory told it.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Series">The series.</param>
/// <param name="Known">False when the file has to be asked.</param>
/// <param name="Sample">The reading.</param>
/// <param name="Quality">Its quality.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NewestCandidate(HistoryPartition Partition, Series Series, bool Known, Sample Sample, byte Quality);

/// <summary>Answers what every series showed at a moment: from memory where its tail reaches back so far, else by a scan of it alone.</summary>
internal static class NewestReader
{
    // Tails are copied for as many sensors at a time.
    private const int SensorsAtATime = 256;

    public static List<SeriesReading> Read(
        IReadOnlyList<HistoryPartition> partitions, SeriesSet set, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality,
        CancellationToken cancellationToken)
    {
        var candidates = new List<NewestCandidate>();
        foreach (var partition in partitions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            partition.FindNewest(set, atMs, quality, candidates);
        }

        candidates.Sort(InOrder);
        var found = new List<SeriesReading>(candidates.Count);
        var unknown = new List<SensorGroup>();
        for (var from = 0; from < candidates.Count;)
        {
            var to = from + 1;
            while (to < candidates.Count && InOrder(candidates[from], candidates[to]) == 0)
            {
                to++;
            }

            var group = CollectionsMarshal.AsSpan(candidates)[from..to];
            if (group.Length == 1 && group[0].Known)
            {
                Add(group[0], atMs, maxAgeMs, found);
            }
            else
            {
                var name = set with { Sensors = [group[0].Series.Sensor.Sensor], Properties = [group[0].Series.Property] };
                unknown.AddRange(SensorGroup.Find(partitions, index => index.Find(name)));
            }

            from = to;
        }

        return unknown.Count == 0 ? found : Merge(found, Scan(unknown, atMs, maxAgeMs, quality, cancellationToken));
    }

    private static void Add(in NewestCandidate candidate, long atMs, Func<SeriesKey, long> maxAgeMs, List<SeriesReading> found)
    {
        var at = candidate.Series.Sensor;
        var key = new SeriesKey(at.Sensor, at.District, at.Domain, candidate.Series.Property);
        if (candidate.Sample.AtMs >= atMs - maxAgeMs(key))
        {
            found.Add(new SeriesReading(key, new HistoryPoint(at.Sensor, candidate.Sample.AtMs, candidate.Sample.Value, (Telemetry.Quality)candidate.Quality)));
        }
    }

    private static List<SeriesReading> Scan(
        List<SensorGroup> groups, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality, CancellationToken cancellationToken)
    {
        var newest = new NewestSink(quality, maxAgeMs, atMs);
        foreach (var part in groups.Chunk(SensorsAtATime))
        {
            SetReader.Read(part, atMs - part.Max(g => maxAgeMs(g.Key)), atMs + 1, newest, new RunOffer(newest), cancellationToken);
        }

        return newest.Found;
    }

    private static List<SeriesReading> Merge(List<SeriesReading> first, List<SeriesReading> second)
    {
        first.AddRange(second);
        first.Sort((a, b) => string.CompareOrdinal(a.Series.Sensor, b.Series.Sensor) is not 0 and var order ? order : string.CompareOrdinal(a.Series.Property, b.Series.Property));
        return first;
    }

    private static int InOrder(NewestCandidate a, NewestCandidate b) =>
        string.CompareOrdinal(a.Series.Sensor.Sensor, b.Series.Sensor.Sensor) is not 0 and var order ? order : string.CompareOrdinal(a.Series.Property, b.Series.Property);
}
