using System.Text.Json;
using IOC.Host.Auditing;
using IOC.Host.Security.Accounts;

namespace IOC.Host.Security.OpenId;

/// <summary>Signing in by way of the provider: where the page's button leads, and where the provider sends the browser back to.</summary>
internal static class OpenIdEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("/session/openid").WithTags("accounts").AddEndpointFilter(RefusalFilter.TellAsync);
        api.MapGet("", BeginAsync).IsOpen().Produces(302).ProducesProblem(404).WithSummary("Sends a browser to the provider of single sign-on")
            .WithDescription("`back` is where to go on afterwards, a path of this host. What goes wrong is told on the sign-in page (`?trouble=`).");
        api.MapGet("/callback", FinishAsync).IsOpen().Produces(302).ProducesProblem(404).ProducesProblem(503)
            .WithSummary("Where the provider sends the browser back to: signs in, and sends it to where it was going");
    }

    private static async Task<IResult> BeginAsync(string? back, OpenIdSettings settings, OpenIdFlow flow, OpenIdFigures figures, HttpContext context, CancellationToken stop)
    {
        ThrowIfOff(settings);
        try
        {
            return Results.Redirect(await flow.BeginAsync(back, context, stop));
        }
        catch (OpenIdRefusedException e)
        {
            figures.Refused(e.Trouble, "page");
            return ToSignIn(e.Trouble);
        }
    }

    private static async Task<IResult> FinishAsync(
        OpenIdSettings settings, OpenIdFlow flow, OpenIdFigures figures, AccountCallers callers, AuditDesk audit, SessionDesk sessions, Access.Accounts.AccountBook book, HttpContext context,
        ILogger<OpenIdFlow> log, CancellationToken stop)
    {
        ThrowIfOff(settings);
        OpenIdPerson? who = null;
        try
        {
            var (key, back) = await flow.FinishAsync(context, person => who = person, stop);
            try
            {
                // As with every change: what is not in the audit is not done.
                context.Features.Set(callers.OfSession(key));
                await audit.RecordAsync(context, StatusCodes.Status302Found, DetailOf(who, null), CancellationToken.None, withQuestion: false);
            }
            catch
            {
                await sessions.EndAsync(book.Session(Access.Accounts.AccountKeys.HashOf(key)) is { } begun ? [begun] : []);
                throw;
            }

            figures.SignedIn();
            log.LogInformation("{User} signed in by single sign-on from {Address}", who!.UserName, context.Connection.RemoteIpAddress);
            SessionCookie.Write(context, key);
            return Results.LocalRedirect(back);
        }
        catch (OpenIdRefusedException e)
        {
            figures.Refused(e.Trouble, "page");
            log.LogInformation("Somebody did not get in by single sign-on from {Address}: {Reason}", context.Connection.RemoteIpAddress, e.Message);

            // Anybody can send an answer to nothing, and too many of the others: the figures count those.
            if (e.Trouble is not (OpenIdTrouble.State or OpenIdTrouble.TooMany or OpenIdTrouble.Unavailable))
            {
                await TryRecordAsync(audit, context, e.Trouble.Status(), DetailOf(who, e.Trouble), log);
            }

            return ToSignIn(e.Trouble);
        }
    }

    // Nothing was done: why not is the better answer than that it could not be recorded.
    private static async Task TryRecordAsync(AuditDesk audit, HttpContext context, int status, string detail, ILogger log)
    {
        try
        {
            await audit.RecordAsync(context, status, detail, CancellationToken.None, withQuestion: false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "A sign-in that was refused could not be recorded in the audit");
        }
    }

    private static void ThrowIfOff(OpenIdSettings settings)
    {
        if (!settings.IsOn)
        {
            throw RefusalException.NotFound("Máy chủ này không dùng đăng nhập một lần.", "This host has no single sign-on.");
        }
    }

    private static IResult ToSignIn(OpenIdTrouble trouble) => Results.LocalRedirect($"/signin/?trouble={trouble.Code()}");

    private static string DetailOf(OpenIdPerson? who, OpenIdTrouble? trouble) => JsonSerializer.Serialize(new
    {
        userName = who?.UserName ?? "",
        issuer = who?.External.Issuer,
        subject = who?.External.Subject,
        trouble = trouble?.Code(),
    });
}
