using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// What is compared within one sensor: puts its values together to frames, and has what was learned of them and what is raised.
/// </summary>
/// <remarks>A frame ends when all properties of the frame before are in it, so a station that sends everything at once is judged
/// at once. Else it ends with the first message that has one of its properties again, or that was measured more than a period away:
/// so properties that are reported by turns are compared too, and one that is missing holds up the others by a message at most.</remarks>
internal sealed class Station
{
    private const double IntervalRate = 0.1;
    private const double LongestStep = 3;
    private List<string> _codes = [];
    private List<int> _indices = [];
    private List<long> _newest = [];
    private double[] _frame = [];
    private double[] _late = [];
    private ReadingGaps _gaps;
    private uint _present;
    private uint _expected;
    private long _sinceMs;
    private long _lastFrameMs = Series.Never;
    private float _intervalMs;

    public Station(SensorAddress sensor, long periodMs, CompiledRule[] rules)
    {
        Sensor = sensor;
        PeriodMs = periodMs;
        Rules = rules;
        States = new StationState[rules.Length];
    }

    public SensorAddress Sensor { get; }

    public long PeriodMs { get; }

    public CompiledRule[] Rules { get; }

    public StationState[] States { get; }

    public StationLearner Learner { get; set; } = new();

    /// <summary>Measured-at of the newest frame that ended.</summary>
    public long LastFrameMs => _lastFrameMs;

    /// <summary>Whether values wait for the rest of their frame.</summary>
    public bool HasPending => _present != 0;

    /// <summary>The frame that is not ended, or ended last: a value per property, NaN where missing.</summary>
    public ReadOnlySpan<double> Frame => _frame;

    public bool HasOpen => Array.Exists(States, s => s.Raised);

    /// <summary>Takes over what another station knows; what is raised stays.</summary>
    public void TakeOver(Station other)
    {
        (_codes, _indices, _newest, _frame, _late, _gaps) = (other._codes, other._indices, other._newest, other._frame, other._late, other._gaps);
        (_present, _expected, _sinceMs, _lastFrameMs, _intervalMs) = (other._present, other._expected, other._sinceMs, other._lastFrameMs, other._intervalMs);
        Learner = other.Learner;
    }

    public string CodeOf(int number) => _codes[number];

    /// <summary>Number of a property; -1 when there is no place for it.</summary>
    /// <param name="index">Its index in the catalogue.</param>
    /// <param name="properties">The catalogue.</param>
    public int NumberOf(int index, PropertyCatalogue properties)
    {
        for (var i = 0; i < _indices.Count; i++)
        {
            if (_indices[i] == index)
            {
                return i;
            }
        }

        if (_codes.Count == StationLearner.MaxProperties)
        {
            return -1;
        }

        Add(properties[index].Code, index, Series.Never);
        return Learner.AddProperty(properties[index].PlausibleMin);
    }

    /// <summary>Whether a value of this property is not newer than what was there before.</summary>
    public bool IsLate(int number, long measuredAtMs) => measuredAtMs <= _newest[number];

    /// <summary>Whether a value cannot be part of the frame that waits.</summary>
    public bool IsBeyondFrame(int number, long measuredAtMs) =>
        (_present & (1u << number)) != 0 || Math.Abs(measuredAtMs - _sinceMs) > PeriodMs;

    /// <summary>Adds a good value to the frame that waits.</summary>
    public void Add(int number, long measuredAtMs, double value)
    {
        if (_present == 0)
        {
            _sinceMs = measuredAtMs;
            Array.Fill(_frame, double.NaN);
        }

        _newest[number] = measuredAtMs;
        _frame[number] = value;
        _present |= 1u << number;
    }

    /// <summary>Whether nothing more is to be waited for.</summary>
    public bool IsComplete => (_expected & ~_present) == 0;

    /// <summary>Ends the frame that waits.</summary>
    public StationVerdict End()
    {
        if (_lastFrameMs != Series.Never && _sinceMs > _lastFrameMs)
        {
            NoteInterval(_sinceMs - _lastFrameMs);
        }

        _lastFrameMs = Math.Max(_lastFrameMs, _sinceMs);
        _expected = _present;
        _present = 0;
        return Learner.Observe(_frame);
    }

    /// <summary>Begins a frame of late values.</summary>
    public Span<double> BeginLate()
    {
        Array.Fill(_late, double.NaN);
        return _late;
    }

    /// <summary>The frame of late values that was begun.</summary>
    public Span<double> Late => _late;

    /// <summary>Learns the late values, measured together, if they are new.</summary>
    public void EndLate(long measuredAtMs)
    {
        if (_gaps.TryFill(measuredAtMs, _intervalMs))
        {
            Learner.ObserveLate(_late);
        }
    }

    /// <summary>Writes number of properties (1), per each its code, newest value (8) and value in the frame (8), which are in the frame
    /// that waits and in the one before (4 each, bits), the former's beginning (8), the latter's (8), usual time between frames (4, single),
    /// gaps, the learner, number of rules (1), and per each id, severity (1), raised (1), usual frames in a row (1) and property.</summary>
    public void Write(StateWriter writer)
    {
        writer.Byte((byte)_codes.Count);
        for (var i = 0; i < _codes.Count; i++)
        {
            writer.Slug(_codes[i]);
            writer.Int64(_newest[i]);
            writer.Double(_frame[i]);
        }

        writer.Int32((int)_present);
        writer.Int32((int)_expected);
        writer.Int64(_sinceMs);
        writer.Int64(_lastFrameMs);
        writer.Single(_intervalMs);
        _gaps.Write(writer);
        Learner.Write(writer);
        writer.Byte((byte)Rules.Length);
        for (var i = 0; i < Rules.Length; i++)
        {
            writer.Slug(Rules[i].Rule.Id);
            writer.Byte((byte)Rules[i].Rule.Severity);
            writer.Byte(States[i].Raised ? (byte)1 : (byte)0);
            writer.Byte(States[i].Quiet);
            writer.Slug(States[i].Property ?? "");
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, under another catalogue perhaps. What rules had raised that are gone becomes
    /// orphans.</summary>
    public static Station Read(ref StateReader reader, Station station, PropertyCatalogue properties, List<Orphan> orphans)
    {
        for (var left = reader.Byte(); left > 0; left--)
        {
            var code = reader.Slug();
            station.Add(code, properties.TryGetIndex(code, out var index) ? index : -1, reader.Int64());
            station._frame[^1] = reader.Double();
        }

        station._present = (uint)reader.Int32();
        station._expected = (uint)reader.Int32();
        for (var i = 0; i < station._indices.Count; i++)
        {
            station._present &= station._indices[i] < 0 ? ~(1u << i) : uint.MaxValue;
        }

        station._sinceMs = reader.Int64();
        station._lastFrameMs = reader.Int64();
        station._intervalMs = reader.Single();
        station._gaps = ReadingGaps.Read(ref reader);
        station.Learner = StationLearner.Read(ref reader);
        if (station.Learner.Count != station._codes.Count)
        {
            throw new InvalidDataException("The state of a station's comparison does not have as many properties as it names.");
        }

        for (var left = reader.Byte(); left > 0; left--)
        {
            var id = reader.Slug();
            var severity = (Severity)reader.Byte();
            var state = new StationState { Raised = reader.Byte() != 0, Quiet = reader.Byte(), Property = reader.Slug() };
            var at = Array.FindIndex(station.Rules, r => r.Rule.Id == id);
            if (at >= 0)
            {
                station.States[at] = state;
            }
            else if (state.Raised)
            {
                orphans.Add(new Orphan(id, FindingKind.Disagreement, severity, state.Property));
            }
        }

        return station;
    }

    private void Add(string code, int index, long newestMs)
    {
        _codes.Add(code);
        _indices.Add(index);
        _newest.Add(newestMs);
        Array.Resize(ref _frame, _codes.Count);
        Array.Resize(ref _late, _codes.Count);
        _frame[^1] = _late[^1] = double.NaN;
    }

    private void NoteInterval(long elapsed)
    {
        _gaps.Note(_lastFrameMs, _sinceMs, _intervalMs);
        double usual = _intervalMs;
        _intervalMs = (float)(usual == 0 ? elapsed : usual + (IntervalRate * (Math.Min(elapsed, LongestStep * usual) - usual)));
    }
}

/// <summary>Disagreement: whether it is raised and of which property, and how many frames in a row were usual since.</summary>
internal struct StationState
{
    public string? Property;
    public byte Quiet;
    public bool Raised;
}
