using System.Text;
using IOC.Access.Accounts;
using IOC.Host.Security;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Api;

/// <summary>A payload that was refused, wholly or in part.</summary>
/// <param name="Id">Number, rising.</param>
/// <param name="At">Time of receipt, Unix milliseconds.</param>
/// <param name="Topic">Topic.</param>
/// <param name="Sensor">Sensor slug, where the topic names one.</param>
/// <param name="Reason">Reason of the first problem.</param>
/// <param name="ReasonText">The reason in words.</param>
/// <param name="Detail">All problems.</param>
/// <param name="Client">Client id of the sender.</param>
/// <param name="Payload">The payload read as UTF-8.</param>
/// <param name="PayloadBase64">The payload's bytes.</param>
/// <param name="PayloadBytes">Size of the whole payload; more than what is kept when it was cut.</param>
public sealed record DeadLetterDto(
    long Id, long At, string Topic, string? Sensor, string Reason, LocalText ReasonText, string Detail, string Client, string Payload, string PayloadBase64, int PayloadBytes);

/// <summary>A page of dead letters, newest first; <c>Next</c> is the <c>before</c> of the next page.</summary>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetterDto> Items, long? Next);

/// <summary>How many payloads were ever refused, by reason.</summary>
public sealed record DeadLetterCounts(long Total, IReadOnlyDictionary<string, long> ByReason);

/// <summary>What was refused.</summary>
internal static class DeadLetterEndpoints
{
    private const int MaxLimit = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/dead-letters", List).NeedsEverywhere(Permission.Engineer).Produces<DeadLetterPage>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("Refused payloads, newest first");
        api.MapGet("/dead-letters/counts", (IReadingLog log) =>
        {
            var counts = log.DeadLetters.Counts();
            return new DeadLetterCounts(counts.Values.Sum(), counts.ToDictionary(c => RefusalReasons.Name(c.Key), c => c.Value, StringComparer.Ordinal));
        }).NeedsEverywhere(Permission.Engineer).WithSummary("How many payloads were ever refused, by reason");
    }

    private static IResult List(IReadingLog log, string? reason = null, string? sensor = null, int limit = 100, long? before = null)
    {
        RefusalReason? wanted = null;
        if (reason is not null)
        {
            if (!RefusalReasons.TryParse(reason, out var parsed))
            {
                var names = string.Join(", ", Enum.GetValues<RefusalReason>().Select(RefusalReasons.Name));
                return Problems.BadRequest("bad_reason", $"Không có lý do '{reason}'; các lý do: {names}.", $"There is no reason '{reason}'; there are {names}.");
            }

            wanted = parsed;
        }

        if (limit is < 1 or > MaxLimit)
        {
            return Problems.BadRequest("bad_limit", $"limit phải từ 1 đến {MaxLimit}.", $"limit must be 1 to {MaxLimit}.");
        }

        var letters = log.DeadLetters.List(new DeadLetterQuery(wanted, sensor, before, limit));
        return Results.Ok(new DeadLetterPage([.. letters.Select(ToDto)], letters.Count == limit ? letters[^1].Id : null));
    }

    internal static DeadLetterDto ToDto(DeadLetter d) => new(
        d.Id, d.AtMs, d.Topic, d.Sensor, RefusalReasons.Name(d.Reason), RefusalReasons.Text(d.Reason), d.Detail, d.Client,
        Encoding.UTF8.GetString(d.Payload), Convert.ToBase64String(d.Payload), d.PayloadBytes);
}
