using IOC.Access.Accounts;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Api;

/// <summary>An observed property.</summary>
public sealed record PropertyDto(
    string Code, string Unit, string UnitLabel, LocalText Name, double PlausibleMin, double PlausibleMax, int Decimals);

/// <summary>An area. Dates are the first and last day on which the unit existed in law.</summary>
public sealed record AreaDto(
    string Id, string? ParentId, string Level, LocalText Name, double Longitude, double Latitude, DateOnly? ValidFrom, DateOnly? ValidTo);

/// <summary>What there is: properties, areas.</summary>
internal static class CatalogueEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/properties", (Catalogue catalogue) => catalogue.Properties.All.Select(p =>
                new PropertyDto(p.Code, p.Unit, p.UnitLabel, p.Name, p.PlausibleMin, p.PlausibleMax, p.Decimals))).Needs(Permission.View)
            .WithSummary("Observed properties, with their UCUM units and plausible ranges");
        api.MapGet("/areas", (Catalogue catalogue) => catalogue.Areas.Select(a =>
                new AreaDto(a.Id, a.ParentId, LevelName(a.Level), a.Name, a.Longitude, a.Latitude, a.ValidFrom, a.ValidTo))).Needs(Permission.View)
            .WithSummary("The area tree, parents before children");
        api.MapGet("/areas/outlines", Outlines).Needs(Permission.View)
            .WithSummary("Outlines of the areas of a level (province, district or commune) as GeoJSON; `sketch` marks a drawing");
    }

    private static async Task<IResult> Outlines(RegistryReader registry, CancellationToken stop, string level = "district")
    {
        if (!Enum.TryParse<AreaLevel>(level, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
        {
            return Problems.BadRequest("bad_level", "level phải là province, district hoặc commune.", "level must be province, district or commune.");
        }

        return Results.Bytes(await registry.OutlinesAsync(wanted, stop), "application/geo+json");
    }

    private static string LevelName(AreaLevel level) => level switch
    {
        AreaLevel.Province => "province",
        AreaLevel.District => "district",
        _ => "commune",
    };
}
