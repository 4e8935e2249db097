using IOC.Access.Accounts;
using IOC.Detection;
using IOC.Host.Security;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>Which rules somebody may change whose work is limited to districts or domains: those that reach no further. What rules say is no
/// secret: everybody who is signed in may read them.</summary>
internal static class RuleScope
{
    /// <summary>The refusal for a rule; null when the caller may change it.</summary>
    public static IResult? Refuse(Caller caller, DetectionRule rule, HttpContext context)
    {
        if (caller.MayEverywhere(Permission.Engineer))
        {
            return null;
        }

        var place = rule.Sensor is { } sensor ? context.RequestServices.GetRequiredService<SensorPlaces>().Of(sensor) : null;
        return caller.Refuse(Permission.Engineer, rule.District ?? place?.District, rule.Domain ?? place?.Domain);
    }

    /// <summary>The refusal for a rule that is to be; a text that is none is told by whoever takes it.</summary>
    public static async Task<IResult?> RefuseTextAsync(string text, HttpContext context, RuleDesk desk, CancellationToken stop)
    {
        var caller = context.RequestServices.GetRequiredService<Caller>();
        return caller.MayEverywhere(Permission.Engineer) ? null
            : (await desk.Book.ValidateAsync(text, context.RequestServices.GetRequiredService<Catalogue>(), stop)).Rule is { } rule ? Refuse(caller, rule.Rule, context)
            : null;
    }

    /// <summary>The refusal for a version that is to be gone back to.</summary>
    public static async Task<IResult?> RefuseVersionAsync(string id, int? version, HttpContext context, RuleDesk desk, CancellationToken stop)
    {
        var caller = context.RequestServices.GetRequiredService<Caller>();
        if (caller.MayEverywhere(Permission.Engineer))
        {
            return null;
        }

        // Without a number it is what the file says: any of the versions may be that.
        var versions = await desk.Book.VersionsAsync(id, stop);
        return versions.Where(v => version is null || v.Version == version).Select(v => Refuse(caller, desk.Book.Text.Read(v.Text), context)).FirstOrDefault(r => r is not null);
    }
}
