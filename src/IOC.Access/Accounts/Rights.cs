namespace IOC.Access.Accounts;

/// <summary>What somebody may do, and where: worked out of the grants of an account, and narrowed by the scopes of a token. Immutable.</summary>
public sealed class Rights
{
    private readonly Scope[][] _scopes;

    private Rights(Scope[][] scopes)
    {
        // One without a limit makes the others superfluous, and the question cheap.
        _scopes = [.. scopes.Select(s => s.Any(one => one.IsEverywhere) ? [Scope.Everywhere] : s)];
    }

    /// <summary>Nothing.</summary>
    public static Rights None { get; } = Of([]);

    /// <summary>Everything, everywhere.</summary>
    public static Rights All { get; } = Of([Grant.Everywhere(Role.Administrator)]);

    /// <summary>The permissions that are held somewhere.</summary>
    public IEnumerable<Permission> Permissions => PermissionNames.All.Where(May);

    /// <summary>What grants allow together.</summary>
    public static Rights Of(IReadOnlyList<Grant> grants)
    {
        ArgumentNullException.ThrowIfNull(grants);
        return new Rights([.. PermissionNames.All.Select(p => grants.Where(g => g.Role.Permissions().Contains(p)).Select(g => g.Scope).ToArray())]);
    }

    /// <summary>These, as far as they are among the permissions and inside the scope.</summary>
    public Rights Narrow(IReadOnlyCollection<Permission> permissions, Scope scope)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        ArgumentNullException.ThrowIfNull(scope);
        return new Rights([.. PermissionNames.All.Select(p => permissions.Contains(p) ? _scopes[(int)p].Select(s => s.Meet(scope)).OfType<Scope>().ToArray() : [])]);
    }

    /// <summary>Whether a permission is held somewhere.</summary>
    public bool May(Permission permission) => _scopes[(int)permission].Length > 0;

    /// <summary>Whether a permission is held without any limit.</summary>
    public bool MayEverywhere(Permission permission) => _scopes[(int)permission] is [{ IsEverywhere: true }];

    /// <summary>Whether a permission is held for a place; null = for all districts, or for several domains at once.</summary>
    public bool May(Permission permission, string? district, string? domain)
    {
        foreach (var scope in _scopes[(int)permission])
        {
            if (scope.Holds(district, domain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a permission is held for the whole of a scope, by one grant.</summary>
    public bool May(Permission permission, Scope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return _scopes[(int)permission].Any(s => s.Holds(scope));
    }

    /// <summary>Whether a permission is held for any domain of a district.</summary>
    public bool MaySomewhereIn(Permission permission, string district)
    {
        foreach (var scope in _scopes[(int)permission])
        {
            if (scope.Districts.Count == 0 || scope.Districts.Contains(district, StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a permission is held: empty = nowhere.</summary>
    public IReadOnlyList<Scope> Where(Permission permission) => _scopes[(int)permission];

    /// <summary>Whether all of a grant's permissions are held for all of its scope: who gives a grant must have what it gives.</summary>
    public bool Covers(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return grant.Role.Permissions().All(p => May(p, grant.Scope));
    }
}
