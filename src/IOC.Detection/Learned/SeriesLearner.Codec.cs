namespace IOC.Detection;

/// <summary>The learner's bytes. Version 2, little-endian: version (1), readings (4), run (4), moves (1), newest detection
/// (4) and its period (8), nine means (8 each), two profile errors (8 each), profile cells (4 each) and counters (2 each), per
/// aspect the number of peaks (1), the newest (1, signed), its reading (4), the least (4, single), and per peak height (4, single) and
/// reading (4), number of gaps (1), per gap the good readings before and after it (8 each). Version 1 had no gaps.</summary>
public sealed partial class SeriesLearner
{
    private const byte Version = 2;
    private const byte WithoutGaps = 1;

    /// <summary>The state as bytes: what is restored from them judges every later reading alike.</summary>
    public byte[] Save()
    {
        var writer = new StateWriter();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>The learner whose state it is.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut short or impossible.</exception>
    public static SeriesLearner Restore(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        return Read(ref reader);
    }

    internal void Write(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int32(_readings);
        writer.Int32(_run);
        writer.Byte(_moves ? (byte)1 : (byte)0);
        writer.Int32(_detectedAt);
        writer.Double(_detectedPeriod);
        ref var a = ref _averages;
        foreach (var mean in (ReadOnlySpan<double>)[a.Last, a.Short, a.Medium, a.Distance, a.Step, a.ShortStep, a.MediumStep, a.LongStep, a.Residual])
        {
            writer.Double(mean);
        }

        writer.Double(_profile.CommonError);
        writer.Double(_profile.DayTypeError);
        foreach (var cell in _cells)
        {
            writer.Single(cell);
        }

        foreach (var count in _counts)
        {
            writer.UInt16(count);
        }

        for (var aspect = 0; aspect < Aspects; aspect++)
        {
            var first = aspect * LearnedTuning.Peaks;
            _logs[aspect].Write(writer, _peaks.AsSpan(first, LearnedTuning.Peaks), _peaksAt.AsSpan(first, LearnedTuning.Peaks));
        }

        Gaps.Write(writer);
    }

    internal static SeriesLearner Read(ref StateReader reader)
    {
        var version = reader.Byte();
        if (version is not (Version or WithoutGaps))
        {
            throw new InvalidDataException("The learned detector's state is of an unknown version.");
        }

        var learner = new SeriesLearner
        {
            _readings = reader.Int32(),
            _run = reader.Int32(),
            _moves = reader.Byte() != 0,
            _detectedAt = reader.Int32(),
            _detectedPeriod = reader.Double(),
            _averages = new Averages
            {
                Last = reader.Double(),
                Short = reader.Double(),
                Medium = reader.Double(),
                Distance = reader.Double(),
                Step = reader.Double(),
                ShortStep = reader.Double(),
                MediumStep = reader.Double(),
                LongStep = reader.Double(),
                Residual = reader.Double(),
            },
            _profile = new SeasonProfile { CommonError = reader.Double(), DayTypeError = reader.Double() },
        };
        foreach (ref var cell in learner._cells.AsSpan())
        {
            cell = reader.Single();
        }

        foreach (ref var count in learner._counts.AsSpan())
        {
            count = reader.UInt16();
        }

        for (var aspect = 0; aspect < Aspects; aspect++)
        {
            var first = aspect * LearnedTuning.Peaks;
            learner._logs[aspect] = PeakLog.Read(ref reader, learner._peaks.AsSpan(first, LearnedTuning.Peaks), learner._peaksAt.AsSpan(first, LearnedTuning.Peaks));
        }

        learner.Gaps = version == WithoutGaps ? default : ReadingGaps.Read(ref reader);

        return learner;
    }
}
