using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Checks section "Ioc:Notification".</summary>
internal static class NotificationSettingsValidator
{
    public static void Validate(NotificationSettings settings, List<string> errors)
    {
        errors.AddRange(settings.Validate().Select(p => $"{IocOptions.Section}:{p.En}"));
        if (settings.HostName.Length > 0 && Uri.CheckHostName(settings.HostName) == UriHostNameType.Unknown)
        {
            errors.Add($"{IocOptions.Section}:Notification:HostName = '{settings.HostName}': use a host name, such as ioc.example.vn.");
        }

        for (var i = 0; i < settings.Secrets.Count; i++)
        {
            var (secret, section) = (settings.Secrets[i], $"{IocOptions.Section}:Notification:Secrets:{i}");
            if (!Slug.IsValid(secret.Name) || settings.Secrets.FindIndex(s => s.Name == secret.Name) < i)
            {
                errors.Add($"{section}:Name = '{secret.Name}': use 1 to 64 of a-z, 0-9, '-' and '_', each name once.");
            }

            // Its value is never told.
            if (secret.Value.Length == 0 == (secret.File.Length == 0))
            {
                errors.Add($"{section}:Value: set either Value (by the environment) or File, not both.");
            }

            if (secret.Hosts.Length == 0)
            {
                errors.Add($"{section}:Hosts = '': name the hosts to which the secret may be sent, separated by ';'.");
            }
        }
    }
}
