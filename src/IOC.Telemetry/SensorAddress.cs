using System.Collections.Concurrent;
using System.Text;

namespace IOC.Telemetry;

/// <summary>
/// Where a sensor reports: district, domain and sensor slug, as in its topic. The sensor slug alone is the sensor's
/// identity in a city; district and domain are where it stands and what it measures.
/// </summary>
/// <remarks>Interned by <see cref="AddressBook"/>: within a process two equal addresses are the same object, so hot
/// paths may compare by reference and index arrays by <see cref="Ordinal"/>.</remarks>
public sealed class SensorAddress
{
    internal SensorAddress(string district, string domain, string sensor, int ordinal)
    {
        District = district;
        Domain = domain;
        Sensor = sensor;
        Ordinal = ordinal;
        Path = $"{district}/{domain}/{sensor}";
    }

    /// <summary>District slug, second-lowest level of the area tree that the city operates by.</summary>
    public string District { get; }

    /// <summary>Domain slug: environment, traffic, lighting, water, power, ...</summary>
    public string Domain { get; }

    /// <summary>Sensor slug; unique in a city.</summary>
    public string Sensor { get; }

    /// <summary>"district/domain/sensor", the form kept on disk.</summary>
    public string Path { get; }

    /// <summary>Dense number from 0 in order of first sight; holds for this process only and is never stored.</summary>
    public int Ordinal { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>Interns sensor addresses. Safe for use from any thread. It is a table of names, not of state.</summary>
public sealed class AddressBook
{
    private readonly ConcurrentDictionary<string, SensorAddress> _byPath = new(StringComparer.Ordinal);
    private readonly List<SensorAddress> _byOrdinal = [];
    private readonly Lock _adding = new();

    /// <summary>Number of addresses known.</summary>
    public int Count => _byPath.Count;

    /// <summary>Returns the address of three slugs.</summary>
    /// <exception cref="ArgumentException">One of the three is not a slug.</exception>
    public SensorAddress GetOrAdd(string district, string domain, string sensor)
    {
        if (!Slug.IsValid(district) || !Slug.IsValid(domain) || !Slug.IsValid(sensor))
        {
            throw new ArgumentException($"'{district}/{domain}/{sensor}' is not made of three slugs.", nameof(sensor));
        }

        return _byPath.TryGetValue($"{district}/{domain}/{sensor}", out var known) ? known : Add(district, domain, sensor);
    }

    /// <summary>Returns the address of a stored path ("district/domain/sensor", UTF-8) without allocating when known.</summary>
    /// <exception cref="FormatException">The path has not three parts.</exception>
    public SensorAddress GetOrAdd(ReadOnlySpan<byte> utf8Path)
    {
        Span<char> chars = stackalloc char[(3 * Slug.MaxLength) + 2];
        if (utf8Path.Length > chars.Length)
        {
            throw new FormatException("The sensor path is too long.");
        }

        var path = chars[..Encoding.UTF8.GetChars(utf8Path, chars)];
        if (_byPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var known))
        {
            return known;
        }

        var parts = path.ToString().Split('/');
        return parts.Length == 3
            ? GetOrAdd(parts[0], parts[1], parts[2])
            : throw new FormatException($"'{path}' is not district/domain/sensor.");
    }

    private SensorAddress Add(string district, string domain, string sensor)
    {
        lock (_adding)
        {
            if (_byPath.TryGetValue($"{district}/{domain}/{sensor}", out var known))
            {
                return known;
            }

            var added = new SensorAddress(district, domain, sensor, _byOrdinal.Count);
            _byOrdinal.Add(added);
            _byPath[added.Path] = added;
            return added;
        }
    }
}
