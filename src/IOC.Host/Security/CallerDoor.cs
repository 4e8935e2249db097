using System.Security.Claims;
using IOC.Access.Accounts;
using IOC.Host.Settings;

namespace IOC.Host.Security;

/// <summary>Finds out who calls. Each way of proving it is a source; the first that knows what a request shows decides.</summary>
internal interface ICallerSource
{
    /// <summary>Who shows this; <see cref="Caller.Nobody"/> when what is shown is not good; null when it is none of this source's kind.</summary>
    ValueTask<Caller?> FindAsync(HttpContext context);

    /// <summary>Who the same is now: rights that were changed, <see cref="Caller.Nobody"/> when it is not good any more; null when it is none of
    /// this source's. Open streams ask this every few seconds.</summary>
    Caller? Renew(Caller caller);
}

/// <summary>Who calls, for requests and for open streams.</summary>
internal sealed class CallerDoor(IEnumerable<ICallerSource> sources, IocOptions options)
{
    private readonly ICallerSource[] _sources = [.. sources];

    /// <summary>Who sends a request.</summary>
    public async ValueTask<Caller> FindAsync(HttpContext context)
    {
        if (options.Security.Accounts == AccountsMode.Off)
        {
            return Caller.Anybody;
        }

        foreach (var source in _sources)
        {
            if (await source.FindAsync(context) is { } caller)
            {
                return caller;
            }
        }

        return Caller.Nobody;
    }

    /// <summary>Who that is now.</summary>
    public Caller Renew(Caller caller)
    {
        if (caller.Kind == CallerKind.Anybody)
        {
            return caller;
        }

        foreach (var source in _sources)
        {
            if (source.Renew(caller) is { } now)
            {
                return now;
            }
        }

        return Caller.Nobody;
    }
}

/// <summary>The identity of a request, with the caller in it: what outlives the request (a hub's connection) still has it.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    public CallerIdentity(Caller caller)
        : base(ClaimsOf(caller), caller.Kind.ToString()) => Caller = caller;

    public Caller Caller { get; }

    /// <summary>The caller of a principal.</summary>
    public static Caller Of(ClaimsPrincipal? principal) => principal?.Identities.OfType<CallerIdentity>().FirstOrDefault()?.Caller ?? Caller.Nobody;

    private static IEnumerable<Claim> ClaimsOf(Caller caller)
    {
        if (caller.AccountId is { } id)
        {
            yield return new Claim(ClaimTypes.NameIdentifier, id);
        }

        if (caller.Name is { } name)
        {
            yield return new Claim(ClaimTypes.Name, name);
        }
    }
}
