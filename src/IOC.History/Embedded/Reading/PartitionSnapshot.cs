using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Sqlite;

namespace IOC.History.Embedded.Reading;

/// <summary>What memory held of a series when a snapshot was taken.</summary>
/// <param name="Series">The series; only what never changes of it may be used outside the partition's lock.</param>
/// <param name="Main">Blocks and tail of the main sequence that the file does not hold, in order.</param>
/// <param name="Late">Blocks and tail of late readings that the file does not hold.</param>
/// <param name="MainTailStored">True when the main tail, if any, is in the file.</param>
/// <param name="LateTailStored">True when the late tail, if any, is in the file.</param>
/// <param name="HasLate">True when there are late readings at all.</param>
/// <param name="SealedFirstMs">Time of the first reading in blocks of the main sequence.</param>
/// <param name="SealedLastMs">Time of the last reading in blocks of the main sequence.</param>
/// <param name="SealedCount">Readings in blocks of the main sequence.</param>
internal sealed record CapturedSeries(
    Series Series, List<Segment> Main, List<Segment> Late, bool MainTailStored, bool LateTailStored, bool HasLate,
    long SealedFirstMs, long SealedLastMs, long SealedCount);

/// <summary>A partition as of one moment. One user at a time; dispose it to let the file's log be cut.</summary>
internal sealed class PartitionSnapshot(PartitionReader reader, ReaderPool readers, IReadOnlyList<CapturedSeries> series) : IDisposable
{
    private readonly BlockDecoder _decoder = new();
    private readonly SampleBuffer _buffer = new();

    /// <summary>The series asked for, in the order asked for.</summary>
    public IReadOnlyList<CapturedSeries> Series => series;

    /// <summary>Lists the segments of a series that touch [from, to).</summary>
    /// <param name="captured">The series.</param>
    /// <param name="fromMs">Start of the range.</param>
    /// <param name="toMs">End of the range.</param>
    /// <param name="enough">Number of good readings after which no more of the main sequence need be listed.</param>
    /// <param name="main">Takes the main sequence, in order of time.</param>
    /// <param name="late">Takes late segments.</param>
    /// <returns>End of the time for which the lists are complete.</returns>
    public long List(CapturedSeries captured, long fromMs, long toMs, long enough, List<Segment> main, List<Segment> late)
    {
        var id = captured.Series.Id;
        var until = toMs;
        if (captured.SealedCount > 0 && !reader.ListMain(id, fromMs, toMs, enough, main))
        {
            until = main[^1].LastAtMs + 1;
        }
        else
        {
            main.AddRange(captured.Main);
            AddTail(id, captured.MainTailStored, isLate: false, fromMs, toMs, main);
        }

        if (captured.HasLate)
        {
            reader.ListLate(id, fromMs, until, late);
            late.AddRange(captured.Late);
            AddTail(id, captured.LateTailStored, isLate: true, fromMs, toMs, late);
        }

        return until;
    }

    /// <summary>The main tail of a series, wherever it is; null when it is empty.</summary>
    public BlockSummary? MainTail(CapturedSeries captured)
    {
        if (captured.MainTailStored)
        {
            return reader.ReadTail(Embedded.Series.TailKey(captured.Series.Id, late: false), _decoder, _buffer)
                ? BlockSummary.Of(_buffer.Samples.AsSpan(0, _buffer.Count), _buffer.Qualities.AsSpan(0, _buffer.Count))
                : null;
        }

        // The tail is the one segment of the main sequence in memory that is no block.
        return captured.Main is [.., { Rank: long.MaxValue } tail] ? tail.Summary : null;
    }

    public void Dispose()
    {
        try
        {
            reader.End();
        }
        catch (HistoryStoreException)
        {
            reader.Dispose();
            return;
        }

        readers.Return(reader);
    }

    private void AddTail(int series, bool stored, bool isLate, long fromMs, long toMs, List<Segment> into)
    {
        if (!stored || !reader.ReadTail(Embedded.Series.TailKey(series, isLate), _decoder, _buffer))
        {
            return;
        }

        var samples = _buffer.Samples.AsSpan(0, _buffer.Count).ToArray();
        var qualities = _buffer.Qualities.AsSpan(0, _buffer.Count).ToArray();
        var summary = BlockSummary.Of(samples, qualities);
        if (summary.FirstAtMs < toMs && summary.LastAtMs >= fromMs)
        {
            into.Add(new Segment(summary, isLate, long.MaxValue, new CopiedSamples(samples, qualities)));
        }
    }
}
