using IOC.FirmwareSim.Catalogue;

namespace IOC.FirmwareSim.Fleet;

/// <summary>Chooses the sensors of a run.</summary>
internal static class FleetSelection
{
    /// <summary>Takes as many as asked for: spread evenly over the catalogue, or all of it and made-up ones (with ids that
    /// the catalogue has not) when it has too few.</summary>
    public static List<SimSensor> Take(IReadOnlyList<SimSensor> catalogue, int count, CatalogueGenerator more)
    {
        if (count <= catalogue.Count)
        {
            return [.. Enumerable.Range(0, count).Select(i => catalogue[(int)((long)i * catalogue.Count / count)])];
        }

        var made = more.Generate(count - catalogue.Count).Select(s => s with { Id = $"x-{s.Id}" });
        return [.. catalogue, .. made.Select(s => new SimSensor(
            s.Id, s.District, s.Domain, s.NameVi, s.NameEn, s.Longitude, s.Latitude, s.Properties, s.Period, s.Commune))];
    }
}
