using System.Globalization;
using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Auditing;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.Net.Http.Headers;

namespace IOC.Host.Rules;

/// <summary>Rules: list, versions, changes.</summary>
internal static class RuleEndpoints
{
    private const int MaxSets = 200;
    private const string ChangeHelp = "`operator` says who, `note` why. With `version` (or the header If-Match) a change made from another version is refused with 409. "
        + "A change is in force at once; a rule of a file stays changed until its entry in the file changes. ";

    public static void MapRules(this RouteGroupBuilder api)
    {
        var rules = api.MapGroup("/rules");
        rules.MapGet("", (RuleDesk desk, bool all = false) => desk.Book.Rules.Where(r => all || r.InForce).Select(RuleDto.From)).Needs(Permission.View)
            .Produces<IEnumerable<RuleDto>>().WithSummary("Detection rules in force; with `all=true` also those that are not");
        rules.MapGet("/status", Status).Needs(Permission.View).Produces<RuleStatusDto>().WithSummary("The rule set in force, and mistakes in the rule files");
        rules.MapGet("/schema", () => Results.Bytes(RuleSchema.Bytes(), "application/schema+json")).Needs(Permission.View).Produces(200, contentType: "application/schema+json").WithSummary("JSON Schema of rule files");
        rules.MapGet("/sets", async (RuleDesk desk, CancellationToken stop) => (await desk.Book.SetsAsync(MaxSets, stop)).Select(RuleSetDto.From)).Needs(Permission.View)
            .Produces<IEnumerable<RuleSetDto>>().WithSummary($"The newest {MaxSets} rule sets and what each changed, the latest first");
        rules.MapPost("/reload", Reload).NeedsEverywhere(Permission.Engineer).Produces<RuleReloadDto>().ProducesProblem(400).WithSummary("Read the rule files now");
        rules.MapPost("/validate", Validate).OnlyAsks().Needs(Permission.Engineer).Produces<RuleChangeDto>().ProducesProblem(400).WithSummary("Say what is wrong with a rule, without saving it");
        rules.MapPost("", Create).Needs(Permission.Engineer).Produces<RuleChangeDto>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Make a rule").WithDescription(ChangeHelp);
        rules.MapGet("/{id}", Find).Needs(Permission.View).Produces<RuleDto>().ProducesProblem(404).WithSummary("A rule");
        rules.MapGet("/{id}/versions", Versions).Needs(Permission.View).Produces<IEnumerable<RuleVersionDto>>().ProducesProblem(404).WithSummary("All versions of a rule, the latest first");
        rules.MapPut("/{id}", Put).Needs(Permission.Engineer).Produces<RuleChangeDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Change a rule").WithDescription(ChangeHelp);
        rules.MapDelete("/{id}", Retire).Needs(Permission.Engineer).Produces<RuleChangeDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("End a rule; what it has open is withdrawn").WithDescription("`operator` and `note` in the address. " + ChangeHelp);
        rules.MapPost("/{id}/revert", Revert).Needs(Permission.Engineer).Produces<RuleChangeDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Go back to version `to`, or to what the rule's file says").WithDescription(ChangeHelp);
        rules.MapPost("/{id}/enable", (string id, RuleActRequest r, HttpContext c, RuleDesk d, CancellationToken s) => Enable(id, true, r, c, d, s)).Needs(Permission.Engineer)
            .Produces<RuleChangeDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Put a rule into force").WithDescription(ChangeHelp);
        rules.MapPost("/{id}/disable", (string id, RuleActRequest r, HttpContext c, RuleDesk d, CancellationToken s) => Enable(id, false, r, c, d, s)).Needs(Permission.Engineer)
            .Produces<RuleChangeDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Put a rule out of force").WithDescription(ChangeHelp);
        rules.MapPost("/test", RuleTestEndpoint.Test).OnlyAsks().Needs(Permission.Engineer).Produces<RuleTestAnswer>().ProducesProblem(400).ProducesProblem(503)
            .WithSummary("What would this rule have raised? Runs it over history").WithDescription(RuleTestEndpoint.Help);
    }

    public static IResult Refused(IReadOnlyList<CatalogueError> errors) => Problems.Result(
        StatusCodes.Status400BadRequest, "bad_rule",
        new LocalText(string.Join(" | ", errors.Select(e => $"{e.Column}: {e.Message.Vi}")), string.Join(" | ", errors.Select(e => $"{e.Column}: {e.Message.En}"))),
        errors, "errors");

    public static IResult Unnamed() => Problems.BadRequest("operator_missing", "Cần ghi người thực hiện (operator).", "Say who it is: operator.");

    public static IResult NoRule() => Problems.BadRequest("rule_missing", "Yêu cầu cần trường rule (docs/rules.md).", "The request needs a field rule (docs/rules.md).");

    private static RuleStatusDto Status(RuleDesk desk, IocOptions options) =>
        new(desk.Book.Set is { } set ? RuleSetDto.From(set) : null, desk.InForce, desk.Files, options.Rules.Watch);

    private static IResult Find(string id, RuleDesk desk) => desk.Book.Find(id) is { } rule ? Results.Ok(RuleDto.From(rule)) : Problems.NotFound("rule", id);

    private static async Task<IResult> Versions(string id, RuleDesk desk, CancellationToken stop) =>
        await desk.Book.VersionsAsync(id, stop) is { Count: > 0 } versions ? Results.Ok(versions.Select(RuleVersionDto.From)) : Problems.NotFound("rule", id);

    private static async Task<IResult> Reload(RuleDesk desk, CancellationToken stop)
    {
        var import = await desk.ReloadAsync("asked for over the API", stop);
        return import.Errors.Count > 0
            ? Refused(import.Errors)
            : Results.Ok(new RuleReloadDto(import.Set is { } set ? RuleSetDto.From(set) : null, [], import.Notes, [.. import.Imported.Select(i => i.File)]));
    }

    private static async Task<IResult> Validate(RuleRequest request, RuleDesk desk, Catalogue catalogue, CancellationToken stop) => request.Rule is not { } rule
        ? NoRule()
        : Answer("", await desk.Book.ValidateAsync(rule.GetRawText(), catalogue, stop));

    private static async Task<IResult> Create(RuleRequest request, HttpContext context, RuleDesk desk, CancellationToken stop)
    {
        if (request.Rule is not { } rule)
        {
            return NoRule();
        }

        if (await RuleScope.RefuseTextAsync(rule.GetRawText(), context, desk, stop) is { } refusal)
        {
            return refusal;
        }

        return await ActAsync("", request.Operator, context, request.Version, desk, (book, catalogue, by, _) => book.CreateAsync(rule.GetRawText(), catalogue, by, request.Note, stop), created: true);
    }

    private static async Task<IResult> Put(string id, RuleRequest request, HttpContext context, RuleDesk desk, CancellationToken stop)
    {
        if (request.Rule is not { } rule)
        {
            return NoRule();
        }

        if (await RuleScope.RefuseTextAsync(rule.GetRawText(), context, desk, stop) is { } refusal)
        {
            return refusal;
        }

        return await ActAsync(id, request.Operator, context, request.Version, desk, (book, catalogue, by, version) => book.PutAsync(id, rule.GetRawText(), version, catalogue, by, request.Note, stop));
    }

    private static Task<IResult> Retire(string id, HttpContext context, RuleDesk desk, CancellationToken stop, string? @operator = null, string? note = null, int? version = null) =>
        ActAsync(id, @operator, context, version, desk, (book, catalogue, by, from) => book.RetireAsync(id, from, catalogue, by, note, stop));

    private static async Task<IResult> Revert(string id, RuleActRequest request, HttpContext context, RuleDesk desk, CancellationToken stop) =>
        await RuleScope.RefuseVersionAsync(id, request.To, context, desk, stop)
        ?? await ActAsync(id, request.Operator, context, request.Version, desk, (book, catalogue, by, version) => book.RevertAsync(id, request.To, version, catalogue, by, request.Note, stop));

    private static Task<IResult> Enable(string id, bool enabled, RuleActRequest request, HttpContext context, RuleDesk desk, CancellationToken stop) =>
        ActAsync(id, request.Operator, context, request.Version, desk, (book, catalogue, by, version) => book.EnableAsync(id, enabled, version, catalogue, by, request.Note, stop));

    private static async Task<IResult> ActAsync(
        string id, string? by, HttpContext context, int? version, RuleDesk desk,
        Func<RuleBook, Catalogue, string, int?, Task<RuleChange>> act, bool created = false)
    {
        var caller = context.RequestServices.GetRequiredService<Caller>();
        if (caller.Name is null && string.IsNullOrWhiteSpace(by))
        {
            return Unnamed();
        }

        by = caller.ActsAs(by, "operator", out var wrongName);
        if (wrongName is not null)
        {
            return wrongName;
        }

        if (desk.Book.Find(id) is { } known && RuleScope.Refuse(caller, known.Rule, context) is { } refusal)
        {
            return refusal;
        }

        if (context.Request.Headers.IfMatch.ToString() is { Length: > 0 } match)
        {
            if (!EntityTagHeaderValue.TryParse(match, out var tag) || !int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var from))
            {
                return Problems.BadRequest("bad_if_match", "If-Match phải là số phiên bản trong ngoặc kép, ví dụ \"3\".", "If-Match must be a version in quotation marks, such as \"3\".");
            }

            version = from;
        }

        return Answer(id, await desk.ChangeAsync((book, catalogue) => act(book, catalogue, by.Trim(), version)), created);
    }

    private static IResult Answer(string id, RuleChange change, bool created = false)
    {
        var answer = new RuleChangeDto(change.Rule is null ? null : RuleDto.From(change.Rule), change.Set is null ? null : RuleSetDto.From(change.Set));
        return change.Outcome switch
        {
            RuleOutcome.Ok => created ? Results.Created($"/api/v1/rules/{answer.Rule!.Id}", answer) : Results.Ok(answer),
            RuleOutcome.NotFound => Problems.NotFound("rule", id),
            RuleOutcome.Conflict => Problems.Result(
                StatusCodes.Status409Conflict, "rule_conflict",
                new LocalText(
                    $"Luật đã ở phiên bản {answer.Rule?.Version} do {answer.Rule?.ChangedBy} đặt. Hãy xem lại rồi sửa từ phiên bản đó.",
                    $"The rule is at version {answer.Rule?.Version} by {answer.Rule?.ChangedBy}. Look at it and change that version."),
                answer.Rule, "rule"),
            _ => Refused(change.Errors),
        };
    }
}
