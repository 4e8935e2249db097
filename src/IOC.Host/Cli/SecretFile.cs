using System.Globalization;
using System.Text.Json;
using CsvHelper;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>A new CSV file of names and secrets that only its owner can read. Opened before any secret is made, so that none is lost
/// for want of a place.</summary>
internal sealed class SecretFile : IDisposable
{
    private readonly StreamWriter _file;
    private readonly CsvWriter _csv;

    private SecretFile(StreamWriter file)
    {
        _file = file;
        _csv = new CsvWriter(file, CultureInfo.InvariantCulture);
        _csv.WriteField("name");
        _csv.WriteField("secret");
        _csv.NextRecord();
    }

    public static SecretFile Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new SecretFile(new StreamWriter(path, options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, Say(
                $"The file of secrets must be a new one that can be written: {e.Message}", $"Tệp mật khẩu phải là tệp mới và ghi được: {e.Message}"));
        }
    }

    /// <summary>Writes what was made; on disk when it returns.</summary>
    public void Write(JsonElement made)
    {
        foreach (var device in made.EnumerateArray())
        {
            if (device.GetProperty("secret").GetString() is { } secret)
            {
                _csv.WriteField(device.GetProperty("name").GetString());
                _csv.WriteField(secret);
                _csv.NextRecord();
            }
        }

        _csv.Flush();
        _file.Flush();
        ((FileStream)_file.BaseStream).Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }
}
