using IOC.Access.Accounts;
using IOC.History;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Security;

/// <summary>Where sensors are, for limiting what is asked about them. Those that the registry does not know are where they report from.</summary>
internal sealed class SensorPlaces(LiveView live)
{
    /// <summary>The district and domain of a sensor; null when nobody knows it.</summary>
    public (string? District, string? Domain)? Of(string sensor) => live.Sensor(sensor) is { } known ? (known.District, known.Domain) : null;

    /// <summary>The answer where somebody does not see a sensor: it is as if it were not there.</summary>
    public IResult? RefuseToSee(Caller caller, string sensor) =>
        caller.SeesEverything || (Of(sensor) is var (district, domain) && caller.Sees(district, domain)) ? null : Problems.NotFound("sensor", sensor);

    /// <summary>The refusal where somebody may not do something with a sensor.</summary>
    public IResult? Refuse(Caller caller, Permission permission, string sensor) =>
        caller.MayEverywhere(permission) ? null
        : RefuseToSee(caller, sensor) ?? (Of(sensor) is var (district, domain) ? caller.Refuse(permission, district, domain) : null);

    /// <summary>The refusal where somebody may not ask the history about a district.</summary>
    public static IResult? RefuseToPlan(Caller caller, string district, string? domain) =>
        caller.May(Permission.Plan, district, domain) ? null
        : caller.Rights.MaySomewhereIn(Permission.View, district) ? AccessAnswers.NotAllowed(Permission.Plan, district, domain)
        : Problems.NotFound("district", district);

    /// <summary>A set of series, as far as somebody may. What lies outside is as if it were not there.</summary>
    public SeriesSet Limit(SeriesSet set, Caller caller, Permission permission)
    {
        if (caller.MayEverywhere(permission))
        {
            return set;
        }

        // One scope cuts the set itself; what several leave is named sensor by sensor.
        if (caller.Rights.Where(permission) is [var scope])
        {
            var wanted = new Scope([.. set.Districts], [.. set.Domains]);
            return scope.Meet(wanted) is { } both ? set with { Districts = both.Districts, Domains = both.Domains } : Nothing(set);
        }

        string[] sensors =
        [
            .. live.Sensors().Where(s => s.District is not null && s.Domain is not null && caller.May(permission, s.District, s.Domain) && Fits(set.Sensors, s.Id)
                && Fits(set.Districts, s.District) && Fits(set.Domains, s.Domain)).Select(s => s.Id),
        ];
        return sensors.Length > 0 ? set with { Sensors = sensors } : Nothing(set);
    }

    // No sensor has such a slug.
    private static SeriesSet Nothing(SeriesSet set) => set with { Sensors = ["-"] };

    private static bool Fits(IReadOnlyCollection<string> names, string name) => names.Count == 0 || names.Contains(name, StringComparer.Ordinal);
}
