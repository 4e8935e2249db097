using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Security.OpenId;

/// <summary>Makes grants of the roles and groups that a token names.</summary>
internal sealed class OpenIdRoles
{
    private readonly string[] _claims;
    private readonly List<(string Value, Grant Grant)> _map;

    /// <exception cref="SettingsException">A district of the map is not in the catalogue: a slip of the pen would keep somebody out, without a word.</exception>
    public OpenIdRoles(OpenIdSettings settings, Catalogue catalogue)
    {
        _claims = OpenIdSettings.Split(settings.RoleClaims);
        var problems = new List<string>();
        _map = [.. settings.RoleMap.Select((one, i) => (one.Value, Read(one, i, catalogue, problems)))];
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }

    /// <summary>Whether one of the role claims is there.</summary>
    public bool Tells(CheckedToken token) => _claims.Any(c => Find(token.Claims, c) is not null);

    /// <summary>The grants, each once; none where no value counts here.</summary>
    public IReadOnlyList<Grant> GrantsOf(CheckedToken token)
    {
        var values = _claims.SelectMany(c => ValuesOf(Find(token.Claims, c))).ToHashSet(StringComparer.Ordinal);
        return [.. _map.Where(m => values.Contains(m.Value)).Select(m => m.Grant)];
    }

    // A claim may have dots in its name; else they lead into it.
    private static JsonElement? Find(JsonElement claims, string path)
    {
        if (claims.TryGetProperty(path, out var whole))
        {
            return whole;
        }

        var at = claims;
        foreach (var step in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return null;
            }
        }

        return at;
    }

    private static IEnumerable<string> ValuesOf(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!),
        _ => [],
    };

    private static Grant Read(OpenIdRoleSettings one, int index, Catalogue catalogue, List<string> problems)
    {
        var districts = OpenIdSettings.Split(one.Districts);
        foreach (var unknown in districts.Where(d => !catalogue.Areas.Any(a => a.Level == AreaLevel.District && a.Id == d)))
        {
            problems.Add($"Ioc:Security:OpenId:RoleMap:{index}:Districts = '{one.Districts}': there is no district '{unknown}' in the catalogue.");
        }

        return new Grant(RoleNames.TryParse(one.Role, out var role) ? role : Role.Viewer, new Scope(districts, OpenIdSettings.Split(one.Domains)));
    }
}
