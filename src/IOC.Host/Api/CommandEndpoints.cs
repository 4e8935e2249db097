using System.Data.Common;
using IOC.Access.Accounts;
using IOC.Commands;
using IOC.Host.Commands;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Api;

/// <summary>A command that is asked for.</summary>
/// <param name="Name">switch, dim or auto.</param>
/// <param name="On">switch: true or false.</param>
/// <param name="Level">dim: 0 to 100 %.</param>
/// <param name="ForSeconds">switch and dim: seconds until the device goes back to its own control; absent = until told.</param>
/// <param name="ExpiresInSeconds">Seconds after which it must not be done any more; absent = Ioc:Commands:DefaultLife.</param>
/// <param name="Operator">Who asks.</param>
public sealed record IssueCommandRequest(string? Name, bool? On, int? Level, int? ForSeconds, int? ExpiresInSeconds, string? Operator);

/// <summary>A command for several devices: those named, or all of a district that take it.</summary>
/// <param name="Sensors">Sensor slugs.</param>
/// <param name="District">District slug.</param>
/// <param name="Name">switch, dim or auto.</param>
/// <param name="On">switch: true or false.</param>
/// <param name="Level">dim: 0 to 100 %.</param>
/// <param name="ForSeconds">switch and dim: seconds until the devices go back to their own control; absent = until told.</param>
/// <param name="ExpiresInSeconds">Seconds after which it must not be done any more; absent = Ioc:Commands:DefaultLife.</param>
/// <param name="Operator">Who asks.</param>
public sealed record IssueGroupRequest(
    IReadOnlyList<string>? Sensors, string? District, string? Name, bool? On, int? Level, int? ForSeconds, int? ExpiresInSeconds, string? Operator);

/// <summary>A page of commands, the newest first; <c>Next</c> is the <c>before</c> of the next page.</summary>
public sealed record CommandPageDto(IReadOnlyList<LiveCommand> Items, string? Next);

/// <summary>A sensor's commands, the newest first, and the names of those that it takes.</summary>
public sealed record SensorCommandsDto(IReadOnlyList<string> Takes, IReadOnlyList<LiveCommand> Items, string? Next);

/// <summary>How far the commands of a group are.</summary>
/// <param name="Group">Id of the group.</param>
/// <param name="Total">Commands.</param>
/// <param name="Open">Commands without an outcome.</param>
/// <param name="ByState">Commands by state; states without any are absent.</param>
public sealed record CommandGroupDto(string Group, int Total, int Open, IReadOnlyDictionary<string, int> ByState);

/// <summary>Commands to devices and their outcomes.</summary>
internal static class CommandEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("").AddEndpointFilter(TellStoreFailuresAsync);
        api.MapPost("/sensors/{sensor}/commands", IssueOneAsync).Needs(Permission.Operate).Produces<LiveCommand>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary("Commands a device; it takes the place of the device's open command");
        api.MapGet("/sensors/{sensor}/commands", ListOfSensor).Needs(Permission.View).Produces<SensorCommandsDto>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What a device can be told, and what it was told, the newest first");
        var commands = api.MapGroup("/commands");
        commands.MapGet("", List).Needs(Permission.View).Produces<CommandPageDto>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Commands, the newest first; state = all, open or a state's name");
        commands.MapPost("", IssueGroupAsync).Needs(Permission.Operate).Produces<CommandGroupDto>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary("Commands several devices, or all of a district that take it");
        commands.MapGet("/{id}", (ICommandStore store, Caller caller, string id) => store.Find(id) is { } command && caller.Sees(command.Sensor) ? Results.Ok(LiveCommand.From(command)) : Problems.NotFound("command", id)).Needs(Permission.View)
            .Produces<LiveCommand>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("A command");
        commands.MapDelete("/{id}", CancelOne).Needs(Permission.Operate).Produces<LiveCommand>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Takes a command back; what was sent already may be done all the same");
        commands.MapGet("/groups/{group}", (ICommandStore store, Caller caller, string group) => Summary(store, caller, group) is { } summary ? Results.Ok(summary) : Problems.NotFound("command_group", group)).Needs(Permission.View)
            .Produces<CommandGroupDto>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("How far the commands of a group are");
        commands.MapDelete("/groups/{group}", CancelGroup).Needs(Permission.Operate).Produces<CommandGroupDto>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Takes back what is open of a group");
    }

    // After a failure nothing has changed, so trying again is safe.
    private static async ValueTask<object?> TellStoreFailuresAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DbException e) when (e is not RegistryUnavailableException)
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<CommandDesk>>().LogError(e, "Commands could not be stored or read");
            return Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again."));
        }
    }

    private static async Task<IResult> IssueOneAsync(string sensor, IssueCommandRequest request, Caller caller, Catalogue catalogue, CommandOptions options, CommandDesk desk)
    {
        if (Find(catalogue, caller, sensor) is not { } definition)
        {
            return Problems.NotFound("sensor", sensor);
        }

        var (wish, problem) = caller.Refuse(Permission.Operate, definition.Address.District, definition.Address.Domain) is { } refusal ? (null, refusal) : Read(request, caller, options);
        if (problem is not null)
        {
            return problem;
        }

        if (!CommandKinds.Of(definition).Contains(wish!.Kind))
        {
            return NotTaken(sensor, wish.Kind);
        }

        return await desk.IssueAsync([wish.For(definition.Address)], group: false) is { } issued
            ? Results.Accepted($"/api/v1/commands/{issued[0].Id}", LiveCommand.From(issued[0]))
            : TooMany(options);
    }

    private static async Task<IResult> IssueGroupAsync(IssueGroupRequest request, Caller caller, Catalogue catalogue, CommandOptions options, CommandDesk desk, ICommandStore store)
    {
        var (wish, problem) = Read(
            new IssueCommandRequest(request.Name, request.On, request.Level, request.ForSeconds, request.ExpiresInSeconds, request.Operator), caller, options);
        if (problem is not null)
        {
            return problem;
        }

        if (request.Sensors is null == request.District is null)
        {
            return Problems.BadRequest("bad_group", "Nêu sensors hoặc district, không cả hai.", "Name sensors or a district, not both.");
        }

        var (addresses, refused) = request.District is { } district
            ? OfDistrict(catalogue, caller, district, wish!.Kind)
            : OfList(catalogue, caller, request.Sensors!, wish!.Kind);
        if (refused is not null)
        {
            return refused;
        }

        if (addresses.Count is 0 || addresses.Count > options.MaxGroup)
        {
            return Problems.BadRequest(
                "bad_group", $"Nhóm phải có từ 1 đến {options.MaxGroup} thiết bị nhận lệnh này; ở đây có {addresses.Count}.",
                $"A group must have 1 to {options.MaxGroup} devices that take the command; here are {addresses.Count}.");
        }

        return await desk.IssueAsync([.. addresses.Select(wish.For)], group: true) is { } issued
            ? Results.Accepted($"/api/v1/commands/groups/{issued[0].Group}", Summary(store, caller, issued[0].Group!))
            : TooMany(options);
    }

    private static IResult ListOfSensor(Catalogue catalogue, Caller caller, ICommandStore store, string sensor, string state = "all", int limit = 20, string? before = null)
    {
        if (Find(catalogue, caller, sensor) is not { } definition)
        {
            return Problems.NotFound("sensor", sensor);
        }

        if (Query(state, limit, before) is not { } query)
        {
            return BadQuery();
        }

        var page = store.Query(query with { Sensor = sensor });
        return Results.Ok(new SensorCommandsDto(
            [.. CommandKinds.Of(definition).Select(k => k.Name())], [.. page.Items.Select(LiveCommand.From)], page.Next?.ToString()));
    }

    private static IResult List(
        ICommandStore store, Caller caller, string state = "all", string? sensor = null, string? district = null, string? group = null, int limit = 100, string? before = null)
    {
        if (Query(state, limit, before) is not { } query)
        {
            return BadQuery();
        }

        query = query with { Sensor = sensor, District = district, Districts = caller.DistrictsSeen(), Group = group };
        var seen = new List<Command>();
        while (true)
        {
            var page = store.Query(query with { Limit = limit - seen.Count });
            seen.AddRange(page.Items.Where(c => caller.Sees(c.Sensor)));
            if (page.Next is null || seen.Count == limit)
            {
                return Results.Ok(new CommandPageDto([.. seen.Select(LiveCommand.From)], page.Next?.ToString()));
            }

            query = query with { Before = page.Next };
        }
    }

    private static IResult CancelOne(ICommandStore store, Caller caller, CommandDesk desk, string id, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "operator")] string? operatorName = null)
    {
        var name = caller.ActsAs(operatorName, "operator", out var problem);
        if (problem is null && !caller.MayEverywhere(Permission.Operate))
        {
            problem = store.Find(id) is not { } known || !caller.Sees(known.Sensor) ? Problems.NotFound("command", id) : caller.Refuse(Permission.Operate, known.Sensor.District, known.Sensor.Domain);
        }

        if (problem is not null)
        {
            return problem;
        }

        var cancelled = desk.Cancel(id, name);
        return store.Find(id) is not { } command ? Problems.NotFound("command", id)
            : cancelled ? Results.Ok(LiveCommand.From(command))
            : Problems.Result(
                StatusCodes.Status409Conflict, "has_outcome",
                new LocalText("Lệnh đã có kết quả.", "The command has its outcome already."), LiveCommand.From(command), "command");
    }

    private static IResult CancelGroup(ICommandStore store, Caller caller, CommandDesk desk, string group, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "operator")] string? operatorName = null)
    {
        var name = caller.ActsAs(operatorName, "operator", out var problem);
        if (problem is not null)
        {
            return problem;
        }

        // Of a group that reaches further than the caller may, those of its commands that they may not touch stay.
        if (caller.MayEverywhere(Permission.Operate))
        {
            desk.CancelGroup(group, name);
        }
        else
        {
            var seen = Group(store, group).Where(c => caller.Sees(c.Sensor)).ToList();
            var own = seen.Where(c => caller.May(Permission.Operate, c.Sensor.District, c.Sensor.Domain)).ToList();
            if (own.Count == 0 && seen.Count > 0)
            {
                return caller.Refuse(Permission.Operate, seen[0].Sensor.District, seen[0].Sensor.Domain)!;
            }

            own.ForEach(command => desk.Cancel(command.Id, name));
        }

        return Summary(store, caller, group) is { } summary ? Results.Ok(summary) : Problems.NotFound("command_group", group);
    }

    private static (Wish? Wish, IResult? Problem) Read(IssueCommandRequest request, Caller caller, CommandOptions options)
    {
        var name = caller.ActsAs(request.Operator, "operator", out var problem);
        if (problem is not null)
        {
            return (null, problem);
        }

        if (!CommandKinds.TryParse(request.Name, out var kind))
        {
            return (null, Problems.BadRequest("bad_command", "name phải là switch, dim hoặc auto.", "name must be switch, dim or auto."));
        }

        var arguments = new CommandArguments(request.On, request.Level, request.ForSeconds);
        if (arguments.Check(kind) is { } wrong)
        {
            return (null, Problems.BadRequest("bad_command", wrong.Vi, wrong.En));
        }

        var life = request.ExpiresInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.DefaultLife;
        if (life < TimeSpan.FromSeconds(1) || life > options.MaxLife)
        {
            var most = (long)options.MaxLife.TotalSeconds;
            return (null, Problems.BadRequest("bad_command", $"expiresInSeconds phải từ 1 đến {most}.", $"expiresInSeconds must be 1 to {most}."));
        }

        return (new Wish(kind, arguments, name, life), null);
    }

    private static (IReadOnlyList<SensorAddress> Addresses, IResult? Problem) OfDistrict(Catalogue catalogue, Caller caller, string district, CommandKind kind)
    {
        if (!catalogue.Areas.Any(a => a.Level == AreaLevel.District && a.Id == district) || !caller.Rights.MaySomewhereIn(Permission.View, district))
        {
            return ([], Problems.NotFound("district", district));
        }

        // Somebody who may command a domain of it means that one.
        return ([
            .. catalogue.Sensors.Where(s => s.Address.District == district && CommandKinds.Of(s).Contains(kind) && caller.May(Permission.Operate, district, s.Address.Domain))
                .Select(s => s.Address),
        ], null);
    }

    // A list is somebody's exact wish: when one of it cannot be told, none is.
    private static (IReadOnlyList<SensorAddress> Addresses, IResult? Problem) OfList(Catalogue catalogue, Caller caller, IReadOnlyList<string> sensors, CommandKind kind)
    {
        var byId = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);
        var addresses = new List<SensorAddress>();
        foreach (var sensor in sensors.Distinct(StringComparer.Ordinal))
        {
            if (sensor is null || !byId.TryGetValue(sensor, out var definition) || !caller.Sees(definition.Address))
            {
                return ([], Problems.NotFound("sensor", sensor ?? ""));
            }

            if (caller.Refuse(Permission.Operate, definition.Address.District, definition.Address.Domain) is { } refusal)
            {
                return ([], refusal);
            }

            if (!CommandKinds.Of(definition).Contains(kind))
            {
                return ([], NotTaken(sensor, kind));
            }

            addresses.Add(definition.Address);
        }

        return (addresses, null);
    }

    private static CommandQuery? Query(string state, int limit, string? before)
    {
        CommandCursor? cursor = null;
        CommandState parsed = default;
        var named = state is not ("all" or "open");
        return limit is < 1 or > CommandQuery.MaxLimit || (named && !CommandStates.TryParse(state, out parsed)) || (before is not null && !CommandCursor.TryParse(before, out cursor))
            ? null
            : new CommandQuery { OpenOnly = state == "open", State = named ? parsed : null, Limit = limit, Before = cursor };
    }

    private static IEnumerable<Command> Group(ICommandStore store, string group)
    {
        var query = new CommandQuery { Group = group, Limit = CommandQuery.MaxLimit };
        while (true)
        {
            var page = store.Query(query);
            foreach (var command in page.Items)
            {
                yield return command;
            }

            if (page.Next is null)
            {
                yield break;
            }

            query = query with { Before = page.Next };
        }
    }

    private static CommandGroupDto? Summary(ICommandStore store, Caller caller, string group)
    {
        var counts = caller.SeesEverything
            ? store.CountGroup(group)
            : Group(store, group).Where(c => caller.Sees(c.Sensor)).GroupBy(c => c.State).ToDictionary(g => g.Key, g => g.Count());
        return counts.Count == 0
            ? null
            : new CommandGroupDto(
                group, counts.Values.Sum(), counts.Where(c => c.Key.IsOpen()).Sum(c => c.Value),
                counts.OrderBy(c => c.Key).ToDictionary(c => c.Key.Name(), c => c.Value, StringComparer.Ordinal));
    }

    private static SensorDefinition? Find(Catalogue catalogue, Caller caller, string sensor) => catalogue.Sensors.FirstOrDefault(s => s.Address.Sensor == sensor && caller.Sees(s.Address));

    private static IResult BadQuery() => Problems.BadRequest(
        "bad_query",
        $"state phải là all, open hoặc một trạng thái ({States}), limit từ 1 đến {CommandQuery.MaxLimit}, before là giá trị next của trang trước.",
        $"state must be all, open or a state ({States}), limit 1 to {CommandQuery.MaxLimit}, before the next of the page before.");

    private static string States => string.Join(", ", CommandStates.All.Select(s => s.Name()));

    private static IResult NotTaken(string sensor, CommandKind kind) => Problems.Result(
        StatusCodes.Status409Conflict, "command_not_taken",
        new LocalText($"Thiết bị '{sensor}' không nhận lệnh {kind.Name()}.", $"'{sensor}' takes no command {kind.Name()}."));

    private static IResult TooMany(CommandOptions options) => Problems.Result(
        StatusCodes.Status503ServiceUnavailable, "too_many_commands",
        new LocalText(
            $"Đã có {options.MaxOpen} lệnh đang chờ (Ioc:Commands:MaxOpen); hãy thử lại sau.",
            $"As many commands as Ioc:Commands:MaxOpen ({options.MaxOpen}) wait for their outcome; try again later."));

    private sealed record Wish(CommandKind Kind, CommandArguments Arguments, string Operator, TimeSpan Life)
    {
        public CommandRequest For(SensorAddress sensor) => new(sensor, Kind, Arguments, Operator, Life);
    }
}
