using System.Globalization;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Access.Auditing;
using IOC.Host.Api;
using IOC.Host.Planning;
using IOC.Host.Security;
using IOC.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace IOC.Host.Auditing;

/// <summary>An entry of the audit. Time is Unix ms.</summary>
/// <param name="Number">Number from 1, without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Who">Name; empty = nobody in particular.</param>
/// <param name="AccountId">Id of the account.</param>
/// <param name="By">session, token, bearer, local, anybody, nobody or system.</param>
/// <param name="KeyId">Id of the session or token.</param>
/// <param name="Address">Network address.</param>
/// <param name="Action">What was asked for.</param>
/// <param name="Target">The address with what it names, and the question.</param>
/// <param name="Status">HTTP status of the answer; 0 for the host's own acts.</param>
/// <param name="Detail">What was sent, without secrets, shortened.</param>
/// <param name="Hash">Hash of the chain up to it.</param>
public sealed record AuditDto(
    long Number, long At, string Who, string? AccountId, string By, string? KeyId, string Address, string Action, string Target, int Status, string Detail, string Hash)
{
    internal static AuditDto From(AuditRecord r) => new(
        r.Number, r.Entry.AtMs, r.Entry.Who, r.Entry.AccountId, r.Entry.By, r.Entry.KeyId, r.Entry.Address, r.Entry.Action, r.Entry.Target, r.Entry.Status, r.Entry.Detail, r.Hash);

    internal AuditRecord ToRecord() => new(Number, new AuditEntry(At, Who, AccountId, By, KeyId, Address, Action, Target, Status, Detail), Hash);
}

/// <summary>A page of the audit.</summary>
/// <param name="Items">Entries, the latest first.</param>
/// <param name="Next">What to ask with as <c>before</c> for those before them; null = there are none.</param>
public sealed record AuditPage(IReadOnlyList<AuditDto> Items, long? Next);

/// <summary>What a check of the chain found.</summary>
/// <param name="Whole">Whether all is as it was written.</param>
/// <param name="Entries">Entries that are, from the first on.</param>
/// <param name="Hash">Hash of the last of them: to be compared with one that was kept elsewhere.</param>
/// <param name="Wrong">Number of the first entry that is not.</param>
/// <param name="Fault">missing or changed.</param>
public sealed record AuditVerdictDto(bool Whole, long Entries, string Hash, long? Wrong, string? Fault);

/// <summary>The audit, for administrators of everything.</summary>
internal static class AuditEndpoints
{
    private const int MaxLimit = 1000;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);
    private static readonly string[] s_columns = ["number", "at", "who", "account_id", "by", "key_id", "address", "action", "target", "status", "detail", "hash"];

    public static void MapAudit(this RouteGroupBuilder root)
    {
        var api = root.MapGroup("/audit").WithTags("audit");
        api.MapGet("", List).NeedsEverywhere(Permission.Administer).Produces<AuditPage>().ProducesProblem(400).WithSummary("Who did what, when, from where; the latest first");
        api.MapGet("/export", ExportAsync).NeedsEverywhere(Permission.Administer).Produces(200, contentType: "application/x-ndjson").ProducesProblem(400)
            .WithSummary("All entries of a time as NDJSON or CSV, in the order in which they were written");
        api.MapPost("/verify", Verify).OnlyAsks().NeedsEverywhere(Permission.Administer).Produces<AuditVerdictDto>().WithSummary("Checks the chain of hashes from the first entry on");
    }

    private static IResult List(IAuditLog log, DateTimeOffset? from = null, DateTimeOffset? to = null, string? who = null, string? text = null, long? before = null, int limit = 100) =>
        limit is < 1 or > MaxLimit
            ? Problems.BadRequest("bad_limit", $"limit phải từ 1 đến {MaxLimit}.", $"limit must be 1 to {MaxLimit}.")
            : Results.Ok(ToPage(log.List(new AuditQuery(from?.ToUnixTimeMilliseconds(), to?.ToUnixTimeMilliseconds(), Blank(who), Blank(text), before, limit)), limit));

    private static AuditPage ToPage(IReadOnlyList<AuditRecord> records, int limit) =>
        new([.. records.Select(AuditDto.From)], records.Count == limit ? records[^1].Number : null);

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static async Task<IResult> ExportAsync(HttpContext context, IAuditLog log, [FromQuery] DateTimeOffset? from = null, [FromQuery] DateTimeOffset? to = null, [FromQuery] string format = "ndjson")
    {
        if (format is not ("ndjson" or "csv"))
        {
            return Problems.BadRequest("bad_format", "format phải là ndjson hoặc csv.", "format must be ndjson or csv.");
        }

        context.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"audit.{format}\"";
        var csv = new CsvText();
        if (format == "csv")
        {
            foreach (var column in s_columns)
            {
                csv.Add(column);
            }

            csv.EndRow();
        }

        foreach (var record in log.Read(from?.ToUnixTimeMilliseconds(), to?.ToUnixTimeMilliseconds()))
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            if (format == "csv")
            {
                Write(csv, record);
                await context.Response.Body.WriteAsync(csv.Take(), context.RequestAborted);
            }
            else
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, AuditDto.From(record), s_json, context.RequestAborted);
                await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            }
        }

        return Results.Empty;
    }

    private static void Write(CsvText csv, AuditRecord r)
    {
        csv.Add(r.Number).Add(DateTimeOffset.FromUnixTimeMilliseconds(r.Entry.AtMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Add(r.Entry.Who).Add(r.Entry.AccountId).Add(r.Entry.By).Add(r.Entry.KeyId).Add(r.Entry.Address).Add(r.Entry.Action).Add(r.Entry.Target)
            .Add(r.Entry.Status).Add(r.Entry.Detail).Add(r.Hash).EndRow();
    }

    private static IResult Verify(IAuditLog log, CancellationToken stop)
    {
        var verdict = AuditChain.Verify(log.Read(null, null), stop);
        return Results.Ok(new AuditVerdictDto(verdict.IsWhole, verdict.Good, verdict.Hash, verdict.Wrong, verdict.Fault?.ToString().ToLowerInvariant()));
    }
}
