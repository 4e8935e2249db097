namespace IOC.Detection;

/// <summary>Its bytes. Version 1, little-endian: version (1), number of properties (1), frames (4), newest detection (4) and its period
/// (8), per property origin, centre, mean, recent and lasting residual (8 each), values and frames judged (4 each), and per aspect a
/// peak log as a <see cref="SeriesLearner"/> has; then the means of the products of each property with itself and those before it (8 each).</summary>
public sealed partial class StationLearner
{
    private const byte Version = 1;

    /// <summary>The state as bytes: what is restored from them judges every later frame alike.</summary>
    public byte[] Save()
    {
        var writer = new StateWriter();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>The learner whose state it is.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut short or impossible.</exception>
    public static StationLearner Restore(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        return Read(ref reader);
    }

    internal void Write(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Byte((byte)Count);
        writer.Int32(_frames);
        writer.Int32(_detectedAt);
        writer.Double(_detectedPeriod);
        for (var i = 0; i < Count; i++)
        {
            ref readonly var p = ref At(i);
            writer.Double(p.Origin);
            writer.Double(p.Centre);
            writer.Double(p.Mean);
            writer.Double(p.Recent);
            writer.Double(p.Lasting);
            writer.Int32(p.Seen);
            writer.Int32(p.Judged);
            for (var log = i * Aspects; log < (i + 1) * Aspects; log++)
            {
                var first = log * StationTuning.Peaks;
                _logs[log].Write(writer, _peaks.AsSpan(first, StationTuning.Peaks), _peaksAt.AsSpan(first, StationTuning.Peaks));
            }
        }

        foreach (var pair in _pairs)
        {
            writer.Double(pair);
        }
    }

    internal static StationLearner Read(ref StateReader reader)
    {
        if (reader.Byte() != Version)
        {
            throw new InvalidDataException("The state of a station's comparison is of an unknown version.");
        }

        var count = reader.Byte();
        if (count > StationTuning.MaxProperties)
        {
            throw new InvalidDataException("The state of a station's comparison holds too many properties.");
        }

        var learner = new StationLearner { _frames = reader.Int32(), _detectedAt = reader.Int32(), _detectedPeriod = reader.Double() };
        for (var i = 0; i < count; i++)
        {
            learner.AddProperty(0);
            learner._properties[i] = new StationProperty
            {
                Origin = reader.Double(),
                Centre = reader.Double(),
                Mean = reader.Double(),
                Recent = reader.Double(),
                Lasting = reader.Double(),
                Seen = reader.Int32(),
                Judged = reader.Int32(),
            };
            for (var log = i * Aspects; log < (i + 1) * Aspects; log++)
            {
                var first = log * StationTuning.Peaks;
                learner._logs[log] = PeakLog.Read(ref reader, learner._peaks.AsSpan(first, StationTuning.Peaks), learner._peaksAt.AsSpan(first, StationTuning.Peaks));
            }
        }

        foreach (ref var pair in learner._pairs.AsSpan())
        {
            pair = reader.Double();
        }

        return learner;
    }
}
