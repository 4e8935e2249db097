using IOC.Access.Accounts;
using IOC.Host.Api;

namespace IOC.Host.Security;

/// <summary>How somebody has proved who they are.</summary>
public enum CallerKind
{
    /// <summary>Not at all.</summary>
    Nobody = 0,

    /// <summary>Accounts are off: whoever reaches the address is taken for an administrator.</summary>
    Anybody = 1,

    /// <summary>A person, by a session.</summary>
    Session = 2,

    /// <summary>A program, by a token of an account.</summary>
    Token = 3,

    /// <summary>The command line on this machine.</summary>
    Local = 4,

    /// <summary>A program or a person, by an access token of the provider of single sign-on.</summary>
    Bearer = 5,
}

/// <summary>Who calls. Handlers take it as a parameter, and ask it what to show and whether to act.</summary>
public sealed class Caller
{
    /// <summary>Somebody who has not signed in.</summary>
    public static Caller Nobody { get; } = new() { Kind = CallerKind.Nobody, Rights = Rights.None };

    /// <summary>Whoever calls while accounts are off.</summary>
    public static Caller Anybody { get; } = new() { Kind = CallerKind.Anybody, Rights = Rights.All };

    /// <summary>How they proved it.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>What they may.</summary>
    public required Rights Rights { get; init; }

    /// <summary>Id of the account; null for <see cref="CallerKind.Nobody"/>, <see cref="CallerKind.Anybody"/> and <see cref="CallerKind.Local"/>.</summary>
    public string? AccountId { get; init; }

    /// <summary>Name that acts are recorded under; null for <see cref="CallerKind.Nobody"/> and <see cref="CallerKind.Anybody"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Hash of the session's or token's key.</summary>
    internal string? Key { get; init; }

    /// <summary>Id of the session or the token.</summary>
    internal string? KeyId { get; init; }

    /// <summary>When what a <see cref="CallerKind.Bearer"/> shows ends, Unix ms.</summary>
    internal long ExpiresAtMs { get; init; }

    /// <summary>They have to set up a second factor before they may do anything.</summary>
    public bool MustEnrol { get; init; }

    /// <summary>It is a video wall, where nobody sits: what concerns the account itself is not done there.</summary>
    public bool OnWall { get; init; }

    /// <summary>Whether they are somebody.</summary>
    public bool IsSomebody => Kind != CallerKind.Nobody;

    /// <summary>Whether they see everything: nothing has to be left out for them.</summary>
    public bool SeesEverything => Rights.MayEverywhere(Permission.View);

    /// <summary>Whether they see what is at a place; null = of all districts, or of several domains.</summary>
    public bool Sees(string? district, string? domain) => Rights.May(Permission.View, district, domain);

    /// <summary>Whether they may do something somewhere.</summary>
    public bool May(Permission permission) => Rights.May(permission);

    /// <summary>Whether they may do something at a place; null = in all districts, or for several domains.</summary>
    public bool May(Permission permission, string? district, string? domain) => Rights.May(permission, district, domain);

    /// <summary>Whether they may do something without limits.</summary>
    public bool MayEverywhere(Permission permission) => Rights.MayEverywhere(permission);

    /// <summary>The refusal where they may not do something at a place that they see; null where they may.</summary>
    public IResult? Refuse(Permission permission, string? district, string? domain) =>
        May(permission, district, domain) ? null : AccessAnswers.NotAllowed(permission, district, domain);

    /// <summary>The name that an act is recorded under: the account's. The name that a request gives counts only while accounts are off.</summary>
    /// <param name="given">The name in the request.</param>
    /// <param name="field">The request's field.</param>
    /// <param name="problem">What is wrong with the given name; null when nothing is.</param>
    public string ActsAs(string? given, string field, out IResult? problem)
    {
        if (Name is null)
        {
            problem = Alerts.OperatorInput.CheckOperator(given, field);
            return IOC.Alerts.OperatorName.Clean(given ?? "");
        }

        // A program may send what it calls itself; a person's page knows who is signed in.
        problem = string.IsNullOrWhiteSpace(given) || IOC.Alerts.OperatorName.Same(given, Name) || Kind is CallerKind.Token or CallerKind.Bearer ? null : Problems.BadRequest(
            "not_you", $"{field} là '{given.Trim()}', nhưng bạn đăng nhập là '{Name}'; hãy bỏ trống.", $"{field} is '{given.Trim()}', but you are signed in as '{Name}'; leave it out.");
        return Name;
    }

    /// <summary>The name that a change is recorded under where a name is not asked for: the account's, or what the request says.</summary>
    public string By(string? given) => Name ?? (string.IsNullOrWhiteSpace(given) ? Kind == CallerKind.Local ? "local" : "api" : given.Trim()[..Math.Min(64, given.Trim().Length)]);
}
