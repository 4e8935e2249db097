using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Host.Doctor;
using IOC.Host.Settings;
using IOC.Registry;
using Microsoft.Extensions.Configuration;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc doctor: looks whether a host can run, or why one does not run well. Works beside a running host and without.</summary>
internal sealed class DoctorCommand(TextWriter output)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Command Create()
    {
        var data = new Option<string?>("--data") { Description = Say("Data folder. Default: as the host's settings say.", "Thư mục dữ liệu. Mặc định: theo cài đặt.") };
        var set = new Option<string[]>("--set")
        {
            Description = Say("A setting that the host is given on its command line, such as Ioc:Http:Listen=127.0.0.1:80.", "Cài đặt cho trên dòng lệnh của máy chủ, ví dụ Ioc:Http:Listen=127.0.0.1:80."),
            AllowMultipleArgumentsPerToken = true,
        };
        var json = new Option<bool>("--json") { Description = Say("JSON for machines, in both languages.", "JSON cho máy đọc, cả hai ngôn ngữ.") };
        var command = new Command("doctor", Say(
            "Check settings, catalogue, disk, clock, ports, databases, certificates, limits and health. Exit code 0, or 1 when something fails.",
            "Kiểm tra cài đặt, danh mục, đĩa, đồng hồ, cổng, cơ sở dữ liệu, chứng thư, giới hạn và tình trạng. Mã thoát 0, hoặc 1 khi có lỗi.")) { data, set, json };
        command.SetAction(async (parsed, stop) =>
        {
            var findings = await ExamineAsync(parsed.GetValue(data), parsed.GetValue(set) ?? [], TimeProvider.System, stop);
            Tell(findings, parsed.GetValue(json));
            return findings.Exists(f => f.Level == Level.Fail) ? ExitCodes.Refused : ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<List<Finding>> ExamineAsync(string? folder, string[] settings, TimeProvider time, CancellationToken stop)
    {
        List<Finding> findings = [];
        if (Settings(folder, settings, findings) is not { } options)
        {
            return findings;
        }

        var (data, now) = (options.DataDirectory, time.GetUtcNow());
        var running = DataFolder.IsHeld(data);
        await CatalogueAsync(options, findings, stop);
        findings.Add(DiskChecks.Folder(data));
        if (Directory.Exists(data))
        {
            findings.Add(DiskChecks.Room(data, options));
            findings.Add(DiskChecks.Speed(data, time));
            findings.AddRange(DiskChecks.Databases(data, stop));
            findings.Add(DiskChecks.Backups(data, options, now));
        }

        findings.AddRange(MachineChecks.Clock(data, now));
        findings.AddRange(MachineChecks.Ports(options, running));
        findings.AddRange(MachineChecks.Certificates(options, now));
        findings.Add(MachineChecks.Files());
        findings.AddRange(await HealthAsync(data, running, stop));
        return findings;
    }

    private static IocOptions? Settings(string? folder, string[] settings, List<Finding> findings)
    {
        try
        {
            // The same sources as the host's, so that both see the same.
            string[] arguments = [.. settings.Select(s => $"--{s}"), .. folder is null ? [] : new[] { $"--Ioc:DataDirectory={folder}" }];
            SettingsReader.CheckArguments(arguments);
            var options = SettingsReader.Read(new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true).AddEnvironmentVariables().AddCommandLine(arguments).Build());
            findings.Add(Finding.Ok("settings", "Cài đặt hợp lệ.", "The settings are valid."));
            return options;
        }
        catch (SettingsException e)
        {
            findings.AddRange(e.Message.Split(Environment.NewLine).Select(line => Finding.Fail("settings", line, line)));
            return null;
        }
    }

    private static async Task CatalogueAsync(IocOptions options, List<Finding> findings, CancellationToken stop)
    {
        var folder = options.CatalogueDirectory.Length > 0 ? options.CatalogueDirectory : Path.Combine(AppContext.BaseDirectory, "catalogue");
        var check = await RuleCheck.RunAsync(folder, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone), stop);
        findings.AddRange(check.Errors.Select(e => new Finding("catalogue", Level.Fail, new IOC.Telemetry.LocalText($"{e.File}:{e.Line} {e.Column}: {e.Message.Vi}", $"{e.File}:{e.Line} {e.Column}: {e.Message.En}"))));
        if (check.Errors.Count == 0)
        {
            findings.Add(Finding.Ok("catalogue", $"{check.Rules} luật, không có lỗi.", $"{check.Rules} rules, no mistakes."));
        }
    }

    private static async Task<List<Finding>> HealthAsync(string data, bool running, CancellationToken stop)
    {
        if (!running)
        {
            return [Finding.Ok("host", "Không có máy chủ nào chạy trên thư mục này.", "No host runs on this folder.")];
        }

        var findings = new List<Finding>();
        foreach (var part in new[] { "ready", "dependencies" })
        {
            findings.Add(await AskAsync(data, part, stop));
        }

        return findings;
    }

    private static async Task<Finding> AskAsync(string data, string part, CancellationToken stop)
    {
        try
        {
            using var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "run", "endpoints.json"), stop));
            using var client = new HttpClient { BaseAddress = new Uri(endpoints.RootElement.GetProperty("http").GetString()!), Timeout = TimeSpan.FromSeconds(10) };
            using var response = await client.GetAsync(new Uri($"/health/{part}", UriKind.Relative), stop);
            var report = await response.Content.ReadFromJsonAsync<JsonElement>(stop);
            var (status, details) = (Printer.Text(report, "status"), Details(report));
            return new Finding(
                $"health:{part}", status == "Healthy" ? Level.Ok : response.IsSuccessStatusCode ? Level.Warn : Level.Fail, new IOC.Telemetry.LocalText($"{status}. {details}".Trim(), $"{status}. {details}".Trim()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return Finding.Fail($"health:{part}", $"Máy chủ đang chạy nhưng không trả lời: {e.Message}", $"The host runs but does not answer: {e.Message}");
        }
    }

    private static string Details(JsonElement report) => report.TryGetProperty("checks", out var checks) && checks.ValueKind == JsonValueKind.Object
        ? string.Join("; ", checks.EnumerateObject().Where(c => Printer.Text(c.Value, "status") != "Healthy").Select(c => $"{c.Name}: {Printer.Text(c.Value, "description")}"))
        : "";

    private void Tell(List<Finding> findings, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(findings, s_json));
            return;
        }

        foreach (var finding in findings)
        {
            var sign = finding.Level switch
            {
                Level.Ok => "OK  ",
                Level.Warn => "WARN",
                _ => "FAIL",
            };
            output.WriteLine($"{sign}  {finding.Check}: {Say(finding.Text.En, finding.Text.Vi)}");
        }

        var (warned, failed) = (findings.Count(f => f.Level == Level.Warn), findings.Count(f => f.Level == Level.Fail));
        output.WriteLine(Say($"{findings.Count} checks, {warned} warnings, {failed} failures", $"{findings.Count} kiểm tra, {warned} lưu ý, {failed} lỗi"));
    }
}
