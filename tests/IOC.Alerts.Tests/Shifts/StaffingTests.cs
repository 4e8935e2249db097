namespace IOC.Alerts.Tests.Shifts;

public class StaffingTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void The_mean_is_over_the_time_asked_for()
    {
        var staffing = new Staffing(
        [
            new Duty("1", "a", 0, DutyChange.Said, 8 * Hour, DutyChange.Said),
            new Duty("2", "b", 4 * Hour, DutyChange.Said, 12 * Hour, DutyChange.Said),
            new Duty("3", "c", 12 * Hour, DutyChange.Said),
            new Duty("4", "d", 5 * Hour, DutyChange.Said, 5 * Hour, DutyChange.Said),
        ], 14 * Hour);
        Assert.Equal(1, staffing.Mean(0, 4 * Hour));
        Assert.Equal(2, staffing.Mean(4 * Hour, 8 * Hour));
        Assert.Equal(1.5, staffing.Mean(2 * Hour, 6 * Hour));
        Assert.Equal(1, staffing.Mean(11 * Hour, 13 * Hour));
        Assert.Equal(0.5, staffing.Mean(13 * Hour, 15 * Hour));
        Assert.Equal(0, staffing.Mean(-5 * Hour, -Hour));
        Assert.Equal(0, staffing.Mean(14 * Hour, 20 * Hour));
        Assert.Equal(0, staffing.Mean(Hour, Hour));
    }

    [Fact]
    public void Without_duties_nobody_was_there() => Assert.Equal(0, new Staffing([], 100).Mean(0, 50));
}
