using IOC.History.Embedded.Codec;

namespace IOC.History.Embedded.Reading;

/// <summary>
/// Goes through the readings of one sensor and property in order of time, each instant once. Where late readings lie among
/// those of a segment, the two are merged and the late one wins; a segment that nothing disturbs is offered whole, so that
/// its summary may do.
/// </summary>
internal sealed class SeriesScan
{
    private readonly List<Segment> _main;
    private readonly SampleBuffer _overlay = new();
    private readonly SampleBuffer _loaded;
    private readonly SampleBuffer _merged;
    private readonly BlockDecoder _decoder;
    private readonly long _fromMs;
    private readonly long _toMs;
    private int _nextMain;
    private int _nextOverlay;
    private Segment? _current;
    private SampleBuffer _points;
    private int _first;
    private int _count;

    /// <summary>Prepares a scan of [from, to).</summary>
    /// <param name="main">Segments that do not overlap, in order of time.</param>
    /// <param name="late">Segments that may overlap any; they win, the higher rank over the lower.</param>
    /// <param name="fromMs">Start.</param>
    /// <param name="toMs">End.</param>
    /// <param name="buffers">Room to work in, for one scan at a time.</param>
    public SeriesScan(List<Segment> main, List<Segment> late, long fromMs, long toMs, ScanBuffers buffers)
    {
        (_loaded, _merged, _decoder) = (buffers.Loaded, buffers.Merged, buffers.Decoder);
        (_fromMs, _toMs, _points) = (fromMs, toMs, _loaded);
        _main = late.Count == 0 ? main : Arrange(main, late);
    }

    /// <summary>The current segment, when nothing disturbs it and it lies wholly in the range; else null.</summary>
    public Segment? Whole { get; private set; }

    /// <summary>The current segment, when nothing disturbs it (the range may cut it); else null. Null too once it is loaded.</summary>
    public Segment? Undisturbed => _current;

    /// <summary>First instant of the range.</summary>
    public long FromMs => _fromMs;

    /// <summary>First instant no longer in the range.</summary>
    public long ToMs => _toMs;

    /// <summary>The current readings within the range. Loads a segment that was offered whole.</summary>
    public ReadOnlySpan<Sample> Samples
    {
        get
        {
            LoadCurrent();
            return _points.Samples.AsSpan(_first, _count);
        }
    }

    /// <summary>Their qualities.</summary>
    public ReadOnlySpan<byte> Qualities
    {
        get
        {
            LoadCurrent();
            return _points.Qualities.AsSpan(_first, _count);
        }
    }

    /// <summary>Goes to the next segment or run of late readings; false at the end.</summary>
    public bool MoveNext()
    {
        (Whole, _current) = (null, null);
        if (_nextMain == _main.Count)
        {
            return ShowOverlay(_overlay.Count);
        }

        var segment = _main[_nextMain];
        if (ShowOverlay(OverlayUntil(segment.FirstAtMs)))
        {
            return true;
        }

        _nextMain++;
        var end = OverlayUntil(segment.LastAtMs, including: true);
        if (end > _nextOverlay)
        {
            Merge(segment, end);
            return true;
        }

        _current = segment;
        Whole = segment.FirstAtMs >= _fromMs && segment.LastAtMs < _toMs ? segment : null;
        return true;
    }

    private bool ShowOverlay(int end)
    {
        if (end <= _nextOverlay)
        {
            return false;
        }

        (_points, _first, _count) = (_overlay, _nextOverlay, end - _nextOverlay);
        _nextOverlay = end;
        return true;
    }

    private int OverlayUntil(long atMs, bool including = false)
    {
        var end = _nextOverlay;
        while (end < _overlay.Count && (_overlay.Samples[end].AtMs < atMs || (including && _overlay.Samples[end].AtMs == atMs)))
        {
            end++;
        }

        return end;
    }

    private void LoadCurrent()
    {
        if (_current is not null)
        {
            _current.Load(_decoder, _loaded, _toMs);
            _current = null;
            Show(_loaded);
        }
    }

    /// <summary>Shows the part of a buffer that lies in the range.</summary>
    private void Show(SampleBuffer buffer)
    {
        var samples = buffer.Samples.AsSpan(0, buffer.Count);
        _points = buffer;
        _first = Sorted.FirstAtOrAfter(samples, _fromMs);
        _count = Sorted.FirstAtOrAfter(samples, _toMs) - _first;
    }

    private void Merge(Segment segment, int overlayEnd)
    {
        segment.Load(_decoder, _loaded, _toMs);
        _merged.Resize(0);
        var below = 0;
        for (; _nextOverlay < overlayEnd; _nextOverlay++)
        {
            ref readonly var late = ref _overlay.Samples[_nextOverlay];
            while (below < _loaded.Count && _loaded.Samples[below].AtMs < late.AtMs)
            {
                _merged.Add(_loaded.Samples[below], _loaded.Qualities[below]);
                below++;
            }

            if (below < _loaded.Count && _loaded.Samples[below].AtMs == late.AtMs)
            {
                below++;
            }

            _merged.Add(late, _overlay.Qualities[_nextOverlay]);
        }

        _merged.Add(_loaded.Samples.AsSpan(below, _loaded.Count - below), _loaded.Qualities.AsSpan(below, _loaded.Count - below));
        Show(_merged);
    }

    /// <summary>Late segments that touch no other join the main sequence (a gap that was filled later reads as fast as any);
    /// the others' readings are sorted into the overlay.</summary>
    private List<Segment> Arrange(List<Segment> main, List<Segment> late)
    {
        var all = main.Concat(late).OrderBy(s => s.FirstAtMs).ToList();
        var arranged = new List<Segment>(all.Count);
        var disturbing = new List<Segment>();
        var reached = long.MinValue;
        for (var i = 0; i < all.Count; i++)
        {
            var segment = all[i];
            var alone = (i == 0 || segment.FirstAtMs > reached) && (i + 1 == all.Count || segment.LastAtMs < all[i + 1].FirstAtMs);
            reached = Math.Max(reached, segment.LastAtMs);
            (segment.Late && !alone ? disturbing : arranged).Add(segment);
        }

        FillOverlay(disturbing);
        return arranged;
    }

    private void FillOverlay(List<Segment> segments)
    {
        var all = new List<(Sample Sample, byte Quality, long Rank)>();
        foreach (var segment in segments)
        {
            segment.Load(_decoder, _loaded, _toMs);
            for (var i = 0; i < _loaded.Count; i++)
            {
                if (_loaded.Samples[i].AtMs >= _fromMs && _loaded.Samples[i].AtMs < _toMs)
                {
                    all.Add((_loaded.Samples[i], _loaded.Qualities[i], segment.Rank));
                }
            }
        }

        all.Sort((a, b) => a.Sample.AtMs != b.Sample.AtMs ? a.Sample.AtMs.CompareTo(b.Sample.AtMs) : a.Rank.CompareTo(b.Rank));
        for (var i = 0; i < all.Count; i++)
        {
            if (i + 1 == all.Count || all[i + 1].Sample.AtMs != all[i].Sample.AtMs)
            {
                _overlay.Add(all[i].Sample, all[i].Quality);
            }
        }
    }
}

/// <summary>Room that scans work in, one after another.</summary>
internal sealed class ScanBuffers
{
    public SampleBuffer Loaded { get; } = new();

    public SampleBuffer Merged { get; } = new();

    public BlockDecoder Decoder { get; } = new();
}

/// <summary>Searches in readings in order of time.</summary>
internal static class Sorted
{
    public static int FirstAfter(ReadOnlySpan<Sample> samples, long atMs) =>
        atMs == long.MaxValue || samples.IsEmpty || samples[^1].AtMs <= atMs ? samples.Length : FirstAtOrAfter(samples, atMs + 1);

    public static int FirstAtOrAfter(ReadOnlySpan<Sample> samples, long atMs)
    {
        var (low, high) = (0, samples.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (samples[middle].AtMs < atMs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
