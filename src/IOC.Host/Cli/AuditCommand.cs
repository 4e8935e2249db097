using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IOC.Access.Auditing;
using IOC.Host.Auditing;
using IOC.Registry;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary><c>ioc audit verify</c>: checks the audit without the host that wrote it.</summary>
internal sealed class AuditCommand(TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public Command Create() =>
        new("audit", Say("Who did what: checks the record of it.", "Nhật ký kiểm tra: ai đã làm gì.")) { Verify() };

    private Command Verify()
    {
        var file = new Argument<string?>("file")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = Say("An export as NDJSON that begins with the first entry. Default: the data folder's own.", "Bản xuất NDJSON bắt đầu từ mục đầu tiên. Mặc định: của thư mục dữ liệu."),
        };
        var data = new Option<string>("--data") { Description = Say("Data folder of a host, running or not.", "Thư mục dữ liệu, máy chủ chạy hay không đều được."), DefaultValueFactory = _ => "data" };
        var expect = new Option<string[]>("--expect")
        {
            Description = Say("NUMBER:HASH that was kept elsewhere (the host's log tells one every day); may be given more than once.", "SỐ:MÃ đã lưu ở nơi khác (máy chủ ghi vào log mỗi ngày); có thể lặp lại."),
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("verify", Say("Check that nothing was changed, removed or added; exit code 0 or 1.", "Kiểm tra không mục nào bị sửa, xóa hay thêm; mã thoát 0 hoặc 1.")) { file, data, expect };
        command.SetAction((parsed, stop) => Task.FromResult(Check(parsed.GetValue(file), parsed.GetValue(data)!, [.. (parsed.GetValue(expect) ?? []).Select(Expected)], stop)));
        return command;
    }

    private int Check(string? file, string data, IReadOnlyList<(long Number, string Hash)> expected, CancellationToken stop)
    {
        var kept = expected.ToDictionary(e => e.Number, e => e.Hash);
        var different = new List<long>();
        AuditVerdict verdict;
        try
        {
            verdict = AuditChain.Verify((file is null ? RegistryFile.Audit(Path.Combine(data, "registry", "registry.db")) : Read(file)).Select(Compare), stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.Usage, e.Message);
        }

        foreach (var number in different.Concat(kept.Keys).Order())
        {
            error.WriteLine(different.Contains(number)
                ? Say($"Entry {number} has another hash than the one that was kept.", $"Mục {number} có mã khác với mã đã lưu.")
                : Say($"Entry {number}, whose hash was kept, is not there: the end has been cut off.", $"Không có mục {number} dù đã lưu mã của nó: phần cuối đã bị cắt."));
        }

        if (verdict.Wrong is { } wrong)
        {
            error.WriteLine(verdict.Fault == AuditFault.Missing
                ? Say($"Entry {wrong} is missing.", $"Thiếu mục {wrong}.")
                : Say($"Entry {wrong} is not what was written, or the one before it is not.", $"Mục {wrong} không còn như khi ghi, hoặc mục trước nó đã bị sửa."));
        }

        var whole = verdict.IsWhole && different.Count == 0 && kept.Count == 0;
        output.WriteLine(whole
            ? Say($"{verdict.Good} entries are as they were written; the last is {verdict.Good}:{verdict.Hash}", $"{verdict.Good} mục còn nguyên như khi ghi; mục cuối {verdict.Good}:{verdict.Hash}")
            : Say($"The first {verdict.Good} entries are as they were written.", $"{verdict.Good} mục đầu còn nguyên như khi ghi."));
        return whole ? ExitCodes.Ok : ExitCodes.Refused;

        AuditRecord Compare(AuditRecord record)
        {
            if (kept.Remove(record.Number, out var hash) && !string.Equals(hash, record.Hash, StringComparison.OrdinalIgnoreCase))
            {
                different.Add(record.Number);
            }

            return record;
        }
    }

    private static IEnumerable<AuditRecord> Read(string file)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file).Where(l => l.Length > 0))
        {
            number++;
            AuditDto? entry;
            try
            {
                entry = JsonSerializer.Deserialize<AuditDto>(line, s_json);
            }
            catch (JsonException e)
            {
                throw new CliException(ExitCodes.Usage, $"{file}:{number}: {e.Message}");
            }

            yield return entry!.ToRecord();
        }
    }

    private static (long Number, string Hash) Expected(string text) =>
        text.Split(':') is [var number, { Length: 64 } hash] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? (n, hash)
            : throw new CliException(ExitCodes.Usage, Say($"--expect: '{text}' is no NUMBER:HASH.", $"--expect: '{text}' không phải SỐ:MÃ."));
}
