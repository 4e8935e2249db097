using IOC.Access.Accounts;
using IOC.Host.Live;
using IOC.Host.Security;

namespace IOC.Host.Api;

/// <summary>What sensors and districts say now.</summary>
internal static class LiveEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/sensors", (LiveView view, Caller caller, string? district, string? domain, string? state) => view.Sensors().Where(s => caller.Sees(s.District, s.Domain) &&
                (district is null || s.District == district) && (domain is null || s.Domain == domain) && (state is null || s.State == state))).Needs(Permission.View)
            .WithSummary("Sensors with their current values; filters by district, domain and state");
        api.MapGet("/sensors/{id}", (LiveView view, Caller caller, string id) => view.Sensor(id) is { } sensor && caller.Sees(sensor.District, sensor.Domain) ? Results.Ok(sensor) : Problems.NotFound("sensor", id)).Needs(Permission.View)
            .Produces<LiveSensor>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("A sensor with its current values");
        api.MapGet("/districts", (LiveView view, Caller caller) => view.Districts(caller.Rights)).Needs(Permission.View).WithSummary("Districts with their sensors by state, aggregates and open alerts");
    }
}
