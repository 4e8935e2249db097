using IOC.Access.Accounts;
using IOC.Host.Live;
using IOC.Host.Security;

namespace IOC.Host.Api;

/// <summary>What sensors and districts say now.</summary>
internal static class LiveEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/sensors", (LiveView view, string? district, string? domain, string? state) => view.Sensors().Where(s =>
                (district is null || s.District == district) && (domain is null || s.Domain == domain) && (state is null || s.State == state))).Needs(Permission.View)
            .WithSummary("Sensors with their current values; filters by district, domain and state");
        api.MapGet("/sensors/{id}", (LiveView view, string id) => view.Sensor(id) is { } sensor ? Results.Ok(sensor) : Problems.NotFound("sensor", id)).Needs(Permission.View)
            .Produces<LiveSensor>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("A sensor with its current values");
        api.MapGet("/districts", (LiveView view) => view.Districts()).Needs(Permission.View).WithSummary("Districts with their sensors by state, aggregates and open alerts");
    }
}
