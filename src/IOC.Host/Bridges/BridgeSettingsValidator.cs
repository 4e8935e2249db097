using System.Security.Cryptography;
using System.Text;
using IOC.Host.Settings;
using IOC.Mqtt.Wire;
using IOC.Telemetry;

namespace IOC.Host.Bridges;

/// <summary>Checks the bridges' settings at start; every problem names its setting in full. Values that are secret are not told.</summary>
internal static class BridgeSettingsValidator
{
    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(3652);

    public static void Validate(IReadOnlyList<BridgeSettings> bridges, string node, List<string> errors)
    {
        for (var i = 0; i < bridges.Count; i++)
        {
            var problems = new List<(string Setting, string Value, string What)>();
            Check(bridges[i], problems);
            if (bridges.Take(i).Any(b => b.Name == bridges[i].Name))
            {
                problems.Add(("Name", bridges[i].Name, "another bridge has this name."));
            }

            var clientId = ClientIdOf(bridges[i], node);
            if (bridges.Take(i).Any(b => b.Address == bridges[i].Address && ClientIdOf(b, node) == clientId))
            {
                problems.Add(("ClientId", clientId, "another bridge to this broker has it: the two would throw each other out."));
            }

            errors.AddRange(problems.Select(p => $"{IocOptions.Section}:Bridges:{i}:{p.Setting} = '{p.Value}': {p.What}"));
        }
    }

    /// <summary>The client identifier in use.</summary>
    public static string ClientIdOf(BridgeSettings bridge, string node) => bridge.ClientId.Length > 0 ? bridge.ClientId : $"ioc-{node}-{bridge.Name}";

    /// <summary>Parses HOST:PORT.</summary>
    public static bool TryParseAddress(string text, out string host, out int port)
    {
        host = "";
        port = 0;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port)
            || port is < 1 or > 65_535)
        {
            return false;
        }

        host = text[..colon] is ['[', .. var inner, ']'] ? inner : text[..colon];
        return text[0] == '[' ? System.Net.IPAddress.TryParse(host, out _) : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }

    /// <summary>The password from the setting or the file; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string? PasswordOf(BridgeSettings bridge) =>
        bridge.Password.Length > 0 ? bridge.Password
        : bridge.PasswordFile.Length > 0 ? File.ReadLines(bridge.PasswordFile, Encoding.UTF8).FirstOrDefault() ?? ""
        : null;

    private static void Check(BridgeSettings bridge, List<(string Setting, string Value, string What)> problems)
    {
        void Require(bool holds, string setting, object value, string what)
        {
            if (!holds)
            {
                problems.Add((setting, FormattableString.Invariant($"{value}"), what));
            }
        }

        Require(Slug.IsValid(bridge.Name.AsSpan()) && bridge.Name.Length <= 32, "Name", bridge.Name, "use 1 to 32 of a-z, 0-9, '-' and '_'.");
        Require(TryParseAddress(bridge.Address, out _, out _), "Address", bridge.Address, "use HOST:PORT, such as mqtt.city.example:8883 or [::1]:1883.");
        Require(bridge.WebSocketPath.Length == 0 || bridge.WebSocketPath[0] == '/', "WebSocketPath", bridge.WebSocketPath, "begin it with '/', or leave it empty.");
        Require(bridge.Version is "5" or "3.1.1", "Version", bridge.Version, "use 5 or 3.1.1.");
        Require(bridge.ClientId.Length <= 256, "ClientId", bridge.ClientId, "use at most 256 characters.");
        Require(bridge.KeepAliveSeconds is >= 0 and <= 65_535, "KeepAliveSeconds", bridge.KeepAliveSeconds, "use 0 to 65535.");
        Require(bridge.SessionExpiry >= TimeSpan.FromMinutes(1) && bridge.SessionExpiry <= LongestExpiry, "SessionExpiry", bridge.SessionExpiry, "use 00:01:00 to 3652.00:00:00.");
        Require(bridge.ReceiveMaximum is >= 1 and <= 65_535, "ReceiveMaximum", bridge.ReceiveMaximum, "use 1 to 65535.");
        Require(bridge.MaxPacketSize is >= 1024 and <= 268_435_455, "MaxPacketSize", bridge.MaxPacketSize, "use 1024 to 268435455.");
        Require(bridge.ReconnectMin > TimeSpan.Zero && bridge.ReconnectMin <= bridge.ReconnectMax, "ReconnectMin", bridge.ReconnectMin, "use more than 0 and at most ReconnectMax.");
        Require(bridge.ReconnectMax <= TimeSpan.FromHours(1), "ReconnectMax", bridge.ReconnectMax, "use at most 01:00:00.");
        CheckPassword(bridge, problems);
        CheckTls(bridge.Tls, problems);
        CheckSubscriptions(bridge, problems);
        Require(bridge.Routes.Count > 0, "Routes", "", "name at least one route.");
        CheckTables(bridge, problems);
        TopicMap.TryCreate(bridge, problems);
    }

    private static void CheckPassword(BridgeSettings bridge, List<(string Setting, string Value, string What)> problems)
    {
        if (bridge.Password.Length > 0 && bridge.PasswordFile.Length > 0)
        {
            problems.Add(("PasswordFile", bridge.PasswordFile, "Password is set too; use one of them."));
        }
        else if (bridge.User.Length == 0 && (bridge.Password.Length > 0 || bridge.PasswordFile.Length > 0))
        {
            problems.Add(("User", "", "there is a password; name its user."));
        }
        else
        {
            Try("PasswordFile", bridge.PasswordFile, () => PasswordOf(bridge), problems);
        }
    }

    private static void CheckTls(BridgeTlsSettings tls, List<(string Setting, string Value, string What)> problems)
    {
        if (!tls.Enabled)
        {
            (string Name, bool IsSet)[] others =
            [
                ("CaFile", tls.CaFile.Length > 0), ("CertificateFile", tls.CertificateFile.Length > 0), ("KeyFile", tls.KeyFile.Length > 0),
                ("ServerName", tls.ServerName.Length > 0), ("AcceptAnyServerCertificate", tls.AcceptAnyServerCertificate),
            ];
            problems.AddRange(others.Where(o => o.IsSet).Select(o => ($"Tls:{o.Name}", "...", "Tls:Enabled is false: set it, or leave this out.")));
            return;
        }

        if (tls.KeyFile.Length > 0 && tls.CertificateFile.Length == 0)
        {
            problems.Add(("Tls:CertificateFile", "", "there is a KeyFile; name its certificate."));
        }

        if (tls.AcceptAnyServerCertificate && tls.CaFile.Length > 0)
        {
            problems.Add(("Tls:AcceptAnyServerCertificate", "True", "there is a CaFile, which would not be looked at; use one of them."));
        }

        if (tls.KeyPassword.Length > 0 && tls.KeyPasswordFile.Length > 0)
        {
            problems.Add(("Tls:KeyPasswordFile", tls.KeyPasswordFile, "KeyPassword is set too; use one of them."));
        }

        Try("Tls", tls.CertificateFile.Length > 0 ? tls.CertificateFile : tls.CaFile, () => tls.ToClientSettings().Create("host"), problems);
    }

    private static void CheckSubscriptions(BridgeSettings bridge, List<(string Setting, string Value, string What)> problems)
    {
        if (bridge.Subscriptions.Count == 0)
        {
            problems.Add(("Subscriptions", "", "name at least one subscription."));
        }

        for (var i = 0; i < bridge.Subscriptions.Count; i++)
        {
            var s = bridge.Subscriptions[i];
            if (s.Filter.StartsWith("$share/", StringComparison.Ordinal) || !MqttTopic.IsValidFilter(s.Filter))
            {
                problems.Add(($"Subscriptions:{i}:Filter", s.Filter, "this is no topic filter; '+' and '#' stand alone in their levels; name a share in Group."));
            }

            if (s.Qos is < 0 or > 2)
            {
                problems.Add(($"Subscriptions:{i}:Qos", FormattableString.Invariant($"{s.Qos}"), "use 0, 1 or 2."));
            }

            if (s.Group.AsSpan().IndexOfAny("/+#") >= 0)
            {
                problems.Add(($"Subscriptions:{i}:Group", s.Group, "use a name without '/', '+' and '#'."));
            }

            if (bridge.Subscriptions.Take(i).Any(o => o.FullFilter == s.FullFilter))
            {
                problems.Add(($"Subscriptions:{i}:Filter", s.Filter, "it is there twice."));
            }
        }
    }

    private static void CheckTables(BridgeSettings bridge, List<(string Setting, string Value, string What)> problems)
    {
        foreach (var (table, values) in bridge.Tables)
        {
            problems.AddRange(values.Where(v => !Slug.IsValid(v.Value)).Select(v => (
                $"Tables:{table}:{v.Key}", v.Value, "this is no slug: 1 to 64 of a-z, 0-9, '-' and '_'.")));
        }
    }

    private static void Try(string setting, string value, Func<object?> read, List<(string Setting, string Value, string What)> problems)
    {
        try
        {
            _ = read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add((setting, value, e.Message));
        }
    }
}
