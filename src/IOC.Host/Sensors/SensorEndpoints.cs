using System.Text;
using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Rules;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace IOC.Host.Sensors;

/// <summary>What an import of sensors did, or would do.</summary>
/// <param name="Imported">Whether the catalogue file was written.</param>
/// <param name="RestartNeeded">Whether the host has to be started anew for it to take effect: sensors are read at the start.</param>
/// <param name="Added">Sensors that are new.</param>
/// <param name="Changed">Sensors that are described otherwise now.</param>
/// <param name="Retired">Sensors that are gone; their readings stay.</param>
/// <param name="Unchanged">Number of the others.</param>
/// <param name="Errors">Mistakes; not empty = nothing was imported.</param>
/// <param name="Notes">What is allowed and still looks like an oversight.</param>
public sealed record SensorImportDto(
    bool Imported, bool RestartNeeded, IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Retired, int Unchanged,
    IReadOnlyList<SensorImportError> Errors, IReadOnlyList<LocalText> Notes);

/// <summary>Sensors of the city's catalogue, taken away and brought in as a file.</summary>
internal static class SensorEndpoints
{
    private const int MaxBytes = 32 << 20;
    private const string GeoJsonType = "application/geo+json";

    public static void MapSensorSheets(this RouteGroupBuilder api)
    {
        api.MapGet("/catalogue/sensors", Export).Needs(Permission.View)
            .WithSummary("The registered sensors as a file: `format=csv` (the columns of sensors.csv) or `format=geojson`");
        api.MapPost("/catalogue/sensors", ImportAsync).NeedsEverywhere(Permission.Engineer)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBytes)).Accepts<string>("text/csv", GeoJsonType)
            .Produces<SensorImportDto>().Produces<SensorImportDto>(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Brings sensors into the city's catalogue folder, from CSV or GeoJSON")
            .WithDescription("Joined with sensors.csv of `Ioc:CatalogueDirectory` and checked with all of the catalogue; one mistake, and nothing is imported. `replace=true` retires the sensors "
                + "that the file does not name; `dryRun=true` only tells what would be done. A host reads its sensors when it starts: restart it afterwards.");
    }

    private static IResult Export(Catalogue catalogue, Caller caller, string format = "csv")
    {
        if (FormatOf(format) is not { } form)
        {
            return Problems.BadRequest("bad_format", "format phải là csv hoặc geojson.", "format must be csv or geojson.");
        }

        var text = SensorSheet.Write(catalogue.Sensors.Where(s => caller.Sees(s.Address.District, s.Address.Domain)), form);
        return Results.File(Encoding.UTF8.GetBytes(text), form == SensorFormat.Csv ? "text/csv; charset=utf-8" : GeoJsonType, $"sensors.{(form == SensorFormat.Csv ? "csv" : "geojson")}");
    }

    private static async Task<IResult> ImportAsync(
        HttpRequest request, IocOptions options, RuleFolderPath folder, Caller caller, ILogger<RegistryLoader> logger, CancellationToken stop, bool replace = false, bool dryRun = false)
    {
        if (options.CatalogueDirectory.Length == 0)
        {
            return Problems.Result(StatusCodes.Status409Conflict, "shipped_catalogue", new LocalText(
                "Máy chủ dùng danh mục đi kèm chương trình. Hãy chép thư mục đó ra nơi khác và đặt Ioc:CatalogueDirectory.",
                "The host uses the catalogue that comes with the program. Copy that folder elsewhere and set Ioc:CatalogueDirectory."));
        }

        var format = request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true ? SensorFormat.GeoJson : SensorFormat.Csv;
        using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            var plan = await SensorImport.PlanAsync(folder.Path, await reader.ReadToEndAsync(stop), format, replace, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone), stop);
            var imports = plan.Errors.Count == 0 && plan.ChangesAnything && !dryRun;
            if (imports)
            {
                await SensorImport.ApplyAsync(folder.Path, plan, stop);
                logger.LogWarning(
                    "Catalogue: {By} imported sensors: {Added} added, {Changed} changed, {Retired} retired; they take effect at the next start", caller.By(null), plan.Added.Count, plan.Changed.Count, plan.Retired.Count);
            }

            var answer = new SensorImportDto(imports, imports, plan.Added, plan.Changed, plan.Retired, plan.Unchanged, plan.Errors, plan.Notes);
            return plan.Errors.Count == 0 ? Results.Ok(answer) : Results.UnprocessableEntity(answer);
        }
        catch (DecoderFallbackException)
        {
            return Problems.BadRequest("bad_import", "Tệp không phải UTF-8; hãy lưu bằng mã UTF-8.", "The file is not UTF-8; save it as UTF-8.");
        }
        catch (CatalogueException e)
        {
            return Problems.Result(StatusCodes.Status409Conflict, "bad_catalogue", new LocalText(
                $"Danh mục hiện có lỗi, hãy sửa trước: {e.Message}", $"The catalogue has mistakes as it is; mend them first: {e.Message}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Problems.Result(StatusCodes.Status409Conflict, "not_written", new LocalText(
                $"Không ghi được thư mục danh mục: {e.Message}", $"The catalogue folder cannot be written: {e.Message}"));
        }
    }

    private static SensorFormat? FormatOf(string name) => name switch
    {
        "csv" => SensorFormat.Csv,
        "geojson" => SensorFormat.GeoJson,
        _ => null,
    };
}
