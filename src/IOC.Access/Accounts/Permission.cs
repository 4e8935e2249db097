namespace IOC.Access.Accounts;

/// <summary>What a person or a program may do. Each endpoint names the one that it needs.</summary>
public enum Permission
{
    /// <summary>See sensors, alerts, commands and figures as they are now, and what is known of one alert or one sensor.</summary>
    View = 0,

    /// <summary>See how the host itself is: status, metrics, health. Not limited to districts.</summary>
    Monitor = 1,

    /// <summary>Act: alerts, commands to devices, hand-overs, what is out of service.</summary>
    Operate = 2,

    /// <summary>Ask the history about many sensors, and take data away.</summary>
    Plan = 3,

    /// <summary>Change how the system works: rules, sensors, device credentials, notification; import and delete history.</summary>
    Engineer = 4,

    /// <summary>Accounts, other people's tokens and sessions, the audit.</summary>
    Administer = 5,
}

/// <summary>Names of permissions outside of the program: lower-case.</summary>
public static class PermissionNames
{
    /// <summary>All permissions.</summary>
    public static IReadOnlyList<Permission> All { get; } = Enum.GetValues<Permission>();

    /// <summary>The name, such as "operate".</summary>
    public static string Name(this Permission permission) => permission switch
    {
        Permission.View => "view",
        Permission.Monitor => "monitor",
        Permission.Operate => "operate",
        Permission.Plan => "plan",
        Permission.Engineer => "engineer",
        _ => "administer",
    };

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? name, out Permission permission)
    {
        foreach (var one in All)
        {
            if (one.Name() == name)
            {
                permission = one;
                return true;
            }
        }

        permission = default;
        return false;
    }
}
