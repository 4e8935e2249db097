using System.Text.Json;
using System.Text.Json.Serialization;
using IOC.History;
using IOC.History.Analysis;
using IOC.Host.Api;
using IOC.Host.Planning;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>POST /api/v1/rules/test.</summary>
internal static class RuleTestEndpoint
{
    public const string Help = "`rule` (docs/rules.md), or `id` of an existing one, with `version` where an earlier one is meant; `from`, `to`: ISO 8601 with an offset; `sensors` narrows. "
        + "The same detection as live runs over stored readings; an earlier stretch warms it up. For comparison the answer has what the present version of that rule would have raised. "
        + "With Accept: application/x-ndjson the answer is lines {\"progress\":0..1} and at last {\"result\":...}; closing the connection ends the run.";

    private const string Lines = "application/x-ndjson";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static async Task<IResult> Test(
        RuleTestRequest request, HttpContext context, RuleDesk desk, RuleTester tester, Catalogue catalogue, HistoryAnalyst analyst, QueryGate gate, IocOptions options)
    {
        var stop = context.RequestAborted;
        var (rule, refusal) = await RuleOf(request, desk, catalogue, stop);
        if (rule is null)
        {
            return refusal!;
        }

        if (RuleScope.Refuse(context.RequestServices.GetRequiredService<Caller>(), rule, context) is { } barred)
        {
            return barred;
        }

        var (from, to) = (InstantOf(request.From), InstantOf(request.To));
        if (from is null || to is null || from >= to)
        {
            return Problems.BadRequest(
                "bad_range", "from và to phải là thời điểm ISO 8601 có múi giờ (2026-01-05T00:00:00+07:00), from trước to.",
                "from and to must be ISO 8601 instants with an offset (2026-01-05T00:00:00+07:00), from before to.");
        }

        if (rule.Kind == FindingKind.Group)
        {
            return Problems.BadRequest(
                "not_testable", "Luật group gom cảnh báo, không xét số liệu: hãy thử các luật mà nó gom.", "A group rule gathers alerts and judges no readings: test the rules that it gathers.");
        }

        // The present version is compared with, unless it is what is asked for.
        var present = desk.Book.Find(rule.Id) is { Retired: false } stored && desk.Book.Text.Write(stored.Rule) != desk.Book.Text.Write(rule) ? stored.Rule : null;
        var plan = RuleTestPlan.Make(rule, present, desk.Book.Set!.Rules, catalogue, from.Value, to.Value, [.. request.Sensors ?? []]);
        var readings = plan.Sensors.Count == 0 ? 0 : await analyst.EstimateAsync(plan.Set, plan.WarmUpFromMs, plan.ToMs, stop);
        if (readings > options.Rules.MaxTestReadings)
        {
            return Problems.BadRequest(
                "too_costly", $"Phép thử phải duyệt khoảng {readings} số liệu, tối đa {options.Rules.MaxTestReadings}: hãy rút ngắn thời gian hoặc bớt cảm biến.",
                $"The test would go through about {readings} readings, the most is {options.Rules.MaxTestReadings}: shorten the time or name fewer sensors.");
        }

        using var place = await gate.EnterAsync(readings, PlanningEndpoints.UserOf(context), stop);
        if (place is null)
        {
            context.Response.Headers.RetryAfter = "5";
            return Problems.Result(StatusCodes.Status503ServiceUnavailable, "busy", new LocalText(
                "Đang có quá nhiều câu hỏi lịch sử. Hãy thử lại sau vài giây.", "Too many questions to history are waiting. Try again in a few seconds."));
        }

        try
        {
            return await AnswerAsync(plan, context, tester, catalogue, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private static async Task<IResult> AnswerAsync(RuleTestPlan plan, HttpContext context, RuleTester tester, Catalogue catalogue, CancellationToken stop)
    {
        if (plan.Sensors.Count == 0 || !context.Request.Headers.Accept.ToString().Contains(Lines, StringComparison.Ordinal))
        {
            return Results.Json(await tester.RunAsync(plan, catalogue, _ => Task.CompletedTask, stop), s_json);
        }

        context.Response.ContentType = Lines;
        var told = -1;
        var answer = await tester.RunAsync(plan, catalogue, async done =>
        {
            if ((int)(done * 100) > told)
            {
                told = (int)(done * 100);
                await LineAsync(new { progress = told / 100.0 });
            }
        }, stop);
        await LineAsync(new { result = answer });
        return Results.Empty;

        async Task LineAsync<T>(T value)
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, value, s_json, stop);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), stop);
            await context.Response.Body.FlushAsync(stop);
        }
    }

    private static async Task<(DetectionRule? Rule, IResult? Refusal)> RuleOf(RuleTestRequest request, RuleDesk desk, Catalogue catalogue, CancellationToken stop)
    {
        if (request.Rule is { } json)
        {
            var change = await desk.Book.ValidateAsync(json.GetRawText(), catalogue, stop);
            return change.Outcome == RuleOutcome.Ok ? (change.Rule!.Rule with { Version = 0 }, null) : (null, RuleEndpoints.Refused(change.Errors));
        }

        if (request.Id is not { } id)
        {
            return (null, RuleEndpoints.NoRule());
        }

        var versions = await desk.Book.VersionsAsync(id, stop);
        var version = request.Version is { } number ? versions.FirstOrDefault(v => v.Version == number) : versions.Count > 0 ? versions[0] : null;
        return version is null ? (null, Problems.NotFound("rule", id)) : (desk.Book.Text.Read(version.Text) with { Version = version.Version }, null);
    }

    private static long? InstantOf(string? text) =>
        text is not null && RuleNames.Instant(text) is { } at ? at.ToUnixTimeMilliseconds() : null;
}
