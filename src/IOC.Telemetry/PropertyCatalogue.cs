using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace IOC.Telemetry;

/// <summary>An observed property: what a number means.</summary>
/// <param name="Code">Key in payloads and queries, a slug ("pm25").</param>
/// <param name="Unit">UCUM code in which every value is sent, stored and answered ("ug/m3").</param>
/// <param name="Name">Name for people.</param>
/// <param name="PlausibleMin">Lowest value a working sensor can report, in <paramref name="Unit"/>.</param>
/// <param name="PlausibleMax">Highest value a working sensor can report, in <paramref name="Unit"/>.</param>
/// <param name="Decimals">Digits after the point worth showing to a person.</param>
/// <param name="UnitLabel">The unit as people write it ("µg/m³").</param>
public sealed record PropertyDefinition(
    string Code, string Unit, LocalText Name, double PlausibleMin, double PlausibleMax, int Decimals, string UnitLabel)
{
    /// <summary>Tells whether a value lies in the plausible range.</summary>
    public bool IsPlausible(double value) => value >= PlausibleMin && value <= PlausibleMax;
}

/// <summary>All properties of an installation. A property's index (0-based) is its number within this process only;
/// what is stored is the code.</summary>
public sealed class PropertyCatalogue
{
    private readonly FrozenDictionary<string, int> _byCode;
    private readonly PropertyDefinition[] _all;

    /// <summary>Makes a catalogue; indices follow the order given.</summary>
    /// <exception cref="ArgumentException">Two properties share a code, a code is no slug, or a range is empty.</exception>
    public PropertyCatalogue(IEnumerable<PropertyDefinition> properties)
    {
        _all = [.. properties];
        var byCode = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _all.Length; i++)
        {
            var p = _all[i];
            if (!Slug.IsValid(p.Code) || !byCode.TryAdd(p.Code, i))
            {
                throw new ArgumentException($"Property code '{p.Code}' is no slug or is defined twice.", nameof(properties));
            }

            if (!(p.PlausibleMin < p.PlausibleMax))
            {
                throw new ArgumentException($"Property '{p.Code}': the plausible range {p.PlausibleMin}..{p.PlausibleMax} is empty.", nameof(properties));
            }
        }

        _byCode = byCode.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Number of properties.</summary>
    public int Count => _all.Length;

    /// <summary>All properties by index.</summary>
    public IReadOnlyList<PropertyDefinition> All => _all;

    /// <summary>The property at an index.</summary>
    public PropertyDefinition this[int index] => _all[index];

    /// <summary>Finds a property's index by its code.</summary>
    public bool TryGetIndex(string code, out int index) => _byCode.TryGetValue(code, out index);

    /// <summary>Finds a property by its code.</summary>
    public bool TryGet(string code, [NotNullWhen(true)] out PropertyDefinition? property)
    {
        property = _byCode.TryGetValue(code, out var index) ? _all[index] : null;
        return property is not null;
    }
}
