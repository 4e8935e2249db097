using IOC.History.Windows;

namespace IOC.History.Analysis;

/// <summary>The cells that an answer has for each group: windows, each parted by hour of day or day of week when asked.
/// Finds the cell of an instant; fastest when instants come in order.</summary>
internal sealed class CellPlan
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private readonly CalendarWindows _windows;
    private readonly ZoneClock _clock;
    private readonly bool _byHour;
    private readonly bool _byDay;
    private readonly int _parts;
    private long _start = long.MaxValue;
    private long _end = long.MinValue;
    private int _cell;
    private int _window;

    public CellPlan(CalendarWindows windows, ZoneClock clock, GroupBy groupBy, long fromMs, long toMs)
    {
        (_windows, _clock, FromMs, ToMs) = (windows, clock, fromMs, toMs);
        (_byHour, _byDay) = (groupBy.HasFlag(GroupBy.HourOfDay), groupBy.HasFlag(GroupBy.DayOfWeek));
        _parts = (_byHour ? 24 : 1) * (_byDay ? 7 : 1);
    }

    /// <summary>First instant asked for.</summary>
    public long FromMs { get; }

    /// <summary>First instant no longer asked for.</summary>
    public long ToMs { get; }

    /// <summary>Cells of each window; those of one hour and weekday lie so far apart.</summary>
    public int Parts => _parts;

    /// <summary>Number of cells.</summary>
    public int Count => _windows.Count * _parts;

    public long StartMs(int cell) => _windows.StartMs(cell / _parts);

    public long EndMs(int cell) => _windows.EndMs(cell / _parts);

    public int? Hour(int cell) => _byHour ? cell % 24 : null;

    public int? Weekday(int cell) => _byDay ? (cell % _parts / (_byHour ? 24 : 1)) + 1 : null;

    /// <summary>The cell of an instant of the range.</summary>
    /// <param name="atMs">The instant.</param>
    /// <param name="endMs">First instant that no longer belongs to it without a break.</param>
    public int Find(long atMs, out long endMs)
    {
        if (atMs < _start || atMs >= _end)
        {
            Seek(atMs);
        }

        endMs = _end;
        return _cell;
    }

    /// <summary>How long each cell lasts within the range and before now, in milliseconds.</summary>
    public long[] Durations(long nowMs)
    {
        var durations = new long[Count];
        var until = Math.Min(ToMs, nowMs);
        for (var at = FromMs; at < until;)
        {
            var cell = Find(at, out var end);
            end = Math.Min(end, until);
            durations[cell] += end - at;
            at = end;
        }

        return durations;
    }

    private void Seek(long atMs)
    {
        var window = _window = _windows.IndexOf(atMs, near: _window);
        (_start, _end, _cell) = (_windows.StartMs(window), _windows.EndMs(window), window);
        if (_parts == 1)
        {
            return;
        }

        // Up to the next full hour on the wall; a change of the clock within it ends the run too.
        var offset = _clock.OffsetMs(atMs);
        var wall = atMs + offset;
        var hour = wall - (((wall % HourMs) + HourMs) % HourMs);
        var next = atMs + (hour + HourMs - wall);
        if (_clock.OffsetMs(next) != offset)
        {
            next = Math.Min(next, _clock.TransitionMs(atMs, next));
        }

        var day = (int)((hour / DayMs) - (hour < 0 && hour % DayMs != 0 ? 1 : 0));
        var hourOfDay = (int)((hour - (day * DayMs)) / HourMs);
        // 1970-01-01 was a Thursday: 3 days after a Monday.
        var weekday = (((day + 3) % 7) + 7) % 7;
        _cell = (window * _parts) + (_byDay ? weekday * (_byHour ? 24 : 1) : 0) + (_byHour ? hourOfDay : 0);
        (_start, _end) = (atMs, Math.Min(_end, next));
    }
}
