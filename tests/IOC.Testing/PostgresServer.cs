using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace IOC.Testing;

/// <summary>Debian's PostgreSQL in processes of its own, on a port of loopback that it keeps over restarts. It ends with the process that started it.</summary>
/// <remarks>Its databases sort texts as Vietnamese does, so that a test notices what relies on the server's order.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The one that may do everything.</summary>
    public const string Admin = "admin";

    /// <summary>Its password.</summary>
    public const string AdminPassword = "admin's secret";

    private readonly string _folder;
    private Process? _keeper;

    private PostgresServer(string folder) => _folder = folder;

    /// <summary>Folder of its programs; null when it is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "postgres")))
            .OrderByDescending(d => int.Parse(Path.GetFileName(Path.GetDirectoryName(d)!), CultureInfo.InvariantCulture)).FirstOrDefault()
        : null;

    /// <summary>Port of loopback.</summary>
    public int Port { get; } = MosquittoBroker.FreePort();

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes a server with nothing in it and starts it.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        if (Programs is null)
        {
            throw new InvalidOperationException("PostgreSQL is not installed; ./test.sh installs it (Debian: postgresql)");
        }

        // In memory where that is possible: every commit is synced, and the machine's disk has other tests to serve.
        var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var server = new PostgresServer(Path.Combine(parent, $"ioc-postgres-{Guid.NewGuid():N}"));
        Directory.CreateDirectory(server._folder);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", ["nobody", server._folder]);
        }

        var passwordFile = Path.Combine(server._folder, "password");
        await File.WriteAllTextAsync(passwordFile, AdminPassword);
        await AsUserAsync(
            "initdb", "--no-sync", "-D", server.Data, "-U", Admin, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8",
            "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi");
        server.Keep();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it again and waits until it takes connections.</summary>
    public Task StartAgainAsync() => AsUserAsync(
        "pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-o",
        $"-p {Port.ToString(CultureInfo.InvariantCulture)} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c max_connections=300 -c autovacuum=off", "start");

    /// <summary>Ends it as a crash would: nothing is closed, nothing written down.</summary>
    public Task CrashAsync() => AsUserAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            _keeper.StandardInput.Close();
            await _keeper.WaitForExitAsync();
            _keeper.Dispose();
            _keeper = null;
        }
    }

    // Ends the server and removes its folder when this process ends, however it ends: its input is closed then.
    private void Keep() => _keeper = Process.Start(AsUser(
        "/bin/sh", "-c", $"cat >/dev/null; {Path.Combine(Programs!, "pg_ctl")} -D {Data} -m immediate -w stop; rm -rf {_folder}"));

    private static Task AsUserAsync(string program, params string[] arguments)
    {
        var start = AsUser(Path.Combine(Programs!, program), arguments);
        return RunAsync(start.FileName, start.ArgumentList);
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}{await output}");
    }

    // It refuses to run as root.
    private static ProcessStartInfo AsUser(string program, params string[] arguments) => new(
        Environment.IsPrivilegedProcess ? "setpriv" : program,
        Environment.IsPrivilegedProcess ? ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program, .. arguments] : arguments)
    {
        UseShellExecute = false,
        WorkingDirectory = "/",
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    };
}
