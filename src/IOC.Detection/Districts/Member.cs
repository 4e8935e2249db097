using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A sensor that was heard, as its district sees it.</summary>
internal sealed class Member(District district, SensorAddress address, SensorDefinition? definition, long periodMs, long currentMs, int watched)
{
    private (int Property, MemberSeries? Series)[] _series = [];
    private int _count;

    public District District { get; } = district;

    public SensorAddress Address { get; } = address;

    /// <summary>Its registration; null when it has none.</summary>
    public SensorDefinition? Definition { get; } = definition;

    /// <summary>Time between its reports, ms.</summary>
    public long PeriodMs { get; } = periodMs;

    /// <summary>How long a value of it counts as current, ms.</summary>
    public long CurrentMs { get; } = currentMs;

    /// <summary>Newest event time of its values; <see cref="Series.Never"/> before the first.</summary>
    public long EventMs { get; set; } = Series.Never;

    /// <summary>How often each rule that combinations ask for is raised about it (a rule may be raised for several properties).</summary>
    public int[] Raised { get; } = watched == 0 ? [] : new int[watched];

    /// <summary>Silence rules that are raised about it.</summary>
    public int Silent { get; set; }

    public CombinationState[] Combinations { get; set; } = [];

    /// <summary>Combinations that name it.</summary>
    public Combination[] NamedBy { get; set; } = [];

    public ReadOnlySpan<(int Property, MemberSeries? Series)> Entries => _series.AsSpan(0, _count);

    /// <summary>Finds a property's entry; the series in it is null when no rule about several series needs it.</summary>
    /// <param name="property">Property index.</param>
    /// <param name="guess">Where it probably is: devices send their properties in the same order every time.</param>
    /// <param name="series">The series.</param>
    public bool TryFind(int property, int guess, out MemberSeries? series)
    {
        if ((uint)guess < (uint)_count && _series[guess].Property == property)
        {
            series = _series[guess].Series;
            return true;
        }

        for (var i = 0; i < _count; i++)
        {
            if (_series[i].Property == property)
            {
                series = _series[i].Series;
                return true;
            }
        }

        series = null;
        return false;
    }

    public MemberSeries? Find(int property) => TryFind(property, -1, out var series) ? series : null;

    public void Add(int property, MemberSeries? series)
    {
        if (_count == _series.Length)
        {
            Array.Resize(ref _series, Math.Max(4, _count * 2));
        }

        _series[_count++] = (property, series);
    }
}

/// <summary>The newest value of one property of a member, and what is judged by it.</summary>
internal sealed class MemberSeries(Member member, int property, NeighbourGroup? group, NeighbourState[] neighbours, Aggregate[] aggregates, bool isCombined)
{
    public Member Member { get; } = member;

    public int Property { get; } = property;

    /// <summary>Measured-at of the newest value of any quality; what is not newer is late or redelivered.</summary>
    public long NewestMs { get; set; } = Series.Never;

    /// <summary>Event time of the newest value: its measured-at, or its receipt when the device's clock is ahead.</summary>
    public long EventMs { get; set; }

    public double Value { get; set; }

    /// <summary>Whether the newest value is good.</summary>
    public bool IsGood { get; set; }

    /// <summary>Those that it is compared with; null when no neighbour rule asks.</summary>
    public NeighbourGroup? Group { get; } = group;

    public NeighbourState[] Neighbours { get; } = neighbours;

    /// <summary>Whether there are any: asked with every value, and cheaper than the array.</summary>
    public bool HasNeighbours { get; } = neighbours.Length > 0;

    /// <summary>Event time from which its neighbours are asked again.</summary>
    public long NextNeighbourMs { get; set; } = Series.Never;

    public Aggregate[] Aggregates { get; } = aggregates;

    public bool IsCombined { get; } = isCombined;

    /// <summary>Whether its newest value is good and not too far from an instant.</summary>
    public bool IsCurrent(long atMs) => IsGood && Math.Abs(atMs - EventMs) <= Member.CurrentMs;
}
