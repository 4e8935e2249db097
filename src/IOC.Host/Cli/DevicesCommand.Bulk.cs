using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>The part for many credentials at once.</summary>
internal sealed partial class DevicesCommand
{
    private const int ImportSize = 500;
    private static readonly string[] s_columns = ["name", "profile", "sensors", "rules", "fingerprints", "subjects", "expires_at", "note", "disabled"];
    private static readonly string[] s_importColumns = [.. s_columns, "secret", "secret_is_random"];

    private Command Import()
    {
        var file = new Argument<string>("file") { Description = Say($"CSV with the columns {string.Join(", ", s_importColumns)}; only name is needed.", $"CSV có các cột {string.Join(", ", s_importColumns)}; chỉ bắt buộc name.") };
        var secrets = Secrets();
        var dryRun = new Option<bool>("--dry-run") { Description = Say("Check only.", "Chỉ kiểm tra.") };
        return Make("import", "Make the credentials of a CSV file; rows that are wrong are told and left out.", "Tạo tài khoản từ tệp CSV; dòng sai được báo và bỏ qua.", async (parsed, host, stop) =>
        {
            var rows = Read(parsed.GetValue(file)!);
            using var target = parsed.GetValue(dryRun) ? null : SecretFile.Create(parsed.GetValue(secrets)
                ?? throw new CliException(ExitCodes.Usage, Say("--secrets FILE is needed: generated secrets are told only once.", "Cần --secrets TỆP: mật khẩu tạo ra chỉ hiện một lần.")));
            var (made, refused) = (0, 0);
            foreach (var chunk in rows.Chunk(ImportSize))
            {
                var answer = await host.PostAsync("devices/import", new { devices = chunk, dryRun = parsed.GetValue(dryRun), by = HostConnection.By }, stop);
                var (added, left) = Take(answer, target);
                made += added;
                refused += left;
            }

            output.WriteLine(parsed.GetValue(dryRun)
                ? Say($"{made} would be made, {refused} refused.", $"{made} sẽ được tạo, {refused} bị từ chối.")
                : Say($"{made} made, {refused} refused.", $"Đã tạo {made}, từ chối {refused}."));
            return refused == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        }, file, secrets, dryRun);
    }

    private Command ForSensors()
    {
        var secrets = Secrets();
        var district = Text("--district", "Only the sensors of this district.", "Chỉ cảm biến của huyện này.");
        return Make("for-sensors", "Make a credential for every registered sensor that has none.", "Tạo tài khoản cho mọi cảm biến đã đăng ký mà chưa có.", async (parsed, host, stop) =>
        {
            using var target = SecretFile.Create(parsed.GetValue(secrets) ?? throw new CliException(ExitCodes.Usage, Say("--secrets FILE is needed.", "Cần --secrets TỆP.")));
            var answer = await host.PostAsync("devices/for-sensors", new { district = parsed.GetValue(district), by = HostConnection.By }, stop);
            var (made, refused) = Take(answer, target);
            output.WriteLine(Say($"{made} made, {refused} refused.", $"Đã tạo {made}, từ chối {refused}."));
            return refused == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        }, secrets, district);
    }

    private Command Export()
    {
        var file = new Argument<string>("file") { Description = Say("CSV file to write. Secrets are in no export.", "Tệp CSV cần ghi. Không có mật khẩu trong tệp.") };
        return Make("export", "Write all credentials to a CSV file, without secrets.", "Ghi mọi tài khoản ra tệp CSV, không có mật khẩu.", async (parsed, host, stop) =>
        {
            var devices = await AllAsync(host, search: null, stop);
            try
            {
                await using var writer = new StreamWriter(parsed.GetValue(file)!);
                await using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture);
                await WriteAsync(csv, devices);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCodes.Usage, Say($"The file cannot be written: {e.Message}", $"Không ghi được tệp: {e.Message}"));
            }

            output.WriteLine(Say($"{devices.Count} written.", $"Đã ghi {devices.Count}."));
            return ExitCodes.Ok;
        }, file);
    }

    private static Option<string?> Secrets() => Text(
        "--secrets", "New CSV file for the secrets, readable by you alone (mode 0600).", "Tệp CSV mới chứa mật khẩu, chỉ bạn đọc được (quyền 0600).");

    private (int Made, int Refused) Take(JsonElement answer, SecretFile? target)
    {
        var made = answer.GetProperty("made");
        var refused = answer.GetProperty("refused");
        target?.Write(made);
        foreach (var row in refused.EnumerateArray())
        {
            error.WriteLine($"{Printer.Text(row, "name")}: {Printer.Text(row.GetProperty("reason"), IsVietnamese ? "vi" : "en")}");
        }

        return (made.GetArrayLength(), refused.GetArrayLength());
    }

    private static async Task WriteAsync(CsvWriter csv, List<JsonElement> devices)
    {
        foreach (var column in s_columns)
        {
            csv.WriteField(column);
        }

        await csv.NextRecordAsync();
        foreach (var d in devices)
        {
            var rules = string.Join("; ", d.GetProperty("rules").EnumerateArray().Select(r => r.GetString()));
            string[] fields =
            [
                Printer.Text(d, "name"), Printer.Text(d, "profile"), Printer.Text(d, "sensors"), rules, Printer.Text(d, "fingerprints"), Printer.Text(d, "subjects"),
                Printer.Text(d, "expiresAt"), Printer.Text(d, "note"), Printer.Text(d, "disabled"),
            ];
            foreach (var field in fields)
            {
                csv.WriteField(field);
            }

            await csv.NextRecordAsync();
        }
    }

    private static List<object> Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { MissingFieldFound = null, TrimOptions = TrimOptions.Trim });
            csv.Read();
            csv.ReadHeader();
            if (csv.HeaderRecord is not { } header || !header.Contains("name", StringComparer.Ordinal) || header.Except(s_importColumns, StringComparer.Ordinal).Any())
            {
                throw new CliException(ExitCodes.Usage, Say($"{path}: the columns are {string.Join(", ", s_importColumns)}, name among them.", $"{path}: các cột là {string.Join(", ", s_importColumns)}, phải có name."));
            }

            var rows = new List<object>();
            while (csv.Read())
            {
                rows.Add(ToRequest(csv));
            }

            return rows;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CsvHelperException)
        {
            throw new CliException(ExitCodes.Usage, Say($"The file cannot be read: {e.Message}", $"Không đọc được tệp: {e.Message}"));
        }
    }

    private static object ToRequest(CsvReader csv)
    {
        return new
        {
            name = csv.GetField("name"),
            profile = Field("profile"),
            sensors = Words("sensors", ' '),
            rules = Words("rules", ';'),
            fingerprints = Words("fingerprints", ' '),
            subjects = Words("subjects", ' '),
            expiresAt = long.TryParse(Field("expires_at"), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : (long?)null,
            note = Field("note"),
            disabled = Field("disabled") == "true",
            secret = Field("secret"),
            secretIsRandom = Field("secret_is_random") == "true",
            withoutSecret = Field("secret") is null && (Field("fingerprints") ?? Field("subjects")) is not null,
        };

        string? Field(string name) => csv.TryGetField<string>(name, out var value) && !string.IsNullOrEmpty(value) ? value : null;

        string[]? Words(string name, char separator) => Field(name)?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
