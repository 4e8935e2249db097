using IOC.Access.Accounts;

namespace IOC.Host.Security;

/// <summary>What an endpoint needs of who calls it. An endpoint that has none is refused to everybody.</summary>
/// <param name="Permission">The permission; null = none in particular.</param>
/// <param name="Everywhere">It must be held without limits: what the endpoint does cannot be limited to districts.</param>
/// <param name="AlsoOnWall">Where no permission is needed: whether a video wall may call it too.</param>
/// <param name="Open">Anybody may call it, signed in or not.</param>
public sealed record AccessNeed(Permission? Permission, bool Everywhere = false, bool Open = false, bool AlsoOnWall = false);

/// <summary>Declares what an endpoint needs.</summary>
public static class AccessNeedExtensions
{
    /// <summary>The endpoint needs a permission somewhere; its handler limits what it does to where the <see cref="Caller"/> has it.</summary>
    public static T Needs<T>(this T endpoint, Permission permission)
        where T : IEndpointConventionBuilder => endpoint.WithNeed(new AccessNeed(permission));

    /// <summary>The endpoint needs a permission without limits to districts or domains.</summary>
    public static T NeedsEverywhere<T>(this T endpoint, Permission permission)
        where T : IEndpointConventionBuilder => endpoint.WithNeed(new AccessNeed(permission, Everywhere: true));

    /// <summary>The endpoint needs somebody who is signed in, whatever they may do; a video wall, where nobody sits, only where that is said.</summary>
    public static T NeedsSomebody<T>(this T endpoint, bool alsoOnWall = false)
        where T : IEndpointConventionBuilder => endpoint.WithNeed(new AccessNeed(null, AlsoOnWall: alsoOnWall));

    /// <summary>Anybody may call the endpoint. It must tell nothing that is worth keeping.</summary>
    public static T IsOpen<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithNeed(new AccessNeed(null, Open: true));

    private static T WithNeed<T>(this T endpoint, AccessNeed need)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(need);
}
