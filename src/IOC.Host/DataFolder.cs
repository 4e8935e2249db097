using System.Net;
using System.Text.Json;
using IOC.Host.Settings;
using IOC.Host.Transports;

namespace IOC.Host;

/// <summary>The data folder: made when absent, and held by one host at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>What this folder's data are known by, over restarts. A backup does not carry it, so what a restore makes has another.</summary>
    public string Identity
    {
        get
        {
            var file = Combine("run", "identity");
            if (File.Exists(file) && Guid.TryParseExact(File.ReadAllText(file).Trim(), "N", out var known))
            {
                return known.ToString("N");
            }

            var made = Guid.NewGuid().ToString("N");
            File.WriteAllText(file + ".new", made);
            File.Move(file + ".new", file, overwrite: true);
            return made;
        }
    }

    private string EndpointsFile => Combine("run", "endpoints.json");

    /// <summary>Takes hold of a folder.</summary>
    /// <exception cref="SettingsException">It cannot be made or written, or another host has it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            var full = System.IO.Path.GetFullPath(path);
            if (File.Exists(System.IO.Path.Combine(full, Backup.BackupFiles.UnfinishedRestore)))
            {
                throw new SettingsException([$"Ioc:DataDirectory = '{path}': a backup was not restored into it to the end. Run `ioc restore` again."]);
            }

            var run = Directory.CreateDirectory(System.IO.Path.Combine(full, "run"));
            var held = new FileStream(System.IO.Path.Combine(run.FullName, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(full, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Ioc:DataDirectory = '{path}': {e.Message} Is another host running on it, or is it not writable (another user's, a disk mounted read-only)?"
                + " / Máy chủ khác đang dùng thư mục này, hay không ghi được vào đó (thuộc người dùng khác, ổ đĩa gắn chỉ đọc)?"]);
        }
    }

    /// <summary>Whether a host runs on a folder now.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var held = new FileStream(System.IO.Path.Combine(path, "run", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Says where the running host listens, for scripts and tests: the first web and MQTT addresses, and all of them.</summary>
    public void WriteEndpoints(IReadOnlyList<BoundListener> listeners)
    {
        var temporary = EndpointsFile + ".new";
        var web = listeners.FirstOrDefault(l => l.Kind == "http") ?? listeners.First(l => l.Kind == "https");
        File.WriteAllText(temporary, JsonSerializer.Serialize(new
        {
            http = $"{web.Kind}://{Reachable(web.Address)}",
            mqtt = listeners.FirstOrDefault(l => l.Kind == "mqtt") is { } mqtt ? Reachable(mqtt.Address) : "",
            listeners = listeners.Select(l => new { kind = l.Kind, address = l.Address }),
            pid = Environment.ProcessId,
        }));
        File.Move(temporary, EndpointsFile, overwrite: true);
    }

    // What listens on all addresses is reached by that of this machine, under a name that the host answers to.
    private static string Reachable(string address)
    {
        var listens = IPEndPoint.Parse(address);
        return listens.Address.Equals(IPAddress.Any) ? $"127.0.0.1:{listens.Port}" : listens.Address.Equals(IPAddress.IPv6Any) ? $"[::1]:{listens.Port}" : address;
    }

    public void Dispose()
    {
        File.Delete(EndpointsFile);
        _lock.Dispose();
    }
}
