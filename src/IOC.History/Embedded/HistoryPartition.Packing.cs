using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Sqlite;

namespace IOC.History.Embedded;

/// <content>How many short blocks become a long one.</content>
internal sealed partial class HistoryPartition
{
    // Fewer are not worth the writing anew.
    private const int FewestToPack = 3;
    private const int MostToPack = 512;
    private const int MostPackedReadings = 16_384;

    // Two long blocks fill a page of the file but for what SQLite itself needs of it.
    private const int PackedBytes = (PartitionDatabase.PageBytes / 2) - 24;
    private const int FullBytes = PackedBytes * 7 / 8;

    /// <summary>Most readings of a short block.</summary>
    private int ShortReadings => _options.BlockReadings * 5 / 4;

    /// <summary>Makes long blocks of runs of short ones.</summary>
    private async Task PackAsync(HashSet<Series> tidied, CancellationToken cancellationToken)
    {
        var series = Find(index => [.. index.All.Where(s => s.Unpacked >= FewestToPack)]);
        for (var next = 0; next < series.Count;)
        {
            var from = next;
            await EditAsync(edit =>
            {
                for (next = from; next < series.Count && next < from + SeriesAtATime && !edit.IsFull; next++)
                {
                    if (edit.Pack(series[next], out var more))
                    {
                        tidied.Add(series[next]);
                    }

                    if (more)
                    {
                        // The rest of it is seen when this is written.
                        return;
                    }
                }
            }, cancellationToken);
        }
    }

    private sealed partial class PartitionEdit
    {
        private readonly List<Segment> _run = [];

        // About what fits, so that hardly more is looked at than is taken.
        private int _packable = 4096;

        /// <summary>Makes long blocks of the runs of short ones of a series.</summary>
        /// <param name="series">The series.</param>
        /// <param name="more">True when it has more than one step may change.</param>
        /// <returns>False when there was nothing to do.</returns>
        public bool Pack(Series series, out bool more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            more = false;
            List(series, long.MinValue, long.MaxValue);
            var (any, left) = (false, 0);
            for (var from = 0; from < _main.Count;)
            {
                var to = from;
                while (to < _main.Count && to - from < MostToPack && HasRoom(_main[to]))
                {
                    to++;
                }

                left = to - from;
                if (left >= FewestToPack)
                {
                    _run.Clear();
                    _run.AddRange(_main[from..to]);
                    PackRun(series);
                    (any, left) = (true, 1);
                    if (to - from == MostToPack)
                    {
                        more = true;
                        return true;
                    }
                }

                from = to + 1;
            }

            _unpacked[series] = left;
            return any;
        }

        private static bool HasRoom(Segment block) => block.PackedBytes < FullBytes && block.Count < MostPackedReadings * 7 / 8;

        private void PackRun(Series series)
        {
            _kept.Resize(0);
            for (var i = 0; i < _run.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _run[i].Load(_decoder, _loaded);
                Remove(series, _run[i]);
                _kept.Add(_loaded.Samples.AsSpan(0, _loaded.Count), _loaded.Qualities.AsSpan(0, _loaded.Count));
            }

            AddPacked(series, 0, _kept.Count, even: false);
        }

        /// <summary>Adds a part of what was kept as long blocks.</summary>
        /// <param name="series">Its series.</param>
        /// <param name="from">Index of its first reading.</param>
        /// <param name="to">Index behind its last.</param>
        /// <param name="even">True when it stands between full blocks: rather two half full ones than a full one and a splinter.</param>
        private void AddPacked(Series series, int from, int to, bool even)
        {
            while (from < to)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var most = Math.Min(to - from, _packable);
                var (segment, data) = Pack(from, most, PackedBytes);
                if (segment.Count == most && most < Math.Min(to - from, MostPackedReadings))
                {
                    // It takes more than that.
                    _packable = Math.Min(MostPackedReadings, _packable * 2);
                    continue;
                }

                if (even && to - from - segment.Count is > 0 and var rest && rest < segment.Count / 4)
                {
                    (segment, data) = Pack(from, (to - from) / 2, PackedBytes);
                }

                _packable = Math.Clamp(segment.Count * 5 / 4, 1024, MostPackedReadings);
                _additions.Add(new BlockEdit(series.Id, segment, data));
                _readings += segment.Count;
                _blocks++;
                from += segment.Count;
            }
        }

        private (Segment Segment, byte[] Data) Pack(int from, int count, int maxBytes) =>
            Pack(_kept.Samples.AsSpan(from, count), _kept.Qualities.AsSpan(from, count), late: false, NextNumber(), maxBytes);

        private (Segment Segment, byte[] Data) Pack(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, bool late, long number, int maxBytes)
        {
            var data = _packing.Encode(samples, qualities, maxBytes, out var taken).ToArray();
            samples = samples[..taken];
            qualities = qualities[..taken];
            var outline = _outlines.Encode(samples, qualities, _packing.Scale, packed: true).ToArray();
            return (new Segment(BlockSummary.Of(samples, qualities), late, number, new EncodedBlock(data), outline, data.Length), data);
        }
    }
}
