using System.Globalization;
using IOC.Access.Accounts;
using IOC.History;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>Asks for readings to be removed.</summary>
/// <param name="Sensors">Sensor slugs, at least one.</param>
/// <param name="Properties">Property codes; none = all of those sensors.</param>
/// <param name="From">First instant to go, ISO 8601 with an offset.</param>
/// <param name="To">First instant that stays.</param>
/// <param name="Operator">Who wants it.</param>
/// <param name="Reason">Why.</param>
/// <param name="DryRun">True to be told only what would go.</param>
public sealed record DeletionRequest(
    IReadOnlyList<string>? Sensors, IReadOnlyList<string>? Properties, DateTimeOffset? From, DateTimeOffset? To, string? Operator, string? Reason, bool DryRun = false);

/// <summary>What went, or would go.</summary>
/// <param name="Readings">Readings in the range, each instant once.</param>
/// <param name="Series">Series that they are of, as sensor/property.</param>
/// <param name="Deleted">False after a dry run.</param>
public sealed record DeletionResult(long Readings, IReadOnlyList<string> Series, bool Deleted);

/// <summary>Removal of readings from history, for what should never have been there: a test bench's data, a person's meter.</summary>
internal static class DeletionEndpoints
{
    private const int MaxText = 500;

    public static void Map(RouteGroupBuilder api) => api.MapPost("/history/delete", DeleteAsync).Needs(Permission.Engineer)
        .Produces<DeletionResult>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status501NotImplemented).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithSummary("Removes readings of sensors in a range, for good")
        .WithDescription("`from` (inclusive) and `to` (exclusive) with an offset; `operator` and `reason` are recorded in the host's log. `dryRun` tells what would go. What a device sends again is taken in again.");

    private static async Task<IResult> DeleteAsync(
        DeletionRequest request, IHistoryStore store, Catalogue catalogue, Caller caller, SensorPlaces places, ILogger<HistoryKeeper> logger, CancellationToken stop)
    {
        var name = caller.Name ?? request.Operator;
        if (Problem(request with { Operator = name }, catalogue) is { } problem)
        {
            return Problems.BadRequest("bad_deletion", problem.Vi, problem.En);
        }

        if (request.Sensors!.Select(s => places.Refuse(caller, Permission.Engineer, s)).FirstOrDefault(r => r is not null) is { } refusal)
        {
            return refusal;
        }

        var set = new SeriesSet([.. request.Sensors!], [], [], [.. request.Properties ?? []]);
        var (from, to) = (request.From!.Value.ToUnixTimeMilliseconds(), request.To!.Value.ToUnixTimeMilliseconds());
        var count = new CountingSink();
        try
        {
            await store.ScanAsync(set, from, to, count, stop);
            if (!request.DryRun && count.Readings > 0)
            {
                // A client that goes away must not leave half of it: from here on it is done to the end.
                await store.DeleteAsync(set, from, to, CancellationToken.None);
                logger.LogWarning(
                    "History: {Operator} removed {Readings} readings of {Series} from {From} to {To}: {Reason}", name, count.Readings,
                    string.Join(", ", count.Series), request.From.Value.ToString("O", CultureInfo.InvariantCulture), request.To.Value.ToString("O", CultureInfo.InvariantCulture), request.Reason);
            }
        }
        catch (HistoryStoreException e)
        {
            logger.LogError(e, "A removal of readings failed");
            return e.IsForGood ? Problems.Result(StatusCodes.Status501NotImplemented, "not_removable", new LocalText(
                "InfluxDB 3 không cho phép xóa số liệu: hãy dùng công cụ của chính nó, hoặc đặt thời hạn lưu của cơ sở dữ liệu.", e.Message)) : Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa xóa được hết; hãy thử lại.", "Not all of it could be removed; try again."));
        }

        return Results.Ok(new DeletionResult(count.Readings, count.Series, !request.DryRun));
    }

    private static LocalText? Problem(DeletionRequest request, Catalogue catalogue)
    {
        if (request.Sensors is not { Count: > 0 } || request.Sensors.Any(string.IsNullOrEmpty))
        {
            return new LocalText("sensors phải có ít nhất một cảm biến.", "sensors must name at least one sensor.");
        }

        if (request.Properties?.FirstOrDefault(p => p is null || !catalogue.Properties.TryGetIndex(p, out _)) is { } unknown)
        {
            return new LocalText($"Không có thông số '{unknown}'; xem GET /api/v1/properties.", $"There is no property '{unknown}'; GET /api/v1/properties lists them.");
        }

        if (request.From is null || request.To is null || request.From >= request.To)
        {
            return new LocalText("from phải trước to, cả hai là ISO 8601 có múi giờ.", "from must lie before to, both ISO 8601 with an offset.");
        }

        return IsText(request.Operator) && IsText(request.Reason)
            ? null
            : new LocalText($"Cần operator (ai) và reason (lý do), tối đa {MaxText} ký tự.", $"operator (who) and reason (why) are needed, at most {MaxText} characters each.");
    }

    private static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= MaxText && !text.Any(char.IsControl);

    private sealed class CountingSink : IReadingSink
    {
        private string _series = "";
        private long _before;

        public long Readings { get; private set; }

        public List<string> Series { get; } = [];

        public bool Begin(SeriesKey series)
        {
            (_series, _before) = ($"{series.Sensor}/{series.Property}", Readings);
            return true;
        }

        public bool TryAdd(in RunTotals totals)
        {
            Readings += totals.Count;
            return true;
        }

        public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities) => Readings += samples.Length;

        public void End()
        {
            if (Readings > _before)
            {
                Series.Add(_series);
            }
        }
    }
}
