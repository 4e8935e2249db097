using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A step of a partition's time.</summary>
/// <param name="Message">Index in the batch of the message that made it.</param>
/// <param name="NowMs">Time from then on, Unix ms.</param>
/// <param name="Anew">Whether the host was away or its clock was set back: of the time before, nothing can be said.</param>
internal readonly record struct TimeStep(int Message, long NowMs, bool Anew);

/// <summary>
/// The time of a partition, moved by the log's ticks only. Ticks that are a little out of order do not move it back. A resumption
/// does, and so does a tick far below it: the host's clock was ahead and was corrected, which counts as a resumption. A time that
/// never goes back would find everything overdue until the real time has caught up.
/// </summary>
internal sealed class PartitionClock
{
    /// <summary>A time this far below the newest is out of order; one further below it says that the clock was set back.</summary>
    private const long JitterMs = 60_000;

    /// <summary>Times known at most in which the host did not hear.</summary>
    private const int MaxStops = 16;
    private readonly List<(long FromMs, long ToMs)> _stops = [];
    private readonly List<TimeStep> _steps = [];

    /// <summary>Time by the ticks, Unix ms.</summary>
    public long NowMs { get; private set; } = Series.Never;

    /// <summary>Newest resumption or correction of the clock, Unix ms.</summary>
    public long ResumedAtMs { get; private set; } = Series.Never;

    /// <summary>The steps of this batch, in log order.</summary>
    public IReadOnlyList<TimeStep> Steps => _steps;

    /// <summary>Takes a tick or a resumption.</summary>
    public TimeStep Take(in PresenceEntry entry)
    {
        var anew = entry.Kind == MessageKind.Resumed || IsSetBack(NowMs, entry.AtMs);
        if (anew)
        {
            NoteStop(entry.AtMs);
            NowMs = ResumedAtMs = entry.AtMs;
        }
        else
        {
            NowMs = Math.Max(NowMs, entry.AtMs);
        }

        var step = new TimeStep(entry.Message, NowMs, anew);
        _steps.Add(step);
        return step;
    }

    /// <summary>Forgets the steps of the batch before.</summary>
    public void BeginBatch() => _steps.Clear();

    /// <summary>How long the host did not hear between two instants, ms, as far as it is known: the last 16 stops.</summary>
    public long DeafBetween(long fromMs, long toMs)
    {
        var sum = 0L;
        foreach (var (from, to) in _stops)
        {
            sum += Math.Max(0, Math.Min(toMs, to) - Math.Max(fromMs, from));
        }

        return Math.Min(sum, toMs - fromMs);
    }

    /// <summary>Whether an instant lies so far below another that a clock must have been set back in between.</summary>
    public static bool IsSetBack(long newestMs, long nextMs) => newestMs > nextMs && newestMs - nextMs > JitterMs;

    public void Write(StateWriter writer)
    {
        writer.Int64(NowMs);
        writer.Int64(ResumedAtMs);
        writer.Byte((byte)_stops.Count);
        foreach (var (from, to) in _stops)
        {
            writer.Int64(from);
            writer.Int64(to);
        }
    }

    public void Read(ref StateReader reader, bool withStops)
    {
        NowMs = reader.Int64();
        ResumedAtMs = reader.Int64();
        _stops.Clear();
        for (var left = withStops ? reader.Byte() : 0; left > 0; left--)
        {
            _stops.Add((reader.Int64(), reader.Int64()));
        }
    }

    private void NoteStop(long resumedAtMs)
    {
        if (NowMs != Series.Never && NowMs < resumedAtMs)
        {
            if (_stops.Count == MaxStops)
            {
                _stops.RemoveAt(0);
            }

            _stops.Add((NowMs, resumedAtMs));
        }
    }
}
