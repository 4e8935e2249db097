using IOC.Access.Accounts;
using IOC.Alerts.Notification;
using IOC.Host.Api;
using IOC.Host.Devices;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Where messages can be sent, and the test button.</summary>
internal static class ChannelEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var channels = root.MapGroup("/channels").AddEndpointFilter(NotificationAnswers.TellStoreFailuresAsync);
        channels.MapGet("", (NotificationBook book) => List(book)).NeedsEverywhere(Permission.Engineer).WithSummary("Channels by name; secrets are never told");
        channels.MapGet("/{name}", (NotificationBook book, string name) => List(book).FirstOrDefault(c => c.Name == name) is { } channel ? Results.Ok(channel) : NotFound(name)).NeedsEverywhere(Permission.Engineer)
            .Produces<ChannelDto>().ProducesProblem(404).WithSummary("A channel");
        channels.MapPut("/{name}", Set).NeedsEverywhere(Permission.Engineer).Produces<ChannelDto>().ProducesProblem(400).WithSummary("Makes or replaces a channel; a secret that is left out stays, while the host does");
        channels.MapDelete("/{name}", Remove).NeedsEverywhere(Permission.Engineer).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Removes a channel that no route uses; what waits for it is given up");
        channels.MapPost("/{name}/test", TestAsync).NeedsEverywhere(Permission.Engineer).Produces<TestResultDto>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("The test button: sends a message at once and answers how it went");
        root.MapGet("/templates", () => MessageTemplates.Ready.Select(NotificationForms.ToDto).ToList()).NeedsEverywhere(Permission.Engineer).WithSummary("The ready-made templates of webhooks");
    }

    private static List<ChannelDto> List(NotificationBook book)
    {
        var failing = book.Failing;
        return [.. book.Config.Channels.Select(c => NotificationForms.ToDto(c, failing.TryGetValue(c.Name, out var f) ? f : null))];
    }

    private static IResult Set(string name, ChannelRequest request, NotificationBook book, NotificationSettings settings, Caller caller, TimeProvider time)
    {
        var problems = new List<LocalText>();
        var channel = NotificationForms.ReadChannel(name, request, book.Config.Channel(name), problems);
        foreach (var (slot, secret) in channel.Secrets.Where(s => s.Value.Setting is { } wanted && !settings.Secrets.Exists(known => known.Name == wanted)))
        {
            problems.Add(new LocalText(
                $"{slot}: không có bí mật '{secret.Setting}' trong Ioc:Notification:Secrets.", $"{slot}: there is no secret '{secret.Setting}' in Ioc:Notification:Secrets."));
        }

        if (problems.Count == 0 && (channel.Smtp ?? (object?)channel.Webhook) is not null && !settings.Allows(channel.Target))
        {
            problems.Add(new LocalText(
                $"Máy '{channel.Target}' không có trong Ioc:Notification:AllowedHosts.", $"Host '{channel.Target}' is not in Ioc:Notification:AllowedHosts."));
        }

        if (problems.Count == 0)
        {
            problems.AddRange(book.Set(channel, caller.By(request.By), time.GetUtcNow()));
        }

        return problems.Count > 0 ? NotificationAnswers.Bad(problems) : Results.Ok(NotificationForms.ToDto(channel, null));
    }

    private static IResult Remove(string name, NotificationBook book, TimeProvider time)
    {
        if (book.Config.Channel(name) is null)
        {
            return NotFound(name);
        }

        return book.RemoveChannel(name, time.GetUtcNow()) is { Count: > 0 } users ? NotificationAnswers.InUse(users) : Results.NoContent();
    }

    private static async Task<IResult> TestAsync(string name, TestRequest request, NotificationBook book, NotificationDesk desk, CancellationToken stop)
    {
        if (book.Config.Channel(name) is not { } channel)
        {
            return NotFound(name);
        }

        var problems = new List<LocalText>();
        var language = NotificationForms.Language(request.Language, problems);
        if (request.Recipient is { } one && !channel.Recipients.Contains(one, StringComparer.Ordinal))
        {
            problems.Add(new LocalText($"recipient: kênh không có '{one}'.", $"recipient: the channel has no '{one}'."));
        }

        if (problems.Count > 0)
        {
            return NotificationAnswers.Bad(problems);
        }

        string?[] recipients = request.Recipient is { } only ? [only] : channel.Recipients.Count == 0 ? [null] : [.. channel.Recipients];
        var done = await desk.TestAsync(channel, recipients, language, stop);
        return Results.Ok(new TestResultDto(done.All(d => d.State == DeliveryState.Sent), [.. done.Select(NotificationForms.ToDto)]));
    }

    private static IResult NotFound(string name) => Problems.NotFound("channel", name);
}
