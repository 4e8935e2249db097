namespace IOC.Access.Accounts;

/// <summary>A job: a set of permissions (<see cref="RoleNames.Permissions"/>).</summary>
public enum Role
{
    /// <summary>Looks on.</summary>
    Viewer = 0,

    /// <summary>Sits in the control room: acts on alerts, commands devices.</summary>
    Operator = 1,

    /// <summary>Asks the history and takes data away; does not act.</summary>
    Planner = 2,

    /// <summary>Sees to sensors, devices, rules and notification.</summary>
    Engineer = 3,

    /// <summary>Sees to accounts as well.</summary>
    Administrator = 4,
}

/// <summary>Names of roles, and what each may.</summary>
public static class RoleNames
{
    private static readonly Permission[] s_viewer = [Permission.View, Permission.Monitor];
    private static readonly Permission[] s_operator = [.. s_viewer, Permission.Operate];
    private static readonly Permission[] s_planner = [.. s_viewer, Permission.Plan];
    private static readonly Permission[] s_engineer = [.. s_operator, Permission.Plan, Permission.Engineer];

    /// <summary>All roles.</summary>
    public static IReadOnlyList<Role> All { get; } = Enum.GetValues<Role>();

    /// <summary>What a role may.</summary>
    public static IReadOnlyList<Permission> Permissions(this Role role) => role switch
    {
        Role.Viewer => s_viewer,
        Role.Operator => s_operator,
        Role.Planner => s_planner,
        Role.Engineer => s_engineer,
        _ => PermissionNames.All,
    };

    /// <summary>The name outside of the program: lower-case.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.Planner => "planner",
        Role.Engineer => "engineer",
        _ => "administrator",
    };

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? name, out Role role)
    {
        foreach (var one in All)
        {
            if (one.Name() == name)
            {
                role = one;
                return true;
            }
        }

        role = default;
        return false;
    }
}
