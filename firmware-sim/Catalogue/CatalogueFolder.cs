using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>Finds the catalogue of the city: the folder that holds sensors.csv.</summary>
internal static class CatalogueFolder
{
    private static readonly string Usual = Path.Combine("deploy", "catalogue", "bac-giang");

    /// <summary>The folder named, or else deploy/catalogue/bac-giang in the current folder or one above it, or in the
    /// program's own folder or one above it.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static string Find(string? named)
    {
        if (named is not null)
        {
            return Directory.Exists(named)
                ? named
                : throw new UserErrorException($"The catalogue folder {named} does not exist.", $"Thư mục danh mục {named} không tồn tại.");
        }

        return Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory) ?? throw new UserErrorException(
            $"There is no {Usual} here or above. Name the catalogue's folder with --catalogue.",
            $"Không thấy {Usual} ở đây hay ở các thư mục cha. Hãy chỉ thư mục danh mục bằng --catalogue.");
    }

    /// <summary>Outlines of the districts when the folder has them.</summary>
    public static Outlines OutlinesOf(string folder)
    {
        var path = Path.Combine(folder, "outlines.geojson");
        return File.Exists(path) ? Outlines.Read(path) : Outlines.None;
    }

    private static string? Above(string start)
    {
        for (var dir = new DirectoryInfo(start); dir is not null; dir = dir.Parent)
        {
            var candidate = Path.Combine(dir.FullName, Usual);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
