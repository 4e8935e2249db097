using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>How far an import has come, kept in a file beside the imported one, so that it goes on there after an interruption.</summary>
internal sealed class ImportProgress
{
    private readonly string _path;
    private readonly string _what;

    private readonly string _history;

    private ImportProgress(string path, string what, string history, State state) =>
        (_path, _what, _history, Rows, Readings, Refused) = (path, what, history, state.Rows, state.Readings, state.Refused);

    /// <summary>Rows of the file that are done.</summary>
    public long Rows { get; private set; }

    /// <summary>Readings taken in.</summary>
    public long Readings { get; private set; }

    /// <summary>Readings or rows refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Looks for the progress of a former try.</summary>
    /// <param name="file">File to import.</param>
    /// <param name="settings">Everything of the command line that changes what is read from it.</param>
    /// <param name="history">Which history it goes into, as the host tells.</param>
    /// <param name="restart">True to begin anew.</param>
    /// <exception cref="CliException">There is a former try of another file, with other settings or into another history.</exception>
    public static ImportProgress Open(string file, string settings, string history, bool restart)
    {
        var info = new FileInfo(file);
        var what = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {settings}"))));
        var path = file + ".ioc-import";
        if (restart || !File.Exists(path))
        {
            return new ImportProgress(path, what, history, new State(what, 0, 0, 0, history));
        }

        try
        {
            var state = JsonSerializer.Deserialize<State>(File.ReadAllText(path));
            if (state?.What == what && state.History == history)
            {
                return new ImportProgress(path, what, history, state);
            }

            if (state?.What == what)
            {
                throw ElseWhere(state.Rows);
            }
        }
        catch (JsonException)
        {
            // As good as another file's.
        }

        throw new CliException(ExitCodes.Usage, Say(
            $"{path} tells of an import of another file or with other options that was not finished. Give the same options again, or --restart.",
            $"{path} ghi một lần nhập dở của tệp khác hoặc với tùy chọn khác. Hãy dùng lại tùy chọn cũ, hoặc --restart."));
    }

    /// <summary>Makes sure that a part went where those before it went.</summary>
    /// <param name="history">Where it went, as the host tells.</param>
    /// <exception cref="CliException">The host has other data than before.</exception>
    public void Check(string history)
    {
        if (history != _history)
        {
            throw ElseWhere(Rows);
        }
    }

    private static CliException ElseWhere(long rows) => new(ExitCodes.Usage, Say(
        $"The rows up to {rows} went into the history of another host, or this host's data were restored or exchanged since. Give --restart to load the whole file into this one; what is there already is not doubled.",
        $"Các dòng đến dòng {rows} đã nhập vào lịch sử của máy chủ khác, hoặc dữ liệu của máy chủ này đã được khôi phục hay thay thế từ đó. Hãy thêm --restart để nạp cả tệp vào máy chủ này; phần đã có không bị nhân đôi."));

    /// <summary>Notes that rows are done for good.</summary>
    public void Advance(long rows, int readings, int refused)
    {
        (Rows, Readings, Refused) = (rows, Readings + readings, Refused + refused);
        var next = _path + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(new State(_what, Rows, Readings, Refused, _history)));
        File.Move(next, _path, overwrite: true);
    }

    /// <summary>Notes that all is done.</summary>
    public void Finish() => File.Delete(_path);

    private sealed record State(string What, long Rows, long Readings, long Refused, string? History);
}
