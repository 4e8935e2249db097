using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Auditing;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Security.Accounts;

/// <summary>Signing in and out.</summary>
internal static class SessionEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("/session").WithTags("accounts").AddEndpointFilter(RefusalFilter.TellAsync);
        api.MapGet("", Look).IsOpen().Produces<SessionDto>().WithSummary("Who the caller is, and what they may");
        api.MapPost("", SignInAsync).IsOpen().Produces<SessionDto>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429).ProducesProblem(503)
            .WithSummary("Signs in")
            .WithDescription("Sets the cookie of the session. With `wall` it is a video wall's: a viewer, for as long as `Ioc:Security:WallSessionLife`, whatever the account may. 401 `code_needed`: the password is right, and a second factor is asked for: send all three. 429: wait as Retry-After says.");
        api.MapDelete("", SignOutAsync).NeedsSomebody(alsoOnWall: true).Produces(204).WithSummary("Signs out");
    }

    internal static SessionDto ToDto(Caller caller, AccountBook book, IocOptions options, string? key)
    {
        var account = caller.AccountId is { } id ? book.Account(id)?.Account : null;
        var session = caller.Kind == CallerKind.Session ? book.Session(caller.Key!) : null;
        return new SessionDto(
            options.Security.Accounts == AccountsMode.Off ? "off" : "required", ZoneOf(options), caller.IsSomebody, options.Security.Accounts == AccountsMode.Required && !book.HasAdministrator,
            caller.Kind.ToString().ToLowerInvariant(), account is null ? null : new OwnNameDto(account.Id, account.UserName, account.DisplayName, account.TotpConfirmed),
            [.. caller.Rights.Permissions.Select(p => p.Name())], [.. caller.Rights.Permissions.Where(caller.MayEverywhere).Select(p => p.Name())],
            [.. (account?.Grants ?? []).Select(GrantDto.From)], caller.MustEnrol, session is not null && key is not null ? AccountKeys.CsrfOf(key) : null,
            session?.ExpiresAtMs ?? caller.Kind switch { CallerKind.Token => book.Token(caller.Key!)?.ExpiresAtMs, CallerKind.Bearer => caller.ExpiresAtMs, _ => null },
            session is null or { Wall: true } ? null : (int)options.Security.SessionIdle.TotalSeconds, session?.Wall ?? false,
            options.Security.OpenId is { IsOn: true } openId && options.Security.Accounts == AccountsMode.Required ? new LocalText(openId.ButtonVi, openId.ButtonEn) : null);
    }

    // A browser knows no other names of zones.
    private static string ZoneOf(IocOptions options) => TimeZoneInfo.TryConvertWindowsIdToIanaId(options.TimeZone, out var iana) ? iana : options.TimeZone;

    private static IResult Look(HttpContext context, Caller caller, AccountBook book, IocOptions options) => Results.Ok(ToDto(caller, book, options, SessionCookie.Read(context.Request)));

    private static async Task<IResult> SignInAsync(
        SignInRequest request, HttpContext context, SignInDesk desk, SessionDesk sessions, AccountCallers callers, AccountBook book, IocOptions options, CancellationToken stop)
    {
        if (options.Security.Accounts == AccountsMode.Off)
        {
            return Problems.Result(
                StatusCodes.Status409Conflict, "accounts_off", new LocalText("Máy chủ này đang tắt tài khoản; không cần đăng nhập.", "Accounts are off on this host; nobody has to sign in."));
        }

        var key = await desk.SignInAsync(request.UserName, request.Password, request.Code, request.Wall, context, stop);

        // Whoever this browser was before is signed out by that.
        if (SessionCookie.Read(context.Request) is { } former && book.Session(AccountKeys.HashOf(former)) is { } session)
        {
            await sessions.EndAsync([session]);
        }

        SessionCookie.Write(context, key, request.Wall ? options.Security.WallSessionLife : null);
        return Results.Ok(ToDto(callers.OfSession(key), book, options, key));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, Caller caller, AccountBook book, SessionDesk sessions)
    {
        if (caller.Kind == CallerKind.Session && book.Session(caller.Key!) is { } session)
        {
            await sessions.EndAsync([session]);
        }

        SessionCookie.Remove(context);
        return Results.NoContent();
    }
}

/// <summary>One-time links.</summary>
internal static class LinkEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("/links").WithTags("accounts").AddEndpointFilter(RefusalFilter.TellAsync);
        api.MapPost("/look", Look).OnlyAsks().IsOpen().Produces<LinkDto>().ProducesProblem(404).WithSummary("What a one-time link is for");
        api.MapPost("/redeem", RedeemAsync).IsOpen().Produces<RedeemedDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Takes a one-time link up: a password is chosen, and its owner is signed in");
    }

    private static IResult Look(LinkRequest request, LinkDesk desk, IocOptions options)
    {
        var (link, account) = desk.Look(request.Token);
        return Results.Ok(new LinkDto(link.Purpose.ToString().ToLowerInvariant(), account?.UserName, account?.DisplayName, link.ExpiresAtMs, options.Security.MinPasswordLength));
    }

    private static async Task<IResult> RedeemAsync(RedeemRequest request, LinkDesk desk, HttpContext context, CancellationToken stop)
    {
        var key = await desk.RedeemAsync(request.Token, request.Password, request.UserName, request.DisplayName, context, stop);
        if (key is not null)
        {
            SessionCookie.Write(context, key);
        }

        return Results.Ok(new RedeemedDto(key is not null));
    }
}
