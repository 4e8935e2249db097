using System.Text.Json;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Acceptance.Tests;

/// <summary>ioc doctor beside a running host, without one, and where something is wrong.</summary>
public sealed class DoctorTests
{
    private static readonly string[] s_free = ["--set", "Ioc:Http:Listen=127.0.0.1:0", "--set", "Ioc:Mqtt:Listen=127.0.0.1:0"];

    [Fact]
    public async Task It_finds_nothing_wrong_with_a_good_host_running_or_not_and_names_what_is_damaged()
    {
        using var folder = new TempDirectory();
        var data = folder.Combine("data");
        await using (var host = await HostProcess.StartAsync(data))
        {
            var running = await ExamineAsync(0, data, s_free);
            Assert.Equal("Ok", running["health:ready"]);
            Assert.Equal("Ok", running["settings"]);
            Assert.Equal("Ok", running["catalogue"]);
            Assert.Equal("Ok", running["database:log/reading-log.db"]);
            Assert.Equal("Ok", running["database:registry/registry.db"]);
            Assert.Equal("Ok", running["clock"]);
            Assert.Equal("Warn", running["backup"]);
            Assert.Equal(0, await host.TerminateAsync());
        }

        var text = await HostProcess.CommandAsync("vi", ["doctor", "--data", data, .. s_free]);
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("OK    settings: Cài đặt hợp lệ.", text.Output, StringComparison.Ordinal);

        Damage(Path.Combine(data, "registry", "registry.db"));
        var damaged = await ExamineAsync(1, data, s_free);
        Assert.Equal("Fail", damaged["database:registry/registry.db"]);
        Assert.Equal("Ok", damaged["database:log/reading-log.db"]);
    }

    [Fact]
    public async Task A_bad_setting_a_port_in_use_an_expired_certificate_and_a_clock_set_back_are_failures()
    {
        using var folder = new TempDirectory();
        var data = folder.Combine("data");
        Assert.Equal("Fail", (await ExamineAsync(1, data, ["--set", "Ioc:Partitions=0"]))["settings"]);

        await using (var host = await HostProcess.StartAsync(data))
        {
            // Another folder, the same port.
            var other = await ExamineAsync(1, folder.Combine("other"), ["--set", $"Ioc:Mqtt:Listen=127.0.0.1:{host.MqttPort}", "--set", "Ioc:Http:Listen=127.0.0.1:0"]);
            Assert.Equal("Fail", other[$"port:127.0.0.1:{host.MqttPort}"]);
            Assert.Equal(0, await host.TerminateAsync());
        }

        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "log", "reading-log.db"), Pooling = false }.ToString()))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE batch SET last_received = last_received + 86400000";
            Assert.True(command.ExecuteNonQuery() > 0, "the log holds batches");
        }

        var certificate = folder.Combine("old.pem");
        await File.WriteAllTextAsync(certificate, Expired());
        var findings = await ExamineAsync(1, data, [.. s_free, "--set", "Ioc:Mqtt:Tls:Listen=127.0.0.1:0", "--set", $"Ioc:Mqtt:Tls:Certificate={certificate}"]);
        Assert.Equal("Fail", findings["clock"]);
        Assert.Equal("Fail", findings[$"certificate:{certificate}"]);
    }

    private static async Task<Dictionary<string, string>> ExamineAsync(int code, string data, string[] more)
    {
        var run = await HostProcess.CommandAsync("en", ["doctor", "--json", "--data", data, .. more]);
        Assert.True(run.ExitCode == code, $"{run.ExitCode} {run.Output} {run.Error}");
        return JsonDocument.Parse(run.Output).RootElement.EnumerateArray().GroupBy(f => f.GetProperty("check").GetString()!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().GetProperty("level").GetString()!, StringComparer.Ordinal);
    }

    private static void Damage(string path)
    {
        using var file = new FileStream(path, FileMode.Open);
        for (var page = 2; page < 20; page++)
        {
            file.Position = 4096L * page;
            file.Write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        }
    }

    private static string Expired()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=ioc", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return certificate.ExportCertificatePem();
    }
}
