using IOC.Telemetry;

namespace IOC.Access;

/// <summary>Profiles that are there from the start; one that is stored under the same name takes its place.</summary>
public static class BuiltInProfiles
{
    /// <summary>The profile of a credential that names none.</summary>
    public const string Default = "device";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DeviceProfile> All { get; } =
    [
        Make(
            Default, "Thiết bị: chỉ các cảm biến của mình", "A device: its own sensors only",
            "allow publish ioc/v1/+/+/%s/telemetry", "allow publish ioc/v1/+/+/%s/status", "allow publish ioc/v1/+/+/%s/cmd/ack", "allow subscribe ioc/v1/+/+/%s/cmd"),
        Make(
            "fleet", "Cổng kết nối: mọi cảm biến", "A gateway: every sensor",
            "allow publish ioc/v1/+/+/+/telemetry", "allow publish ioc/v1/+/+/+/status", "allow publish ioc/v1/+/+/+/cmd/ack", "allow subscribe ioc/v1/+/+/+/cmd"),
        Make(
            "monitor", "Theo dõi: chỉ đọc", "A monitor: reads, and writes nothing",
            "allow subscribe ioc/v1/#", "allow subscribe $SYS/#"),
    ];

    private static DeviceProfile Make(string name, string vi, string en, params string[] rules) => new(
        name, new LocalText(vi, en), [.. rules.Select(Parse)], new DeviceLimits());

    private static AclRule Parse(string text) =>
        AclRule.TryParse(text, out var rule, out var problem) ? rule : throw new InvalidOperationException(problem.En);
}
