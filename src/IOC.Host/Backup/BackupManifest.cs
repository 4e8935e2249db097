using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Host.Backup;

/// <summary>A file of a backup.</summary>
/// <param name="Path">Where it belongs in the data folder, with '/'; files of the catalogue begin with <see cref="BackupFiles.CatalogueFolder"/>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Hash of its bytes, lower-case hexadecimal.</param>
/// <param name="Sqlite">Whether it is a database (and was copied as one).</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256, bool Sqlite);

/// <summary>How far each store of a partition is, as of the copies: the readers' offsets lie between the log's oldest batch less one and its newest.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="LogFirst">Oldest batch in the log.</param>
/// <param name="LogLast">Newest batch in the log.</param>
/// <param name="State">Batch up to which sensors', districts' and detectors' states are.</param>
/// <param name="History">The same of history; null where it is kept elsewhere.</param>
/// <param name="Alerts">Batch up to which alerts are stored; null where the registry is kept elsewhere.</param>
public sealed record BackupPosition(int Partition, long LogFirst, long LogLast, long State, long? History, long? Alerts);

/// <summary>What a backup holds: manifest.json, written last, so that a folder without one is no backup.</summary>
/// <param name="Format">Version of this layout.</param>
/// <param name="Id">Name of the backup and of its folder.</param>
/// <param name="Product">Version of the program that made it.</param>
/// <param name="Node">Node.</param>
/// <param name="BeganAt">Everything that was acknowledged before is in it.</param>
/// <param name="EndedAt">When it was complete and checked.</param>
/// <param name="Online">Whether the host was running.</param>
/// <param name="Files">The files, in the order in which they were copied.</param>
/// <param name="Positions">How far each store was.</param>
/// <param name="Missing">What is kept elsewhere and must be saved there: "history" (InfluxDB), "registry" (a database server).</param>
public sealed record BackupManifest(
    int Format, string Id, string Product, string Node, DateTimeOffset BeganAt, DateTimeOffset EndedAt, bool Online, IReadOnlyList<BackupFile> Files,
    IReadOnlyList<BackupPosition> Positions, IReadOnlyList<string> Missing)
{
    /// <summary>The present layout. What is newer is refused.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the file.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Bytes of all files.</summary>
    public long TotalBytes() => Files.Sum(f => f.Bytes);

    /// <summary>Reads the manifest of a backup's folder.</summary>
    /// <exception cref="BackupException">There is none, or it cannot be understood.</exception>
    internal static BackupManifest Read(string folder)
    {
        var path = System.IO.Path.Combine(folder, FileName);
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), s_json) ?? throw new JsonException("It is empty.");
            if (manifest.Format > CurrentFormat)
            {
                throw new BackupException(new LocalText(
                    $"{path}: bản sao lưu do phiên bản mới hơn tạo (định dạng {manifest.Format}); hãy dùng phiên bản đó.",
                    $"{path}: a newer version made this backup (format {manifest.Format}); use that version."));
            }

            return manifest.Files is null || manifest.Positions is null || manifest.Files.Any(f => !BackupFiles.IsSafe(f.Path)) ? throw new JsonException("Parts of it are missing.") : manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(new LocalText(
                $"{folder} không phải bản sao lưu hoàn chỉnh: không đọc được {FileName} ({e.Message})", $"{folder} is no complete backup: its {FileName} cannot be read ({e.Message})"), e);
        }
        catch (JsonException e)
        {
            throw new BackupException(new LocalText($"{path} bị hỏng: {e.Message}", $"{path} is damaged: {e.Message}"), e);
        }
    }

    /// <summary>Writes it as the last file of a backup.</summary>
    internal void Write(string folder)
    {
        var path = System.IO.Path.Combine(folder, FileName);
        using (var file = BackupFiles.Create(path + ".new"))
        {
            JsonSerializer.Serialize(file, this, s_json);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path);
    }
}

/// <summary>A backup cannot be made, read or restored; the message says why and what to do.</summary>
internal sealed class BackupException(LocalText text, Exception? inner = null) : Exception(text.En, inner)
{
    /// <summary>The message in both languages.</summary>
    public LocalText Text => text;
}
