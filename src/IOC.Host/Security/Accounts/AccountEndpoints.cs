using IOC.Access.Accounts;
using IOC.Telemetry;

namespace IOC.Host.Security.Accounts;

/// <summary>Accounts of people, for administrators.</summary>
internal static class AccountEndpoints
{
    private static readonly RoleDto[] s_roles =
    [
        Role(Access.Accounts.Role.Viewer, "Người xem", "Viewer", "Xem cảm biến, cảnh báo, số liệu", "Looks at sensors, alerts and figures"),
        Role(Access.Accounts.Role.Operator, "Trực ban", "Operator", "Xử lý cảnh báo, ra lệnh cho thiết bị, bàn giao ca", "Acts on alerts, commands devices, hands over shifts"),
        Role(Access.Accounts.Role.Planner, "Quy hoạch", "Planner", "Hỏi dữ liệu lịch sử, tải dữ liệu về", "Asks the history and takes data away"),
        Role(Access.Accounts.Role.Engineer, "Kỹ sư", "Engineer", "Quản lý cảm biến, thiết bị, luật, kênh thông báo", "Sees to sensors, devices, rules and notification"),
        Role(Access.Accounts.Role.Administrator, "Quản trị", "Administrator", "Tất cả, kể cả tài khoản và nhật ký kiểm tra", "Everything, with accounts and the audit"),
    ];

    public static void Map(RouteGroupBuilder root)
    {
        root.MapGet("/roles", () => s_roles).NeedsSomebody().WithTags("accounts").Produces<IEnumerable<RoleDto>>().WithSummary("Roles and what they may");
        var api = root.MapGroup("/accounts").WithTags("accounts").AddEndpointFilter(RefusalFilter.TellAsync);
        api.MapGet("", List).Needs(Permission.Administer).Produces<IEnumerable<AccountDto>>().WithSummary("Accounts by name");
        api.MapPost("", InviteAsync).Needs(Permission.Administer).Produces<InvitedDto>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409)
            .WithSummary("Makes an account, and the one-time link by which its owner chooses a password");
        api.MapGet("/{id}", (string id, Caller caller, AccountDesk desk, AccountView view) => Results.Ok(view.ToDto(desk.Find(caller, id))))
            .Needs(Permission.Administer).Produces<AccountDto>().ProducesProblem(404).WithSummary("An account");
        api.MapPatch("/{id}", async (string id, AccountPatch patch, Caller caller, AccountDesk desk, AccountView view, CancellationToken stop) =>
                Results.Ok(view.ToDto(await desk.ChangeAsync(caller, id, patch, stop))))
            .Needs(Permission.Administer).Produces<AccountDto>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Changes name or grants, disables or enables; holds at once, for open pages too");
        api.MapDelete("/{id}", async (string id, Caller caller, AccountDesk desk, CancellationToken stop) =>
            {
                await desk.RemoveAsync(caller, id, stop);
                return Results.NoContent();
            })
            .Needs(Permission.Administer).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Removes an account, its sessions and tokens; never the last administrator");
        api.MapPost("/{id}/link", async (string id, Caller caller, AccountDesk desk, LinkPrinter printer, CancellationToken stop) =>
                ToDto(await desk.NewLinkAsync(caller, id, stop), printer))
            .Needs(Permission.Administer).Produces<NewLinkDto>().ProducesProblem(404).WithSummary("A one-time link by which the owner chooses another password");
        api.MapPost("/{id}/second-factor/reset", async (string id, Caller caller, AccountDesk desk, CancellationToken stop) =>
            {
                await desk.ResetSecondFactorAsync(caller, id, stop);
                return Results.NoContent();
            })
            .Needs(Permission.Administer).Produces(204).ProducesProblem(404).WithSummary("Takes the second factor off an account; its sessions end");
        api.MapPost("/{id}/unlock", async (string id, Caller caller, AccountDesk desk, CancellationToken stop) =>
            {
                await desk.UnlockAsync(caller, id, stop);
                return Results.NoContent();
            })
            .Needs(Permission.Administer).Produces(204).ProducesProblem(404).WithSummary("Lets somebody try again at once after too many wrong tries");
        api.MapGet("/{id}/sessions", (string id, Caller caller, AccountDesk desk, AccountBook book) =>
                Results.Ok(desk.Find(caller, id) is { } a ? book.Sessions.Where(s => s.AccountId == a.Id).Select(s => AccountSessionDto.From(s, caller)) : []))
            .Needs(Permission.Administer).Produces<IEnumerable<AccountSessionDto>>().ProducesProblem(404).WithSummary("An account's sessions");
        api.MapDelete("/{id}/sessions", async (string id, Caller caller, AccountDesk desk, SessionDesk sessions) =>
                Results.Ok(new SessionsEndedDto(await sessions.EndAllAsync(desk.Find(caller, id).Id, null))))
            .Needs(Permission.Administer).Produces<SessionsEndedDto>().ProducesProblem(404).WithSummary("Ends an account's sessions");
        api.MapPost("/setup-link", async (Caller caller, LinkDesk desk, LinkPrinter printer, CancellationToken stop) =>
                ToDto(await desk.MakeAsync(LinkPurpose.Setup, null, caller.By(null), stop), printer))
            .NeedsEverywhere(Permission.Administer).Produces<NewLinkDto>().WithSummary("A one-time link that makes another administrator");
    }

    private static IResult ToDto((string Key, long ExpiresAtMs) link, LinkPrinter printer) => Results.Ok(new NewLinkDto(printer.UrlOf(link.Key), link.ExpiresAtMs));

    private static IResult List(Caller caller, AccountDesk desk, AccountView view) => Results.Ok(desk.Of(caller).Select(view.ToDto).ToList());

    private static async Task<IResult> InviteAsync(InviteRequest request, Caller caller, AccountDesk desk, AccountView view, LinkPrinter printer, CancellationToken stop)
    {
        var (account, key, expires) = await desk.InviteAsync(caller, request, stop);
        return Results.Created($"/api/v1/accounts/{account.Id}", new InvitedDto(view.ToDto(account), new NewLinkDto(printer.UrlOf(key), expires)));
    }

    private static RoleDto Role(Role role, string vi, string en, string whatVi, string whatEn) =>
        new(role.Name(), new LocalText(vi, en), new LocalText(whatVi, whatEn), [.. role.Permissions().Select(p => p.Name())]);
}

/// <summary>Shows accounts to administrators.</summary>
internal sealed class AccountView(AccountBook book, SignInGuard guard)
{
    public AccountDto ToDto(Account a) => new(
        a.Id, a.UserName, a.DisplayName, [.. a.Grants.Select(GrantDto.From)], a.Disabled ? "disabled" : a.PasswordHash is null && a.External is null ? "invited" : "active", a.External?.Issuer, a.TotpConfirmed,
        guard.LockedUntil(a.NormalizedUserName), a.LastSignInMs, book.Sessions.Count(s => s.AccountId == a.Id), book.Tokens.Count(t => t.AccountId == a.Id),
        a.CreatedAtMs, a.CreatedBy, a.ChangedAtMs, a.ChangedBy);
}

/// <summary>Tokens for programs.</summary>
internal static class TokenEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("/tokens").WithTags("accounts").AddEndpointFilter(RefusalFilter.TellAsync);
        api.MapGet("", (Caller caller, TokenDesk desk, bool all = false) => desk.Of(caller, all).Select(t => TokenDto.From(t.Token, t.Account)).ToList())
            .NeedsSomebody().Produces<IEnumerable<TokenDto>>().WithSummary("One's own tokens, the latest first; all = true: those of all accounts that one sees to");
        api.MapPost("", MakeAsync).NeedsSomebody().Produces<NewTokenDto>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409)
            .WithSummary("Makes a token of one's own account; it is told only in this answer")
            .WithDescription("Programs send it as `Authorization: Bearer ioc_...`, never in an address. Only somebody who has signed in can make one.");
        api.MapDelete("/{id}", async (string id, Caller caller, TokenDesk desk) =>
            {
                await desk.RevokeAsync(caller, id);
                return Results.NoContent();
            })
            .NeedsSomebody().Produces(204).ProducesProblem(404).WithSummary("Revokes a token: one's own, or one of an account that one sees to");
    }

    private static async Task<IResult> MakeAsync(TokenRequest request, Caller caller, AccountBook book, TokenDesk desk, CancellationToken stop)
    {
        // A token that makes tokens would outlive its own end.
        if (caller.Kind != CallerKind.Session || caller.MustEnrol)
        {
            return caller.MustEnrol ? AccessAnswers.EnrolFirst() : AccessAnswers.SessionNeeded();
        }

        var (token, key) = await desk.MakeAsync(caller, request, stop);
        return Results.Created($"/api/v1/tokens/{token.Id}", new NewTokenDto(key, TokenDto.From(token, book.Account(token.AccountId)!.Account)));
    }
}
