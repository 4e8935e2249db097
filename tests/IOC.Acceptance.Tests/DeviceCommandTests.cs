using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>ioc devices against a real host.</summary>
public sealed class DeviceCommandTests
{
    [Fact]
    public async Task Credentials_are_made_rotated_banned_and_removed_from_the_shell()
    {
        using var folder = new TempDirectory();
        var data = folder.Combine("data");
        await using var host = await HostProcess.StartAsync(data, "--Ioc:Mqtt:Authentication=Credentials");
        var secret = (await RunAsync(0, "add", "aq-1", "--note", "roof", "--sensor", "aq-1", "aq-7")).Trim();
        using var device = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", secret);
        Assert.Equal(0, device.Code);
        Assert.Contains("aq-1\tdevice\taq-1 aq-7\tfalse\t", await RunAsync(0, "list"), StringComparison.Ordinal);
        Assert.Contains("a\taq-1\t127.0.0.1:", await RunAsync(0, "connections"), StringComparison.Ordinal);
        Assert.Equal("allowed", (await RunAsync(0, "check", "aq-1", "publish", "ioc/v1/x/air/aq-7/telemetry")).Trim());
        Assert.Equal("denied", (await RunAsync(1, "check", "aq-1", "subscribe", "#")).Trim());
        var next = (await RunAsync(0, "rotate", "aq-1", "--grace-hours", "0")).Trim();
        Assert.NotNull(await device.ReceiveAsync());
        using var again = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", next);
        Assert.Equal(0, again.Code);
        await RunAsync(0, "disable", "aq-1");
        await RunAsync(0, "enable", "aq-1");
        await RunAsync(0, "bans", "add", "198.51.100.0/24", "--reason", "scan");
        Assert.Contains("198.51.100.0/24\tscan", await RunAsync(0, "bans"), StringComparison.Ordinal);
        await RunAsync(0, "bans", "lift", "198.51.100.0/24");
        await RunAsync(0, "remove", "aq-1");
        Assert.DoesNotContain("aq-1", await RunAsync(0, "list"), StringComparison.Ordinal);
        Assert.Contains("ioc/v1/+/+/%s/cmd", await RunAsync(0, "profiles"), StringComparison.Ordinal);

        async Task<string> RunAsync(int code, params string[] arguments)
        {
            var run = await HostProcess.CommandAsync("en", ["devices", .. arguments, "--data", data]);
            Assert.True(run.ExitCode == code, $"{string.Join(' ', arguments)}: {run.ExitCode} {run.Output} {run.Error}");
            return run.Output;
        }
    }

    [Fact]
    public async Task A_fleet_comes_from_a_file_and_its_secrets_go_to_one_that_only_the_owner_reads()
    {
        using var folder = new TempDirectory();
        var data = folder.Combine("data");
        await using var host = await HostProcess.StartAsync(data, "--Ioc:Mqtt:Authentication=Credentials");
        var (fleet, secrets) = (folder.Combine("fleet.csv"), folder.Combine("secrets.csv"));
        await File.WriteAllLinesAsync(fleet, ["name,profile,sensors,rules,note", "gw-1,,\"aq-1 aq-2\",,roof", "bad name,,,,", "gw-2,fleet,,\"allow publish x/%u; deny retain #\",", "gw-3,nothing,,,"]);
        var dry = await HostProcess.CommandAsync("en", "devices", "import", fleet, "--dry-run", "--data", data);
        Assert.Equal((1, "2 would be made, 2 refused."), (dry.ExitCode, dry.Output.Trim()));
        Assert.Equal(0, (await host.GetAsync("/api/v1/devices")).GetProperty("total").GetInt32());
        var run = await HostProcess.CommandAsync("vi", "devices", "import", fleet, "--secrets", secrets, "--data", data);
        Assert.Equal((1, "Đã tạo 2, từ chối 2."), (run.ExitCode, run.Output.Trim()));
        Assert.Contains("gw-3: Không có hồ sơ quyền", run.Error, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(secrets) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), "mode 0600");
        var lines = await File.ReadAllLinesAsync(secrets);
        Assert.Equal(["name", "gw-1", "gw-2"], lines.Select(l => l.Split(',')[0]));
        using var device = await DeviceSocket.OpenAsync(host.MqttPort, "a", "gw-1", lines[1].Split(',')[1]);
        Assert.Equal(0, device.Code);
        Assert.Equal(0, await device.PublishAsync("ioc/v1/viet-yen/air/aq-2/telemetry", """{"v":{"pm25":1}}"""));

        var sensors = await HostProcess.CommandAsync("en", "devices", "for-sensors", "--secrets", folder.Combine("all.csv"), "--data", data);
        Assert.Equal((0, "500 made, 0 refused."), (sensors.ExitCode, sensors.Output.Trim()));
        Assert.Equal(501, (await File.ReadAllLinesAsync(folder.Combine("all.csv"))).Length);
        var export = folder.Combine("export.csv");
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "devices", "export", export, "--data", data)).ExitCode);
        var exported = await File.ReadAllTextAsync(export);
        Assert.Contains("gw-2,fleet,gw-2,allow publish x/%u; deny retain #", exported, StringComparison.Ordinal);
        Assert.DoesNotContain(lines[1].Split(',')[1], exported, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_and_has_an_exit_code()
    {
        using var folder = new TempDirectory();
        var none = await HostProcess.CommandAsync("en", "devices", "list", "--data", folder.Path);
        Assert.Equal(3, none.ExitCode);
        Assert.Contains("No host runs on that folder", none.Error, StringComparison.Ordinal);
        var unreachable = await HostProcess.CommandAsync("vi", "devices", "list", "--server", "http://127.0.0.1:1");
        Assert.Equal(3, unreachable.ExitCode);
        Assert.Contains("Không kết nối được", unreachable.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await HostProcess.CommandAsync("en", "devices", "fly")).ExitCode);
        Assert.Equal(2, (await HostProcess.CommandAsync("en", "devices", "list", "--server", "nowhere")).ExitCode);
        var help = await HostProcess.CommandAsync("vi", "devices", "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("Tài khoản thiết bị", help.Output, StringComparison.Ordinal);
    }
}
