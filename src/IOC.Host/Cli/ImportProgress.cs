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

    private ImportProgress(string path, string what, State state) => (_path, _what, Rows, Readings, Refused) = (path, what, state.Rows, state.Readings, state.Refused);

    /// <summary>Rows of the file that are done.</summary>
    public long Rows { get; private set; }

    /// <summary>Readings taken in.</summary>
    public long Readings { get; private set; }

    /// <summary>Readings or rows refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Looks for the progress of a former try.</summary>
    /// <param name="file">File to import.</param>
    /// <param name="settings">Everything of the command line that changes what is read from it.</param>
    /// <param name="restart">True to begin anew.</param>
    /// <exception cref="CliException">There is a former try of another file or with other settings.</exception>
    public static ImportProgress Open(string file, string settings, bool restart)
    {
        var info = new FileInfo(file);
        var what = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {settings}"))));
        var path = file + ".ioc-import";
        if (restart || !File.Exists(path))
        {
            return new ImportProgress(path, what, new State(what, 0, 0, 0));
        }

        try
        {
            var state = JsonSerializer.Deserialize<State>(File.ReadAllText(path));
            if (state?.What == what)
            {
                return new ImportProgress(path, what, state);
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

    /// <summary>Notes that rows are done for good.</summary>
    public void Advance(long rows, int readings, int refused)
    {
        (Rows, Readings, Refused) = (rows, Readings + readings, Refused + refused);
        var next = _path + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(new State(_what, Rows, Readings, Refused)));
        File.Move(next, _path, overwrite: true);
    }

    /// <summary>Notes that all is done.</summary>
    public void Finish() => File.Delete(_path);

    private sealed record State(string What, long Rows, long Readings, long Refused);
}
