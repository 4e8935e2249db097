using System.Globalization;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The real host on a disk that becomes read-only under it, and on one that is from the start.</summary>
public sealed class ReadOnlyDiskTests
{
    private const string Topic = "ioc/v1/d1/environment/s1/telemetry";

    [NeedsFrozenFilesFact]
    public async Task A_disk_that_becomes_read_only_refuses_says_so_keeps_what_was_acknowledged_and_goes_on_by_itself()
    {
        using var folder = new TempDirectory();
        var data = folder.Combine("data");
        await using var host = await HostProcess.StartAsync(data, Catalogue(folder), "--Ioc:CheckpointSeconds=1");
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = host.MqttPort, ClientId = "c", Version = MqttVersion.V500, Reconnect = false });
        await client.ConnectAsync();
        var clients = new List<MqttClient>();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000;
        var (next, stored) = (now, new List<long>());
        while (stored.Count < 20)
        {
            Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, ++next));
            stored.Add(next);
        }

        string? alert = null;
        await Eventually.HoldsAsync(
            async () => (alert = (await host.GetAsync("/api/v1/alerts")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("id").GetString()).SingleOrDefault()) is not null, "the alert");
        NeedsFrozenFilesFactAttribute.Freeze(data, frozen: true);
        try
        {
            for (var refused = 0; refused < 3;)
            {
                // One that is on its way when it happens may still be stored, and must then be there.
                // What cannot be stored is not answered: the connection is closed, and the device sends again to the next.
                var device = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = host.MqttPort, ClientId = $"c{next}", Version = MqttVersion.V500, Reconnect = false });
                clients.Add(device);
                await device.ConnectAsync();
                var isStored = await IsStoredAsync(device, ++next);
                stored.AddRange(isStored ? [next] : []);
                refused += isStored ? 0 : 1;
                Assert.True(stored.Count < 100, "publishes are refused while nothing can be written");
            }

            var (status, problem) = await host.PostAsync($"/api/v1/alerts/{alert}/note", new { @operator = "vh01", note = "x" });
            Assert.Equal(503, status);
            Assert.Equal("not_stored", problem.GetProperty("title").GetString());
            using var health = await host.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            Assert.Equal(503, (int)health.StatusCode);
            var text = await health.Content.ReadAsStringAsync();
            Assert.Contains("The disk cannot be written", text, StringComparison.Ordinal);
            await using var page = await HubClient.ConnectAsync(host.Http);
            await page.UntilAsync(u => u.GetProperty("fleet").GetProperty("storage").GetString() == "failing", "the page to be told");
        }
        finally
        {
            NeedsFrozenFilesFactAttribute.Freeze(data, frozen: false);
            foreach (var device in clients)
            {
                await device.DisposeAsync();
            }
        }

        await Eventually.HoldsAsync(async () => (await host.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode, "the host to go on by itself");
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, ++next));
        stored.Add(next);
        await Eventually.HoldsAsync(
            async () =>
            {
                var rows = await StoredAsync(host, now, next);
                return stored.TrueForAll(rows.Contains);
            },
            "every acknowledged reading in history");
        Assert.Equal(200, (await host.PostAsync($"/api/v1/alerts/{alert}/note", new { @operator = "vh01", note = "y" })).Status);
        Assert.Equal(0, await host.TerminateAsync());
    }

    [NeedsMountFact]
    public async Task A_start_on_a_read_only_disk_says_so_and_ends()
    {
        using var folder = new TempDirectory();
        var disk = Directory.CreateDirectory(folder.Combine("disk")).FullName;
        Assert.True(NeedsMountFactAttribute.Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk));
        try
        {
            var data = Path.Combine(disk, "data");
            Directory.CreateDirectory(Path.Combine(data, "run"));
            Assert.True(NeedsMountFactAttribute.Run("mount", "-o", "remount,ro", disk));
            var (code, said) = await HostProcess.RunToEndAsync(data, Catalogue(folder));
            Assert.Equal(2, code);
            Assert.Contains($"Ioc:DataDirectory = '{data}'", said, StringComparison.Ordinal);
            Assert.Contains("mounted read-only", said, StringComparison.Ordinal);
            Assert.Contains("gắn chỉ đọc", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
        finally
        {
            NeedsMountFactAttribute.Run("umount", "-l", disk);
        }
    }

    private static string Catalogue(TempDirectory folder) => new TestCatalogue(folder.Combine("catalogue"))
        .Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write();

    private static async Task<HashSet<long>> StoredAsync(HostProcess host, long fromMs, long toMs)
    {
        var (from, to) = (Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(fromMs).ToString("O")), Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(toMs + 1).ToString("O")));
        return [.. (await host.GetAsync($"/api/v1/history?sensor=s1&property=pm25&from={from}&to={to}&limit=5000")).GetProperty("points").EnumerateArray().Select(p => p[0].GetInt64())];
    }

    private static async Task<bool> IsStoredAsync(MqttClient client, long ts)
    {
        try
        {
            return await PublishAsync(client, ts) == MqttReasonCode.Success;
        }
        catch (MqttConnectionException)
        {
            return false;
        }
    }

    private static async Task<MqttReasonCode> PublishAsync(MqttClient client, long ts) => await client.PublishAsync(
        Topic, System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{ts}}},"v":{"pm25":120}}""")), MqttQos.AtLeastOnce);
}

/// <summary>A test that makes files immutable, open ones too, as a disk is that was mounted anew for reading only: skipped where that is not allowed.</summary>
public sealed class NeedsFrozenFilesFactAttribute : FactAttribute
{
    public NeedsFrozenFilesFactAttribute()
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("file");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (!Freeze(folder.Combine("file"), frozen: true))
        {
            Skip = "files cannot be made immutable here";
            return;
        }

        try
        {
            file.WriteByte(1);
            Skip = "open files can be written here when they are immutable";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As it should be.
        }
        finally
        {
            Freeze(path, frozen: false);
        }
    }

    /// <summary>Makes a file, or a folder with all that is in it, immutable or not; all but what is shared in memory: where the system takes that
    /// away it ends the process, which is what <see cref="KillTests"/> is about.</summary>
    public static bool Freeze(string path, bool frozen)
    {
        var all = Directory.Exists(path)
            ? Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)).Append(path)
            : [path];
        return NeedsMountFactAttribute.Run("chattr", [frozen ? "+i" : "-i", .. all]);
    }
}
