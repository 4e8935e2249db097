using IOC.Access.Accounts;
using IOC.History;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Ingest.Log;
using IOC.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace IOC.Host.Planning;

/// <summary>A row that was left out.</summary>
/// <param name="Row">Its number in the request, from 1 (the heading is none).</param>
/// <param name="Detail">What is wrong, in English.</param>
/// <param name="DetailVi">The same in Vietnamese.</param>
public sealed record RefusedRow(int Row, string Detail, string DetailVi);

/// <summary>What became of the rows.</summary>
/// <param name="Accepted">Readings that are in history for good now (or would be, after a dry run).</param>
/// <param name="Implausible">Of these, how many lie outside their property's plausible range and are marked so.</param>
/// <param name="Refused">Rows left out.</param>
/// <param name="Rows">The first of them.</param>
/// <param name="History">Which history they went into: it changes when the host gets other data, such as a backup's.</param>
public sealed record ImportResult(int Accepted, int Implausible, int Refused, IReadOnlyList<RefusedRow> Rows, string History);

/// <summary>Takes readings of the past straight into history: no grain, rule or alert sees them.</summary>
internal static class ImportEndpoint
{
    private const int MaxBytes = 32 << 20;

    public static void Map(RouteGroupBuilder api) => api.MapPost("/history/import", ImportAsync).Needs(Permission.Engineer)
        .WithMetadata(new RequestSizeLimitAttribute(MaxBytes)).Accepts<string>("text/csv")
        .Produces<ImportResult>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithSummary("Readings of the past, as CSV, straight into history")
        .WithDescription(
            $"A heading `{ImportRows.Heading}`, then a reading a line: slug of a registered sensor, property code, Unix milliseconds or ISO 8601 with an offset, number in the "
            + "property's unit, ok (or empty), calibrating or fault. Durable when answered; sending the same again changes nothing. Wrong rows are told and left out. At most 32 MiB a request; "
            + "`ioc history import` sends files of any size. `dryRun=true` only checks.");

    private static async Task<IResult> ImportAsync(
        HttpRequest request, IHistoryStore store, IReadingLog log, Catalogue catalogue, Caller caller, HistoryIdentity history, ILogger<HistoryKeeper> logger, CancellationToken stop, bool dryRun = false)
    {
        using var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, MaxBytes));
        await request.Body.CopyToAsync(body, stop);
        var rows = new ImportRows(catalogue, s => caller.May(Permission.Engineer, s.District, s.Domain));
        if (!rows.TryRead(body.GetBuffer().AsSpan(0, (int)body.Length)))
        {
            return Problems.BadRequest(
                "bad_import", $"Dòng đầu phải là: {ImportRows.Heading}.", $"The first line must be: {ImportRows.Heading}.");
        }

        try
        {
            foreach (var part in dryRun ? [] : rows.Readings.GroupBy(r => log.PartitionOf(r.Sensor.District)))
            {
                // Series by series in order of time is what the store is quickest at; the last of one instant wins.
                await store.ImportAsync(part.Key, [.. part.OrderBy(r => r.Sensor.Ordinal).ThenBy(r => r.Property).ThenBy(r => r.MeasuredAtMs)], stop);
            }
        }
        catch (HistoryStoreException e)
        {
            logger.LogError(e, "An import could not be stored");
            return Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy gửi lại.", "It could not be stored; send it again."));
        }

        return Results.Ok(new ImportResult(rows.Readings.Count, rows.Implausible, rows.RefusedCount, rows.Refused, history.Id));
    }
}
