namespace IOC.FirmwareSim.Catalogue;

/// <summary>Something that sensors depend on: one line of assets.csv, with its line of assets.geojson.</summary>
/// <param name="Id">Slug, unique among assets.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain; empty when it serves several.</param>
/// <param name="Kind">One of <see cref="AssetKinds"/>, or another that the simulator does nothing with.</param>
/// <param name="Parent">Asset that it depends on itself; empty for none.</param>
/// <param name="NameVi">Vietnamese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Line">Points to draw it by; empty for a point.</param>
internal sealed record SimAsset(
    string Id, string District, string Domain, string Kind, string Parent, string NameVi, string NameEn, double Longitude, double Latitude,
    IReadOnlyList<(double Longitude, double Latitude)> Line);

/// <summary>The kinds of assets that the simulator makes.</summary>
internal static class AssetKinds
{
    public const string Feeder = "feeder";
    public const string Gateway = "gateway";

    /// <summary>Substations: the catalogue has no kind of its own for them.</summary>
    public const string Other = "other";
}
