using IOC.Telemetry;
using static IOC.Alerts.Tests.GroupWorld;

namespace IOC.Alerts.Tests;

/// <summary>What a bigger alert explains.</summary>
public class InhibitionTests
{
    private readonly GroupWorld _world = new();

    [Fact]
    public void A_worse_limit_explains_a_lesser_one_of_the_same_sensor_whichever_came_first()
    {
        Raise(_world.Air(), 0, "pm25-high", Severity.P3);
        Assert.Equal(["pm25-high air-1"], _world.Shown());
        Raise(_world.Air(), 10, "pm25-very-high", Severity.P2);
        Assert.Equal(["pm25-very-high air-1"], _world.Shown());
        Raise(_world.Air(2), 11, "pm25-high", Severity.P3);
        Assert.Equal(["pm25-high air-2", "pm25-very-high air-1"], _world.Shown());
        _world.CheckNothingIsLost();

        // Back when it ends, and asked about anew.
        Clear(_world.Air(), 20, "pm25-very-high", Severity.P2);
        Assert.Equal(["pm25-high air-1", "pm25-high air-2", "pm25-very-high air-1"], _world.Shown());
        Assert.Equal(T0 + (20 * Minute) + 500, _world.The(_world.Air(), "pm25-high").DemandedAtMs);
        Assert.Equal(0, _world.The(_world.Air(), "pm25-very-high").Members);
        _world.CheckNothingIsLost();
    }

    [Fact]
    public void Both_that_end_together_leave_one_to_acknowledge()
    {
        Raise(_world.Air(), 0, "pm25-high", Severity.P3);
        Raise(_world.Air(), 10, "pm25-very-high", Severity.P2);
        _world.Apply(
            _world.Word(_world.Air(), FindingTransition.Cleared, 30, "pm25-very-high", Severity.P2, "pm25"),
            _world.Word(_world.Air(), FindingTransition.Cleared, 30, "pm25-high", Severity.P3, "pm25"));
        Assert.Equal(["pm25-very-high air-1"], _world.Shown());
        Assert.Single(_world.Book.Open());
        _world.CheckNothingIsLost();
    }

    [Fact]
    public void A_silent_gateway_explains_the_silence_behind_it()
    {
        Raise(_world.Air(), 0, "silence", Severity.P3, null);
        _world.Apply(_world.Word(Asset("gw-1", null), FindingTransition.Raised, 1, "gateway-silent", Severity.P2));
        Raise(_world.Air(2), 2, "silence", Severity.P3, null);
        _world.Dark(2, 1, 1);
        Assert.Equal(["gateway-silent gw-1", "silence lamp-1-1"], _world.Shown());
        Assert.Equal(2, _world.The(Asset("gw-1", null), "gateway-silent").Members);
        _world.CheckNothingIsLost();
        _world.Apply(_world.Word(Asset("gw-1", null), FindingTransition.Cleared, 9, "gateway-silent", Severity.P2));
        Assert.Equal(4, _world.Shown().Count);
        _world.CheckNothingIsLost();
    }

    [Fact]
    public void A_meter_without_voltage_explains_what_hangs_on_its_feeder()
    {
        _world.Dark(0, 1, 2, 3);
        _world.Dark(0, 2, 1);
        Raise(_world.Lamp(1, 1), 1, "no-voltage", Severity.P2, "temp");
        Assert.Equal(["no-voltage lamp-1-1", "silence lamp-2-1"], _world.Shown());
        _world.CheckNothingIsLost();
    }

    [Fact]
    public void An_alert_about_the_district_explains_what_is_in_it()
    {
        Raise(_world.Air(), 0, "pm25-high", Severity.P3);
        _world.Apply(_world.Word(Subject.OfDistrict(District, null), FindingTransition.Raised, 1, "storm", Severity.P2, "temp"));
        Assert.Equal(["storm bac-giang"], _world.Shown());
        _world.CheckNothingIsLost();
    }

    [Fact]
    public void A_higher_priority_is_never_hidden()
    {
        Raise(_world.Air(), 0, "pm25-high", Severity.P1);
        Raise(_world.Air(), 1, "pm25-very-high", Severity.P2);
        Assert.Equal(["pm25-high air-1", "pm25-very-high air-1"], _world.Shown());
        _world.CheckNothingIsLost();
    }

    [Fact]
    public void What_explains_may_itself_be_explained()
    {
        // The lamp without voltage explains its neighbours, the feeder's group explains the lamp's silence.
        Raise(_world.Lamp(1, 1), 0, "no-voltage", Severity.P2, "temp");
        _world.Dark(1, 1, Enumerable.Range(1, 10));
        Assert.Equal(["feeder-down f-1", "no-voltage lamp-1-1"], _world.Shown());
        _world.CheckNothingIsLost();
        Clear(_world.Lamp(1, 1), 5, "no-voltage", Severity.P2, "temp");
        Assert.Equal(10, _world.The(Asset("f-1"), "feeder-down").Members);
        _world.CheckNothingIsLost();
    }

    private void Raise(Subject subject, double minute, string rule, Severity severity, string? property = "pm25") =>
        _world.Apply(_world.Word(subject, FindingTransition.Raised, minute, rule, severity, property));

    private void Clear(Subject subject, double minute, string rule, Severity severity, string? property = "pm25") =>
        _world.Apply(_world.Word(subject, FindingTransition.Cleared, minute, rule, severity, property));
}
