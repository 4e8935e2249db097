namespace IOC.Access.Accounts;

/// <summary>Where something holds: districts and domains, by slug. An empty list = all of them.</summary>
/// <param name="Districts">District slugs.</param>
/// <param name="Domains">Domain slugs.</param>
public sealed record Scope(IReadOnlyList<string> Districts, IReadOnlyList<string> Domains)
{
    /// <summary>Everywhere.</summary>
    public static Scope Everywhere { get; } = new([], []);

    /// <summary>Whether there is no limit.</summary>
    public bool IsEverywhere => Districts.Count == 0 && Domains.Count == 0;

    /// <summary>Whether a place lies inside. A null stands for all districts, or for several domains: only a scope without that limit holds it.</summary>
    public bool Holds(string? district, string? domain) => Holds(Districts, district) && Holds(Domains, domain);

    /// <summary>Whether all of another scope lies inside.</summary>
    public bool Holds(Scope other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Holds(Districts, other.Districts) && Holds(Domains, other.Domains);
    }

    /// <summary>What lies in both; null when nothing does.</summary>
    public Scope? Meet(Scope other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Meet(Districts, other.Districts) is { } districts && Meet(Domains, other.Domains) is { } domains ? new Scope(districts, domains) : null;
    }

    private static bool Holds(IReadOnlyList<string> limit, string? place) => limit.Count == 0 || (place is not null && limit.Contains(place, StringComparer.Ordinal));

    private static bool Holds(IReadOnlyList<string> limit, IReadOnlyList<string> others) =>
        limit.Count == 0 || (others.Count > 0 && others.All(o => limit.Contains(o, StringComparer.Ordinal)));

    private static IReadOnlyList<string>? Meet(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        if (a.Count == 0 || b.Count == 0)
        {
            return a.Count == 0 ? b : a;
        }

        string[] both = [.. a.Where(one => b.Contains(one, StringComparer.Ordinal))];
        return both.Length > 0 ? both : null;
    }
}

/// <summary>A role, and where it holds. An account has any number of them; what one of them allows is allowed.</summary>
/// <param name="Role">The role.</param>
/// <param name="Scope">Where.</param>
public sealed record Grant(Role Role, Scope Scope)
{
    /// <summary>A role everywhere.</summary>
    public static Grant Everywhere(Role role) => new(role, Scope.Everywhere);
}
