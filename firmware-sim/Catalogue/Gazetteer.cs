using System.Globalization;
using CsvHelper;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>A town, ward, commune or industrial park where sensors stand.</summary>
internal sealed record Place(string District, string Kind, string Name, double Latitude, double Longitude, double Weight, string Commune);

/// <summary>A named road of a district.</summary>
internal sealed record Road(string District, string Kind, string Name)
{
    /// <summary>As a Vietnamese sign has it.</summary>
    public string Vi => Kind switch
    {
        "national" => $"QL.{Name}",
        "provincial" => $"ĐT.{Name}",
        _ => $"đường {Name}",
    };

    /// <summary>In English.</summary>
    public string En => Kind switch
    {
        "national" => $"National Road {Name}",
        "provincial" => $"Provincial Road {Name}",
        _ => $"{Name} Street",
    };
}

/// <summary>A district and the share of the fleet that it gets.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Prefix">Two or three letters that begin its sensors' ids.</param>
/// <param name="Share">Sensors out of 500.</param>
/// <param name="Latitude">Latitude of its main town.</param>
/// <param name="Longitude">Longitude of its main town.</param>
internal sealed record DistrictPlan(string Id, string Prefix, int Share, double Latitude, double Longitude);

/// <summary>What the generator knows of Bắc Giang's ten districts: their places and roads.</summary>
internal static class Gazetteer
{
    /// <summary>The ten districts; the two that build smart cities have the most sensors.</summary>
    public static IReadOnlyList<DistrictPlan> Districts { get; } =
    [
        new("bac-giang", "bg", 112, 21.273, 106.194),
        new("viet-yen", "vy", 88, 21.270, 106.100),
        new("hiep-hoa", "hh", 50, 21.355, 105.980),
        new("lang-giang", "lg", 44, 21.365, 106.255),
        new("luc-nam", "ln", 42, 21.300, 106.400),
        new("luc-ngan", "lng", 40, 21.400, 106.600),
        new("tan-yen", "ty", 38, 21.387, 106.125),
        new("yen-dung", "yd", 38, 21.200, 106.230),
        new("yen-the", "yt", 24, 21.490, 106.120),
        new("son-dong", "sd", 24, 21.335, 106.850),
    ];

    /// <summary>Places by district.</summary>
    public static ILookup<string, Place> Places { get; } = Rows("places.csv", csv => new Place(
        csv.GetField("district")!, csv.GetField("kind")!, csv.GetField("name")!, csv.GetField<double>("latitude"),
        csv.GetField<double>("longitude"), csv.GetField<double>("weight"), csv.GetField("commune") ?? "")).ToLookup(p => p.District, StringComparer.Ordinal);

    /// <summary>Roads by district.</summary>
    public static ILookup<string, Road> Roads { get; } = Rows("roads.csv", csv => new Road(
        csv.GetField("district")!, csv.GetField("kind")!, csv.GetField("name")!)).ToLookup(r => r.District, StringComparer.Ordinal);

    private static List<T> Rows<T>(string resource, Func<CsvReader, T> read)
    {
        using var stream = typeof(Gazetteer).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program was built without {resource}.");
        using var text = new StreamReader(stream);
        using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
        var rows = new List<T>();
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
        {
            rows.Add(read(csv));
        }

        return rows;
    }
}
