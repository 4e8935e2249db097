using IOC.Access.Accounts;
using IOC.Host.Security;
using IOC.Host.Settings;
using Microsoft.Net.Http.Headers;

namespace IOC.Host.Basemap;

/// <summary>The city's own base map, where it has dropped one beside its catalogue.</summary>
/// <param name="Url">Where the archive is, in ranges; null where there is none.</param>
/// <param name="Bytes">Its size.</param>
public sealed record BasemapDto(string? Url, long Bytes);

/// <summary>
/// Serves `basemap.pmtiles` of the catalogue's folder: an archive of vector tiles of which the page reads the few ranges that it needs (PMTiles
/// specification version 3). It may be put there, replaced and removed while the host runs.
/// </summary>
internal static class BasemapSetup
{
    /// <summary>Name of the file in the catalogue's folder.</summary>
    public const string FileName = "basemap.pmtiles";

    /// <summary>As registered with IANA.</summary>
    public const string MediaType = "application/vnd.pmtiles";

    private static ReadOnlySpan<byte> Magic => "PMTiles"u8;

    public static void MapBasemap(this RouteGroupBuilder api)
    {
        api.MapGet("/map/basemap", (IocOptions options) => Find(options) is { } file ? new BasemapDto("api/v1/map/basemap.pmtiles", file.Length) : new BasemapDto(null, 0))
            .Needs(Permission.View).Produces<BasemapDto>().WithSummary("Whether the city has a base map of its own");
        api.MapMethods("/map/basemap.pmtiles", [HttpMethods.Get, HttpMethods.Head], Serve)
            .Needs(Permission.View).Produces(StatusCodes.Status200OK, contentType: MediaType).Produces(StatusCodes.Status206PartialContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The base map, whole or in ranges");
    }

    private static IResult Serve(IocOptions options)
    {
        if (Find(options) is not { } file)
        {
            return Api.Problems.NotFound("basemap", FileName);
        }

        // Of another file under the same name, no range may be joined to those of this one.
        var tag = new EntityTagHeaderValue($"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}\"");
        return Results.File(file.FullName, MediaType, lastModified: new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), entityTag: tag, enableRangeProcessing: true);
    }

    /// <summary>The file, if it is there and is what its name says.</summary>
    private static FileInfo? Find(IocOptions options)
    {
        var folder = options.CatalogueDirectory.Length > 0 ? options.CatalogueDirectory : Path.Combine(AppContext.BaseDirectory, "catalogue");
        var file = new FileInfo(Path.GetFullPath(Path.Combine(folder, FileName)));
        try
        {
            if (!file.Exists || file.Length < Magic.Length)
            {
                return null;
            }

            Span<byte> head = stackalloc byte[Magic.Length];
            using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.ReadExactly(head);
            return head.SequenceEqual(Magic) ? file : null;
        }
        catch (IOException)
        {
            // Being replaced just now.
            return null;
        }
    }
}
