namespace IOC.Alerts.Tests;

public class FloodMeterTests
{
    private const long T0 = AlertSamples.T0;
    private const long Minute = 60_000;
    private readonly AlertSamples _samples = new();
    private readonly FloodMeter _meter = new(new FloodOptions());
    private int _made;

    [Fact]
    public void A_flood_begins_above_ten_in_ten_minutes_for_each_operator()
    {
        _meter.At(T0, 2);
        Raise(20, T0);
        Assert.Equal(new FloodState(false, null, 10, 2), _meter.At(T0, 2));
        Raise(1, T0 + Minute);
        Assert.Equal(new FloodState(true, T0 + Minute, 10.5, 2), _meter.At(T0 + Minute, 2));

        // With one more on shift it is none that would begin, but one that has begun goes on.
        Assert.True(_meter.At(T0 + (2 * Minute), 3).InFlood);
    }

    [Fact]
    public void It_ends_after_ten_minutes_below_five()
    {
        Raise(11, T0);
        Assert.True(_meter.At(T0, 1).InFlood);
        Assert.True(_meter.At(T0 + (9 * Minute), 1).InFlood);
        Raise(4, T0 + (12 * Minute));
        Assert.Equal(4, _meter.At(T0 + (12 * Minute), 1).Rate);
        Assert.True(_meter.At(T0 + (18 * Minute), 1).InFlood);
        Assert.False(_meter.At(T0 + (23 * Minute), 1).InFlood);
    }

    [Fact]
    public void What_goes_on_at_five_and_more_keeps_it()
    {
        Raise(11, T0);
        for (var minute = 0; minute < 60; minute++)
        {
            Raise(minute % 2, T0 + (minute * Minute));
            Assert.True(_meter.At(T0 + (minute * Minute), 1).InFlood);
        }
    }

    [Fact]
    public void Nobody_connected_is_one_operator_and_a_setting_is_stronger()
    {
        Assert.Equal(1, _meter.At(T0, 0).Operators);
        Assert.Equal(4, new FloodMeter(new FloodOptions { Operators = 4 }).At(T0, 1).Operators);
    }

    [Fact]
    public void Each_alert_counts_once_for_each_time_that_it_asks()
    {
        var alert = Shown("a");
        _meter.Take([alert], T0);
        _meter.Take([alert with { Repeats = 7 }], T0 + 1);
        Assert.Equal(1, _meter.At(T0 + 2, 1).Rate);
        _meter.Take([alert with { ReAlarms = alert.ReAlarms + 1 }], T0 + 3);
        Assert.Equal(2, _meter.At(T0 + 3, 1).Rate);

        // Held it asks nobody; back in the list it asks again.
        _meter.Take([alert with { Hold = new AlertHold(HoldKind.Suppressed, "h", T0, null, "x", "") }], T0 + 4);
        _meter.Take([alert with { DemandedAtMs = T0 + 5 }], T0 + 5);
        Assert.Equal(3, _meter.At(T0 + 5, 1).Rate);
        _meter.Take([alert with { State = AlertState.Acknowledged }], T0 + 6);
        Assert.Equal(3, _meter.At(T0 + 6, 1).Rate);
    }

    [Fact]
    public void What_was_open_at_the_start_asks_no_more()
    {
        var alert = Shown("a");
        _meter.Restore([alert]);
        _meter.Take([alert], T0);
        Assert.Equal(0, _meter.At(T0, 1).Rate);
    }

    [Fact]
    public void Settings_are_checked_by_name()
    {
        var options = new AlertOptions { Flood = new FloodOptions { EnterAbove = 0, LeaveBelow = -1, Window = TimeSpan.Zero, Operators = -1 } };
        Assert.Equal(
            ["Alerts:Flood:EnterAbove", "Alerts:Flood:LeaveBelow", "Alerts:Flood:Window", "Alerts:Flood:Operators"],
            options.Validate().Select(p => p.En.Split(' ')[0]));
        Assert.Empty(new AlertOptions().Validate());
    }

    private void Raise(int count, long atMs) => _meter.Take([.. Enumerable.Range(0, count).Select(_ => Shown($"s{++_made}"))], atMs);

    private Alert Shown(string id) => _samples.Alert(id) with { Hold = null, Chattering = false, ClearedAtMs = null };
}
