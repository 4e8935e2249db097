using System.Diagnostics;
using System.Globalization;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The real host on a disk that is really full: a small file system of its own, filled to the last byte.</summary>
public sealed class DiskFullTests
{
    private const string Topic = "ioc/v1/d1/environment/s1/telemetry";

    [NeedsMountFact]
    public async Task A_full_disk_refuses_says_so_and_goes_on_by_itself()
    {
        using var folder = new TempDirectory();
        using var disk = new SmallDisk(folder.Combine("disk"));
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 60, "pm25");
        await using var host = await HostProcess.StartAsync(Path.Combine(disk.Path, "data"), catalogue.Write(), "--Ioc:CheckpointSeconds=1");
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = host.MqttPort, ClientId = "c", Version = MqttVersion.V500, Reconnect = false });
        await client.ConnectAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000;
        var stored = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, now + i));
            stored.Add(now + i);
        }

        disk.Fill();
        var refused = 0;
        var next = now + 20;
        await Eventually.HoldsAsync(
            async () =>
            {
                // What fitted in what was left is acknowledged, and must then be there.
                var reason = await PublishAsync(client, ++next);
                stored.AddRange(reason == MqttReasonCode.Success ? [next] : []);
                refused += reason == MqttReasonCode.QuotaExceeded ? 1 : 0;
                disk.Fill();
                return refused >= 3;
            },
            "publishes to be refused with quota exceeded");
        Assert.Equal(MqttReasonCode.QuotaExceeded, await client.PublishAsync("state/x", "1"u8.ToArray(), MqttQos.AtLeastOnce, retain: true));
        using (var health = await host.Client.GetAsync(new Uri("/health/ready", UriKind.Relative)))
        {
            Assert.Equal(503, (int)health.StatusCode);
            var text = await health.Content.ReadAsStringAsync();
            Assert.Contains("The disk is full", text, StringComparison.Ordinal);
        }

        // A 3.1.1 client cannot be told: it is closed without an answer, and loses nothing. Others go on.
        using (var old = await RawMqtt.ConnectAsync(host.MqttPort, "old"))
        {
            await Assert.ThrowsAsync<IOException>(() => old.PublishAsync(Topic, Payload(now + 999)));
        }

        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("ioc/v1/d1/environment/s1/cmd", "{}"u8.ToArray(), MqttQos.AtLeastOnce));

        disk.Empty();
        await Eventually.HoldsAsync(async () => (await host.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode, "the host to go on by itself");
        await Eventually.HoldsAsync(async () => await client.PublishAsync("state/x", "2"u8.ToArray(), MqttQos.AtLeastOnce, retain: true) == MqttReasonCode.Success, "retained messages to be taken again");
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, ++next));
        stored.Add(next);
        await Eventually.HoldsAsync(
            async () =>
            {
                var from = Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(now).ToString("O"));
                var to = Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(next + 1).ToString("O"));
                var rows = (await host.GetAsync($"/api/v1/history?sensor=s1&property=pm25&from={from}&to={to}&limit=5000")).GetProperty("points").EnumerateArray()
                    .Select(p => p[0].GetInt64()).ToHashSet();
                return stored.TrueForAll(rows.Contains);
            },
            "every acknowledged reading in history");
        Assert.Equal(0, await host.TerminateAsync());
    }

    private static string Payload(long ts) => string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{ts}}},"v":{"pm25":12}}""");

    private static async Task<MqttReasonCode> PublishAsync(MqttClient client, long ts) =>
        await client.PublishAsync(Topic, System.Text.Encoding.UTF8.GetBytes(Payload(ts)), MqttQos.AtLeastOnce);

    /// <summary>A file system of 24 MiB in memory.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly string _ballast;

        public SmallDisk(string path)
        {
            Path = path;
            Directory.CreateDirectory(path);
            Assert.True(NeedsMountFactAttribute.Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", path));
            _ballast = System.IO.Path.Combine(path, "ballast");
        }

        public string Path { get; }

        /// <summary>Takes all the room that there is.</summary>
        public void Fill()
        {
            using var file = new FileStream(_ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 1);
            try
            {
                var block = new byte[4096];
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Empty() => File.Delete(_ballast);

        public void Dispose() => NeedsMountFactAttribute.Run("umount", "-l", Path);
    }
}

/// <summary>A test that mounts a file system: skipped where that is not allowed.</summary>
public sealed class NeedsMountFactAttribute : FactAttribute
{
    public NeedsMountFactAttribute()
    {
        var path = Directory.CreateTempSubdirectory("ioc-mount-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path))
        {
            Run("umount", path);
        }
        else
        {
            Skip = "file systems cannot be mounted here";
        }

        Directory.Delete(path);
    }

    internal static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
