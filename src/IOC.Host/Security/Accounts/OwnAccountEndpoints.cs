using IOC.Access.Accounts;
using IOC.Host.Settings;

namespace IOC.Host.Security.Accounts;

/// <summary>One's own account: password, second factor, sessions. Only for somebody who has signed in, not for tokens.</summary>
internal static class OwnAccountEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("/account").WithTags("accounts").AddEndpointFilter(RefusalFilter.TellAsync).AddEndpointFilter(SessionOnlyAsync);
        api.MapGet("", Look).NeedsSomebody().Produces<OwnAccountDto>().WithSummary("One's own account");
        api.MapPost("/password", async (PasswordChange r, Caller caller, OwnAccountDesk desk, HttpContext c, CancellationToken stop) =>
            {
                await desk.ChangePasswordAsync(caller, r.Present, r.New, c, stop);
                return Results.NoContent();
            })
            .NeedsSomebody().Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(429).WithSummary("Changes one's own password; the other sessions end");
        api.MapPost("/totp", async (PasswordRequest r, Caller caller, OwnAccountDesk desk, HttpContext c, CancellationToken stop) => Results.Ok(await desk.BeginTotpAsync(caller, r.Password, c, stop)))
            .NeedsSomebody().Produces<NewTotpDto>().ProducesProblem(403).ProducesProblem(409).WithSummary("Makes the secret of a second factor, with its QR code");
        api.MapPost("/totp/confirm", async (CodeRequest r, Caller caller, OwnAccountDesk desk, CancellationToken stop) => Results.Ok(new RecoveryCodesDto(await desk.ConfirmTotpAsync(caller, r.Code, stop))))
            .NeedsSomebody().Produces<RecoveryCodesDto>().ProducesProblem(400).ProducesProblem(409).WithSummary("Takes the second factor into use; tells the recovery codes");
        api.MapPost("/totp/remove", async (PasswordRequest r, Caller caller, OwnAccountDesk desk, HttpContext c, CancellationToken stop) =>
            {
                await desk.RemoveTotpAsync(caller, r.Password, c, stop);
                return Results.NoContent();
            })
            .NeedsSomebody().Produces(204).ProducesProblem(403).ProducesProblem(409).WithSummary("Removes one's own second factor");
        api.MapPost("/recovery-codes", async (PasswordRequest r, Caller caller, OwnAccountDesk desk, HttpContext c, CancellationToken stop) =>
                Results.Ok(new RecoveryCodesDto(await desk.NewRecoveryCodesAsync(caller, r.Password, c, stop))))
            .NeedsSomebody().Produces<RecoveryCodesDto>().ProducesProblem(403).ProducesProblem(409).WithSummary("Makes new recovery codes; those of before are void");
        api.MapGet("/sessions", (Caller caller, AccountBook book) => book.Sessions.Where(s => s.AccountId == caller.AccountId).Select(s => AccountSessionDto.From(s, caller)))
            .NeedsSomebody().WithSummary("One's own sessions, the latest first");
        api.MapDelete("/sessions", async (Caller caller, SessionDesk desk) =>
                Results.Ok(new SessionsEndedDto(await desk.EndAllAsync(caller.AccountId!, caller.KeyId))))
            .NeedsSomebody().Produces<SessionsEndedDto>().WithSummary("Ends one's own other sessions");
        api.MapDelete("/sessions/{id}", EndAsync).NeedsSomebody().Produces(204).ProducesProblem(404).WithSummary("Ends a session of one's own");
    }

    private static async ValueTask<object?> SessionOnlyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<Caller>().Kind == CallerKind.Session ? await next(context) : AccessAnswers.SessionNeeded();

    private static IResult Look(Caller caller, AccountBook book, AccountCallers callers, IocOptions options)
    {
        var account = book.Account(caller.AccountId!)!.Account;
        return Results.Ok(new OwnAccountDto(
            account.Id, account.UserName, account.DisplayName, [.. account.Grants.Select(GrantDto.From)], account.External?.Issuer, account.TotpConfirmed, callers.NeedsSecondFactor(account),
            account.RecoveryCodes.Count, account.LastSignInMs, options.Security.MinPasswordLength));
    }

    private static async Task<IResult> EndAsync(string id, Caller caller, AccountBook book, SessionDesk desk) =>
        await desk.EndAsync(book.Sessions.Where(s => s.Id == id && s.AccountId == caller.AccountId)) > 0
            ? Results.NoContent()
            : throw RefusalException.NotFound($"Không có phiên '{id}'.", $"There is no session '{id}'.");
}
