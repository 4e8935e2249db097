using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Sqlite;

namespace IOC.History.Embedded;

/// <content>One transaction that changes closed blocks.</content>
internal sealed partial class HistoryPartition
{
    /// <summary>
    /// Gathers changes of closed blocks, then writes them as part of a checkpoint. Only one at a time, and no other checkpoint
    /// beside it: what it reads of the file stays true until it writes.
    /// </summary>
    private sealed partial class PartitionEdit(HistoryPartition owner, CancellationToken cancellationToken) : IDisposable
    {
        // A piece of a re-cut block is at most a quarter larger than a block.
        private readonly BlockEncoder _encoder = new(EmbeddedHistoryOptions.MaxBlockReadings * 5 / 4);
        private readonly OutlineEncoder _outlines = new(owner._options.DayOffsetHours);
        private readonly PackedBlockEncoder _packing = new();
        private readonly Dictionary<Series, int> _unpacked = new(ReferenceEqualityComparer.Instance);
        private readonly BlockDecoder _decoder = new();
        private readonly SampleBuffer _loaded = new();
        private readonly SampleBuffer _kept = new();
        private readonly PartitionReader _reader = owner._readers.Rent();
        private readonly List<BlockEdit> _removals = [];
        private readonly List<BlockEdit> _additions = [];
        private readonly HashSet<Series> _touched = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<Series, SampleBuffer> _mergedTails = new(ReferenceEqualityComparer.Instance);
        private readonly List<Segment> _main = [];
        private readonly List<Segment> _late = [];
        private long _cutFromMemory;
        private long _readings;
        private int _blocks;
        private bool _finished;

        /// <summary>True when it is large enough to be written.</summary>
        public bool IsFull => _removals.Count + _additions.Count >= EditsAtATime;

        /// <summary>Removes a series' readings in [from, to).</summary>
        public void Delete(Series series, long fromMs, long toMs, bool wholeOnly)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (owner._gate)
            {
                DeleteFromMemory(series, fromMs, toMs, wholeOnly);
            }

            List(series, fromMs, toMs);
            foreach (var segment in _main.Concat(_late))
            {
                if (segment.FirstAtMs >= fromMs && segment.LastAtMs < toMs)
                {
                    Remove(series, segment);
                }
                else if (!wholeOnly || IsWorthCutting(segment, fromMs, toMs))
                {
                    Cut(series, segment, fromMs, toMs);
                }
            }
        }

        /// <summary>Puts a series' late readings where they belong.</summary>
        /// <returns>False when it has none, or when some of its blocks are not written yet; the next time will do.</returns>
        public bool MergeLate(Series series)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tail = new SampleBuffer();
            lock (owner._gate)
            {
                if (series.Pending is not null)
                {
                    return false;
                }

                var late = series.Late ??= owner.LoadTail(series, late: true);
                tail.Resize(late.Count);
                late.Samples.CopyTo(tail.Samples);
                tail.Qualities.AsSpan(0, late.Count).Clear();
                late.Qualities.CopyTo(tail.Qualities);
            }

            List(series, long.MinValue, long.MaxValue);
            if (_late.Count == 0 && tail.Count == 0)
            {
                return false;
            }

            _touched.Add(series);
            _mergedTails.Add(series, tail);
            _unpacked[series] = int.MaxValue / 2;
            var overlay = LateReadings(tail);
            _late.ForEach(segment => Remove(series, segment));
            Merge(series, overlay, new Queue<long>(_late.Select(s => s.Rank).Order()));
            return true;
        }

        /// <summary>Makes the outlines that a series' blocks lack.</summary>
        public void Outline(Series series)
        {
            List(series, long.MinValue, long.MaxValue);
            foreach (var segment in _main.Concat(_late).Where(s => s.Outline is null))
            {
                cancellationToken.ThrowIfCancellationRequested();
                segment.Load(_decoder, _loaded);
                var samples = _loaded.Samples.AsSpan(0, _loaded.Count);
                var qualities = _loaded.Qualities.AsSpan(0, _loaded.Count);
                _encoder.Encode(samples, qualities);
                var outline = _outlines.Encode(samples, qualities, _encoder.Scale).ToArray();
                _additions.Add(new BlockEdit(series.Id, new Segment(segment.Summary, segment.Late, segment.Rank, NoSource.Instance, outline, segment.PackedBytes), null));
            }
        }

        /// <summary>Writes what was gathered, with a checkpoint of everything else.</summary>
        /// <returns>Readings fewer than before.</returns>
        public long Write()
        {
            if (_removals.Count == 0 && _additions.Count == 0 && _touched.Count == 0)
            {
                return _cutFromMemory;
            }

            lock (owner._gate)
            {
                owner.Collect();
                Collect(owner._content);
            }

            try
            {
                owner._writer.Write(owner._content, owner.Hooks.InTransaction, cancellationToken);
            }
            catch
            {
                lock (owner._gate)
                {
                    owner.TakeBack();
                }

                throw;
            }

            owner.Hooks.Committed?.Invoke();
            lock (owner._gate)
            {
                Confirm();
            }

            return _cutFromMemory - _readings;
        }

        public void Dispose()
        {
            if (!_finished)
            {
                _finished = true;
                owner._readers.Return(_reader);
            }
        }

        private void DeleteFromMemory(Series series, long fromMs, long toMs, bool wholeOnly)
        {
            var main = series.Main ??= owner.LoadTail(series, late: false);
            var late = series.HasLate ? series.Late ??= owner.LoadTail(series, late: true) : series.Late;
            var cut = CutTail(main, fromMs, toMs, wholeOnly);
            series.MainDirty |= cut > 0;
            var cutLate = late is null ? 0 : CutTail(late, fromMs, toMs, wholeOnly);
            series.LateDirty |= cutLate > 0;
            foreach (var block in series.Pending?.ToList() ?? [])
            {
                cut += CutPending(series, block, fromMs, toMs, wholeOnly);
            }

            if (cut + cutLate == 0)
            {
                return;
            }

            _touched.Add(series);
            _cutFromMemory += cut + cutLate;
            owner._readings -= cut + cutLate;
            owner.List(series);
        }

        private static int CutTail(OpenTail tail, long fromMs, long toMs, bool wholeOnly) =>
            tail.Count == 0 || (wholeOnly && (tail.FirstAtMs < fromMs || tail.LastAtMs >= toMs)) ? 0 : tail.Cut(fromMs, toMs);

        private int CutPending(Series series, PendingBlock block, long fromMs, long toMs, bool wholeOnly)
        {
            var segment = block.Segment;
            var whole = segment.FirstAtMs >= fromMs && segment.LastAtMs < toMs;
            if (segment.LastAtMs < fromMs || segment.FirstAtMs >= toMs || (wholeOnly && !whole))
            {
                return 0;
            }

            segment.Load(_decoder, _loaded);
            var kept = Keep(fromMs, toMs);
            if (kept == _loaded.Count)
            {
                return 0;
            }

            if (kept == 0)
            {
                owner._pending.Remove(block);
                series.Pending!.Remove(block);
                series.Pending = series.Pending.Count == 0 ? null : series.Pending;
                owner._blocks--;
            }
            else
            {
                var (piece, data) = Encode(_kept.Samples.AsSpan(0, kept), _kept.Qualities.AsSpan(0, kept), segment.Late, segment.Rank);
                var replaced = new PendingBlock(series, piece, data);
                owner._pending[owner._pending.IndexOf(block)] = replaced;
                series.Pending![series.Pending.IndexOf(block)] = replaced;
            }

            return _loaded.Count - kept;
        }

        private void Cut(Series series, Segment segment, long fromMs, long toMs)
        {
            segment.Load(_decoder, _loaded);
            var kept = Keep(fromMs, toMs);
            if (kept == _loaded.Count)
            {
                return;
            }

            Remove(series, segment);
            if (kept > 0)
            {
                Add(series, _kept.Samples.AsSpan(0, kept), _kept.Qualities.AsSpan(0, kept), segment.Late, segment.Rank);
            }
        }

        /// <summary>Whether about a block's worth of a long block lies in [from, to).</summary>
        private bool IsWorthCutting(Segment segment, long fromMs, long toMs)
        {
            var inside = (double)Math.Min(toMs, segment.LastAtMs) - Math.Max(fromMs, segment.FirstAtMs);
            return segment.PackedBytes > 0 && inside / (segment.LastAtMs - segment.FirstAtMs) * segment.Count >= owner._options.BlockReadings;
        }

        /// <summary>Copies what lies outside [from, to).</summary>
        private int Keep(long fromMs, long toMs)
        {
            _kept.Resize(0);
            for (var i = 0; i < _loaded.Count; i++)
            {
                if (_loaded.Samples[i].AtMs < fromMs || _loaded.Samples[i].AtMs >= toMs)
                {
                    _kept.Add(_loaded.Samples[i], _loaded.Qualities[i]);
                }
            }

            return _kept.Count;
        }

        private void List(Series series, long fromMs, long toMs)
        {
            _main.Clear();
            _late.Clear();
            _reader.ListMain(series.Id, fromMs, toMs, long.MaxValue, _main);
            _reader.ListLate(series.Id, fromMs, toMs, _late);
        }

        /// <summary>All late readings of a series in order of time, each instant once.</summary>
        private SampleBuffer LateReadings(SampleBuffer tail)
        {
            var all = new List<(Sample Sample, byte Quality, long Rank)>();
            foreach (var segment in _late)
            {
                segment.Load(_decoder, _loaded);
                AddAll(_loaded, segment.Rank);
            }

            AddAll(tail, long.MaxValue);
            all.Sort((a, b) => a.Sample.AtMs != b.Sample.AtMs ? a.Sample.AtMs.CompareTo(b.Sample.AtMs) : a.Rank.CompareTo(b.Rank));
            var winners = new SampleBuffer();
            for (var i = 0; i < all.Count; i++)
            {
                if (i + 1 == all.Count || all[i + 1].Sample.AtMs != all[i].Sample.AtMs)
                {
                    winners.Add(all[i].Sample, all[i].Quality);
                }
            }

            return winners;

            void AddAll(SampleBuffer readings, long rank)
            {
                for (var i = 0; i < readings.Count; i++)
                {
                    all.Add((readings.Samples[i], readings.Qualities[i], rank));
                }
            }
        }

        private void Merge(Series series, SampleBuffer overlay, Queue<long> freeNumbers)
        {
            var (block, from) = (0, 0);
            while (from < overlay.Count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (block < _main.Count && _main[block].LastAtMs < overlay.Samples[from].AtMs)
                {
                    block++;
                }

                var to = from + 1;
                var inside = block < _main.Count && overlay.Samples[from].AtMs >= _main[block].FirstAtMs;
                while (to < overlay.Count && (block == _main.Count || overlay.Samples[to].AtMs <= _main[block].LastAtMs))
                {
                    inside |= block < _main.Count && overlay.Samples[to].AtMs >= _main[block].FirstAtMs;
                    to++;
                }

                // What fills a gap becomes blocks of its own, unless it is too little for one.
                if (block < _main.Count && (inside || to - from < owner._options.BlockReadings / 2))
                {
                    var segment = _main[block++];
                    segment.Load(_decoder, _loaded);
                    Lay(overlay, from, to);
                    Remove(series, segment);
                    freeNumbers.Enqueue(segment.Rank);
                }
                else
                {
                    _kept.Resize(0);
                    _kept.Add(overlay.Samples.AsSpan(from, to - from), overlay.Qualities.AsSpan(from, to - from));
                }

                AddPieces(series, freeNumbers);
                from = to;
            }
        }

        /// <summary>Lays readings of an overlay over the loaded block; for one instant the overlay wins.</summary>
        private void Lay(SampleBuffer overlay, int from, int to)
        {
            _kept.Resize(0);
            var below = 0;
            for (var i = from; i < to; i++)
            {
                while (below < _loaded.Count && _loaded.Samples[below].AtMs < overlay.Samples[i].AtMs)
                {
                    _kept.Add(_loaded.Samples[below], _loaded.Qualities[below]);
                    below++;
                }

                below += below < _loaded.Count && _loaded.Samples[below].AtMs == overlay.Samples[i].AtMs ? 1 : 0;
                _kept.Add(overlay.Samples[i], overlay.Qualities[i]);
            }

            _kept.Add(_loaded.Samples.AsSpan(below, _loaded.Count - below), _loaded.Qualities.AsSpan(below, _loaded.Count - below));
        }

        /// <summary>Adds what was kept as blocks of about even size; as long ones when it was part of one.</summary>
        private void AddPieces(Series series, Queue<long> freeNumbers)
        {
            var size = owner._options.BlockReadings;
            if (_kept.Count > 4 * size)
            {
                AddPacked(series, 0, _kept.Count, even: true);
                return;
            }

            var pieces = _kept.Count <= owner.ShortReadings ? 1 : (_kept.Count + size - 1) / size;
            for (var i = 0; i < pieces; i++)
            {
                var (from, to) = ((int)((long)_kept.Count * i / pieces), (int)((long)_kept.Count * (i + 1) / pieces));
                var number = freeNumbers.TryDequeue(out var free) ? free : NextNumber();
                Add(series, _kept.Samples.AsSpan(from, to - from), _kept.Qualities.AsSpan(from, to - from), late: false, number);
            }
        }

        private long NextNumber()
        {
            lock (owner._gate)
            {
                return ++owner._lastBlock;
            }
        }

        private void Remove(Series series, Segment segment)
        {
            _touched.Add(series);
            _removals.Add(new BlockEdit(series.Id, segment, null));
            _readings -= segment.Count;
            _blocks--;
        }

        private void Add(Series series, ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, bool late, long number)
        {
            var (segment, data) = Encode(samples, qualities, late, number);
            _additions.Add(new BlockEdit(series.Id, segment, data));
            _readings += segment.Count;
            _blocks++;
        }

        private (Segment Segment, byte[] Data) Encode(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, bool late, long number)
        {
            if (samples.Length > owner.ShortReadings)
            {
                return Pack(samples, qualities, late, number, int.MaxValue);
            }

            var data = _encoder.Encode(samples, qualities).ToArray();
            var outline = _outlines.Encode(samples, qualities, _encoder.Scale).ToArray();
            return (new Segment(BlockSummary.Of(samples, qualities), late, number, new EncodedBlock(data), outline), data);
        }

        /// <summary>Adds the edit to what the checkpoint collected. What was merged from late tails is left out of their copies on
        /// disk; memory keeps it until the file has it.</summary>
        private void Collect(CheckpointContent content)
        {
            content.Removals.AddRange(_removals);
            content.Additions.AddRange(_additions);
            content.Readings += _readings;
            content.Blocks += _blocks;
            content.LastBlock = owner._lastBlock;
            foreach (var series in _touched)
            {
                var tail = series.HasLate ? series.Late ??= owner.LoadTail(series, late: true) : series.Late;
                if (tail is not null && _mergedTails.TryGetValue(series, out var merged))
                {
                    tail = tail.Without(merged);
                    content.Readings -= series.Late!.Count - tail.Count;
                    owner.AddTail(series, tail, late: true);
                }

                content.Recounts.Add(new SeriesRecount(series, tail is { Count: > 0 }, tail is { Count: > 0 } ? tail.LastAtMs : long.MinValue));
            }
        }

        private void Confirm()
        {
            foreach (var (series, left) in _unpacked)
            {
                series.Unpacked = left + (series.Pending?.Count(b => !b.Segment.Late) ?? 0);
            }

            owner._readings += _readings;
            owner._blocks += _blocks;
            foreach (var (series, merged) in _mergedTails)
            {
                if (series.Late is { } late)
                {
                    var left = late.Without(merged);
                    owner._readings -= late.Count - left.Count;
                    owner._tailBytes += left.Bytes - late.Bytes;
                    series.Late = left;
                }
            }

            owner.Confirm();
        }
    }
}

/// <summary>A segment of which only the summary is used.</summary>
internal sealed class NoSource : SegmentSource
{
    public static readonly NoSource Instance = new();

    public override void Load(Segment segment, long untilMs, BlockDecoder decoder, SampleBuffer into) => throw new NotSupportedException();
}
