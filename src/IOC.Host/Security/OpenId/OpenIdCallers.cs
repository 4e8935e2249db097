using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Security.Accounts;

namespace IOC.Host.Security.OpenId;

/// <summary>Why a request is refused that showed something, where there is more to say than that somebody has to sign in.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Challenge">What WWW-Authenticate says.</param>
internal sealed record CallerRefusal(IResult Answer, string Challenge);

/// <summary>Callers with an access token of the provider in the header Authorization. What stands in an address counts nowhere: it is in every log.</summary>
internal sealed class OpenIdCallers(OpenIdSettings settings, OpenIdTokens tokens, OpenIdRoles roles, OpenIdFigures figures, AccountBook book, TimeProvider time) : ICallerSource
{
    private const string Bearer = "Bearer ";

    public async ValueTask<Caller?> FindAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (!settings.IsOn || settings.Audience.Length == 0 || !authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            var token = await tokens.CheckAccessAsync(authorization[Bearer.Length..].Trim(), context.RequestAborted);
            var person = OpenIdPerson.Of(token, settings.NameClaim, roles.GrantsOf(token));
            var account = await AccountOfAsync(person, context);
            return new Caller
            {
                Kind = CallerKind.Bearer,
                Rights = Rights.Of(person.Grants),
                AccountId = account.Id,
                Name = account.DisplayName,
                KeyId = token.Token.Id is { Length: > 0 and <= 64 } id ? id : null,
                ExpiresAtMs = new DateTimeOffset(token.Token.ValidTo, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            };
        }
        catch (OpenIdRefusedException e)
        {
            figures.Refused(e.Trouble, "bearer");
            context.Features.Set(new CallerRefusal(
                Problems.Result(e.Trouble.Status(), e.Trouble.Code(), e.Trouble.Text()), e.Trouble.Status() == StatusCodes.Status401Unauthorized ? "Bearer error=\"invalid_token\"" : "Bearer"));
            return Caller.Nobody;
        }
    }

    // The same caller as long as it is good: its rights are those that the token told.
    public Caller? Renew(Caller caller) => caller.Kind != CallerKind.Bearer ? null
        : caller.ExpiresAtMs > time.GetUtcNow().ToUnixTimeMilliseconds() && caller.AccountId is { } id && book.Account(id) is { Account.Disabled: false } ? caller
        : Caller.Nobody;

    // A token is looked at with each request, and stored is only what is new: who it is, and the roles of who has no sessions, for the list of accounts.
    private async Task<Account> AccountOfAsync(OpenIdPerson person, HttpContext context) =>
        book.AccountOf(person.External)?.Account is { Disabled: false } known && person.Grants.Count > 0
        && (known.LastSignInMs is not null || person.IssuedAtMs <= known.ChangedAtMs || OpenIdAccounts.Same(known.Grants, person.Grants))
            ? known
            : await context.RequestServices.GetRequiredService<OpenIdAccounts>().TakeInAsync(person, signsIn: false, context.RequestAborted);
}
