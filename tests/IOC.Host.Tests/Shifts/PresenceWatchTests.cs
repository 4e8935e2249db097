using IOC.Alerts;
using IOC.Host.Shifts;

namespace IOC.Host.Tests.Shifts;

public class PresenceWatchTests
{
    private const long Minute = 60_000;
    private readonly PresenceWatch _watch = new(new ShiftOptions());

    [Fact]
    public void Whoever_is_connected_and_not_on_shift_comes()
    {
        Assert.Equal([new(PresenceChangeKind.Came, "vh02", 5)], _watch.Look(["vh01", "vh02"], [Said("vh01", 0)], 5));
        Assert.Empty(new PresenceWatch(new ShiftOptions { ByPresence = false }).Look(["vh02"], [], 5));
    }

    [Fact]
    public void Somebody_on_shift_who_is_cut_off_is_told_once_and_told_when_back()
    {
        Duty[] onDuty = [Said("vh01", 0)];
        Assert.Empty(_watch.Look([], onDuty, Minute));
        Assert.Empty(_watch.Look([], onDuty, 2 * Minute - 1));
        Assert.Equal([new(PresenceChangeKind.LinkLost, "vh01", Minute)], _watch.Look([], onDuty, 2 * Minute));
        Assert.Empty(_watch.Look([], onDuty, 30 * Minute));
        Assert.Equal([new(PresenceChangeKind.LinkBack, "vh01", Minute)], _watch.Look(["VH01"], onDuty, 31 * Minute));
        Assert.Empty(_watch.Look(["vh01"], onDuty, 32 * Minute));
    }

    [Fact]
    public void Who_came_by_presence_goes_by_absence_and_since_then()
    {
        Duty[] onDuty = [Said("vh01", 0) with { Began = DutyChange.Presence }];
        Assert.Empty(_watch.Look([], onDuty, Minute));
        _watch.Look([], onDuty, 3 * Minute);
        Assert.Equal([new(PresenceChangeKind.Went, "vh01", Minute)], _watch.Look([], onDuty, 11 * Minute));
    }

    [Fact]
    public void A_short_absence_is_no_news_and_a_forgotten_duty_ends()
    {
        Duty[] onDuty = [Said("vh01", 0)];
        _watch.Look([], onDuty, Minute);
        Assert.Empty(_watch.Look(["vh01"], onDuty, Minute + 30_000));
        var long16 = 16 * 60 * Minute;
        Assert.Equal([new(PresenceChangeKind.TooLong, "vh01", long16)], _watch.Look(["vh01"], onDuty, long16));
    }

    private static Duty Said(string name, long from) => new($"d-{name}", name, from, DutyChange.Said);
}
