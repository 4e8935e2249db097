using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Host.Security;

/// <summary>What callers see of the things that have a place.</summary>
internal static class Sight
{
    public static bool Sees(this Caller caller, Alert alert) => caller.Sees(alert.Subject);

    public static bool Sees(this Caller caller, Subject subject) => caller.Sees(subject.District, subject.Domain);

    public static bool Sees(this Caller caller, SensorAddress sensor) => caller.Sees(sensor.District, sensor.Domain);

    /// <summary>The districts in which somebody sees anything, for asking a store for no more; null = all.</summary>
    public static IReadOnlyCollection<string>? DistrictsSeen(this Caller caller)
    {
        var scopes = caller.Rights.Where(Permission.View);
        return scopes.Any(s => s.Districts.Count == 0) ? null : [.. scopes.SelectMany(s => s.Districts).Distinct(StringComparer.Ordinal)];
    }
}
