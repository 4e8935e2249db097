using System.Runtime.InteropServices;

namespace IOC.History.Windows;

/// <summary>Running aggregates of one window.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct WindowTotal
{
    public long Count;
    public double Sum;
    public double Min;
    public double Max;
    public double First;
    public double Last;
    private long _firstAt;
    private long _lastAt;

    public void Add(long atMs, double value)
    {
        if (Count == 0)
        {
            Start(atMs, atMs, value, value, value, value);
        }
        else
        {
            Merge(atMs, atMs, value, value, value, value);
        }

        Count++;
        Sum += value;
    }

    /// <summary>Adds readings that were aggregated before.</summary>
    public void Add(long firstAt, long lastAt, long count, double sum, double min, double max, double first, double last)
    {
        if (Count == 0)
        {
            Start(firstAt, lastAt, min, max, first, last);
        }
        else
        {
            Merge(firstAt, lastAt, min, max, first, last);
        }

        Count += count;
        Sum += sum;
    }

    private void Start(long firstAt, long lastAt, double min, double max, double first, double last)
    {
        (_firstAt, _lastAt, Min, Max, First, Last) = (firstAt, lastAt, min, max, first, last);
    }

    private void Merge(long firstAt, long lastAt, double min, double max, double first, double last)
    {
        Min = Math.Min(Min, min);
        Max = Math.Max(Max, max);
        if (firstAt < _firstAt)
        {
            (_firstAt, First) = (firstAt, first);
        }

        if (lastAt > _lastAt)
        {
            (_lastAt, Last) = (lastAt, last);
        }
    }
}

/// <summary>Running aggregates of all windows of a query. Series are added one after another, in order of sensor.</summary>
internal sealed class WindowTotals(CalendarWindows windows)
{
    private readonly WindowTotal[] _totals = new WindowTotal[windows.Count];

    /// <summary>The windows.</summary>
    public CalendarWindows Windows => windows;

    /// <summary>The totals of a window.</summary>
    public ref WindowTotal this[int index] => ref _totals[index];

    /// <summary>The windows that have readings, in order.</summary>
    public List<WindowAggregate> ToAggregates()
    {
        var result = new List<WindowAggregate>();
        for (var i = 0; i < _totals.Length; i++)
        {
            ref readonly var t = ref _totals[i];
            if (t.Count > 0)
            {
                result.Add(new WindowAggregate(
                    windows.StartMs(i), windows.EndMs(i), t.Count, t.Sum / t.Count, t.Min, t.Max, t.Sum, t.First, t.Last));
            }
        }

        return result;
    }
}
