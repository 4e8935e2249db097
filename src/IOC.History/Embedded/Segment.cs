using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Sqlite;

namespace IOC.History.Embedded;

/// <summary>Where a segment's readings come from.</summary>
internal abstract class SegmentSource
{
    /// <summary>Fetches the readings, replacing what the buffer held.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="untilMs">What begins at this instant may be left out.</param>
    /// <param name="decoder">Decodes blocks.</param>
    /// <param name="into">Takes the readings.</param>
    public abstract void Load(Segment segment, long untilMs, BlockDecoder decoder, SampleBuffer into);
}

/// <summary>A run of readings of one series: a block on disk, a block not yet on disk, or a tail.</summary>
/// <param name="summary">What is known of it without loading.</param>
/// <param name="late">True for readings that came after the main sequence had passed their time; they win over it.</param>
/// <param name="rank">Among late segments the higher wins.</param>
/// <param name="source">Where the readings come from.</param>
/// <param name="outline">Its rollups; empty when there are none, null when nothing is known of them.</param>
/// <param name="packedBytes">Bytes that it takes, when it is a block of layout version 2; else 0.</param>
internal sealed class Segment(in BlockSummary summary, bool late, long rank, SegmentSource source, byte[]? outline = null, int packedBytes = 0)
{
    private readonly BlockSummary _summary = summary;

    public ref readonly BlockSummary Summary => ref _summary;

    public long FirstAtMs => _summary.FirstAtMs;

    public long LastAtMs => _summary.LastAtMs;

    public int Count => _summary.Count;

    public int OkCount => _summary.OkCount;

    public bool Late => late;

    public long Rank => rank;

    /// <summary>Its rollups, encoded; empty when there are none, null when nothing is known of them.</summary>
    public byte[]? Outline => outline;

    /// <summary>Bytes that it takes, when it is a block of layout version 2; else 0.</summary>
    public int PackedBytes => packedBytes;

    public void Load(BlockDecoder decoder, SampleBuffer into, long untilMs = long.MaxValue) => source.Load(this, untilMs, decoder, into);

    /// <summary>The same readings, to be laid over another sequence.</summary>
    public Segment AsLate() => late ? this : new Segment(_summary, late: true, rank, source, outline, packedBytes);
}

/// <summary>A block in the partition's file.</summary>
internal sealed class StoredBlock(PartitionReader reader) : SegmentSource
{
    public override void Load(Segment segment, long untilMs, BlockDecoder decoder, SampleBuffer into) =>
        reader.ReadBlock(segment.Rank, untilMs, decoder, into);
}

/// <summary>A closed block that the next checkpoint writes.</summary>
internal sealed class EncodedBlock(byte[] data) : SegmentSource
{
    public byte[] Data => data;

    public override void Load(Segment segment, long untilMs, BlockDecoder decoder, SampleBuffer into) => decoder.Decode(data, into, untilMs);
}

/// <summary>Readings at hand: a copy of an open tail.</summary>
internal sealed class CopiedSamples(Sample[] samples, byte[]? qualities) : SegmentSource
{
    public override void Load(Segment segment, long untilMs, BlockDecoder decoder, SampleBuffer into)
    {
        into.Resize(samples.Length);
        samples.CopyTo(into.Samples, 0);
        if (qualities is null)
        {
            into.Qualities.AsSpan(0, samples.Length).Clear();
        }
        else
        {
            qualities.CopyTo(into.Qualities, 0);
        }
    }
}
