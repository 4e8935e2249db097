using System.Reflection;
using IOC.Host.Settings;
using IOC.Testing;
using Microsoft.Extensions.Configuration;

namespace IOC.Host.Tests;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.Equal("127.0.0.1:8080", Read().Http.Listen);

    [Fact]
    public void Short_and_long_forms_set_the_same() => Assert.Equal("127.0.0.1:9", Read("--mqtt", "127.0.0.1:9").Mqtt.Listen);

    [Theory]
    [InlineData("Ioc:Partitions", "65")]
    [InlineData("Ioc:Partitions", "four")]
    [InlineData("Ioc:Node", "Node 1")]
    [InlineData("Ioc:CheckpointSeconds", "0")]
    [InlineData("Ioc:Log:Level", "Loud")]
    [InlineData("Ioc:Http:Listen", "127.0.0.1")]
    [InlineData("Ioc:Http:Listen", "192.0.2.1:80", "Ioc:Security:Accounts", "Off")]
    [InlineData("Ioc:Mqtt:MaxPacketSize", "1")]
    [InlineData("Ioc:Mqtt:Listen", "")]
    [InlineData("Ioc:Mqtt:Listen", "127.0.0.1:0;nowhere")]
    [InlineData("Ioc:Mqtt:Tls:Listen", "192.0.2.1:8883")]
    [InlineData("Ioc:Mqtt:Tls:Certificate", "", "Ioc:Mqtt:Tls:Listen", "127.0.0.1:0")]
    [InlineData("Ioc:Mqtt:Tls:ClientCa", "", "Ioc:Mqtt:Tls:ClientCertificates", "Required")]
    [InlineData("Ioc:Mqtt:WebSocket:Listen", "127.0.0.1")]
    [InlineData("Ioc:Mqtt:WebSocket:AllowedOrigins", "https://a.example/page")]
    [InlineData("Ioc:Mqtt:Access:PasswordRounds", "1000")]
    [InlineData("Ioc:Mqtt:Authentication", "Nobody")]
    [InlineData("Ioc:Ingest:MaxValues", "0")]
    [InlineData("Ioc:ReadingLog:TailBytes", "-1")]
    [InlineData("Ioc:ReadingLog:Directory", "elsewhere")]
    [InlineData("Ioc:Grains:Quantum", "0")]
    [InlineData("Ioc:Detection:SpikeWarmUp", "1")]
    [InlineData("Ioc:Alerts:LateAfter", "00:00:00")]
    [InlineData("Ioc:Notification:MaxAttempts", "0")]
    [InlineData("Ioc:Notification:PageUrl", "page")]
    [InlineData("Ioc:Notification:Secrets:0:Name", "Chat!", "Ioc:Notification:Secrets:0:Hosts", "a")]
    [InlineData("Ioc:Notification:Secrets:0:Hosts", "", "Ioc:Notification:Secrets:0:Name", "chat")]
    [InlineData("Ioc:History:BlockReadings", "1")]
    [InlineData("Ioc:Histroy:BlockReadings", "512")]
    [InlineData("Ioc:Ingest:Formats:0:Format", "xml")]
    [InlineData("Ioc:Ingest:Formats:0:Topic", "a/#/b")]
    [InlineData("Ioc:Ingest:Formats:0:Topik", "a/b")]
    [InlineData("Ioc:Ingest:Formats:0:SeveralSensors", "true")]
    [InlineData("Ioc:Ingest:Sparkplug:MaxNodes", "0")]
    [InlineData("Ioc:Ingest:Sparkplug:Map:0:Unit", "furlong")]
    [InlineData("Ioc:Ingest:Sparkplug:Map:0:Sensor", "{device}!")]
    public void A_bad_setting_is_named_in_full(string setting, string value, string? other = null, string? otherValue = null)
    {
        string[] arguments = other is null ? [$"--{setting}={value}"] : [$"--{setting}={value}", $"--{other}={otherValue}"];
        var error = Assert.Throws<SettingsException>(() => Read(arguments));
        var named = setting switch
        {
            "Ioc:Histroy:BlockReadings" => "Ioc:Histroy",
            "Ioc:Ingest:Formats:0:SeveralSensors" => "Ioc:Ingest:Formats:0:Topic",
            _ => setting,
        };
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var error = Assert.Throws<SettingsException>(() => Read("--Ioc:Partitions=0", "--Ioc:Node=UPPER", "--http=nowhere"));
        Assert.Equal(3, error.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void An_address_of_the_network_needs_accounts()
    {
        Assert.Contains("Ioc:Security:Accounts", Assert.Throws<SettingsException>(() => Read("--http=0.0.0.0:80", "--Ioc:Security:Accounts=Off")).Message, StringComparison.Ordinal);
        Assert.Equal("0.0.0.0:80", Read("--http=0.0.0.0:80", "--Ioc:Security:Accounts=Required").Http.Listen);
        Assert.Equal("[::1]:80;127.0.0.1:80", Read("--http=[::1]:80;127.0.0.1:80", "--Ioc:Security:Accounts=Off").Http.Listen);
    }

    [Fact]
    public void The_web_side_of_the_network_lets_no_unknown_device_in()
    {
        string[] open = ["--http=0.0.0.0:80", "--Ioc:Security:Accounts=Required", "--Ioc:Mqtt:Authentication=Open"];
        Assert.StartsWith("Ioc:Mqtt:WebSocketOnHttp", Assert.Throws<SettingsException>(() => Read(open)).Message, StringComparison.Ordinal);
        Assert.NotNull(Read([.. open, "--Ioc:Mqtt:WebSocketOnHttp=false"]));
        Assert.NotNull(Read([.. open, "--Ioc:Security:AllowUnauthenticatedNetwork=true"]));
    }

    [Theory]
    [InlineData("Ioc:Mqtt:Listen", "--mqtt=0.0.0.0:1883")]
    [InlineData("Ioc:Mqtt:Listen", "--mqtt=[::]:1883", "--Ioc:Mqtt:Authentication=Open")]
    [InlineData("Ioc:Mqtt:WebSocket:Listen", "--Ioc:Mqtt:WebSocket:Listen=10.0.0.1:80")]
    public void Devices_of_the_network_need_credentials(string setting, params string[] arguments)
    {
        var message = Assert.Throws<SettingsException>(() => Read(arguments)).Message;
        Assert.StartsWith(setting, message, StringComparison.Ordinal);
        Assert.Contains("Ioc:Security:AllowUnauthenticatedNetwork", message, StringComparison.Ordinal);
        if (setting.StartsWith("Ioc:Mqtt", StringComparison.Ordinal))
        {
            Assert.Contains("Ioc:Mqtt:Authentication = Credentials", message, StringComparison.Ordinal);
            Assert.NotNull(Read([arguments[0], "--Ioc:Mqtt:Authentication=Credentials"]));
        }
    }

    [Theory]
    [InlineData("Authority", "https://id.example/?a=b")]
    [InlineData("Authority", "http://id.example/")]
    [InlineData("Authority", "")]
    [InlineData("ClientId", "")]
    [InlineData("ClientSecretFile", "/nowhere/at/all")]
    [InlineData("Scopes", "profile")]
    [InlineData("RoleClaims", ";")]
    [InlineData("NameClaim", "")]
    [InlineData("ButtonVi", "")]
    [InlineData("ButtonEn", "")]
    [InlineData("TokensAfterSignIn", "00:00:01")]
    [InlineData("RoleMap:0:Value", "")]
    [InlineData("RoleMap:0:Role", "king")]
    [InlineData("RoleMap:0:Districts", "Việt Yên")]
    [InlineData("RoleMap:0:Domains", "a b")]
    [InlineData("RoleMap:0:Districs", "d1")]
    public void A_bad_setting_of_single_sign_on_is_named_in_full(string setting, string value)
    {
        const string Section = "Ioc:Security:OpenId";
        string[] good =
        [
            $"--{Section}:Authority=https://id.example/realms/city", $"--{Section}:ClientId=ioc", $"--{Section}:RoleMap:0:Value=ops", $"--{Section}:RoleMap:0:Role=operator",
            $"--{Section}:RoleMap:0:Districts=d1;d2",
        ];
        Assert.True(Read(good).Security.OpenId.IsOn);
        Assert.Contains($"{Section}:{setting}", Assert.Throws<SettingsException>(() => Read([.. good, $"--{Section}:{setting}={value}"])).Message, StringComparison.Ordinal);
        Assert.Contains($"{Section}:RoleMap", Assert.Throws<SettingsException>(() => Read(good[..2])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data")]
    [InlineData("--verbose=yes")]
    [InlineData("data")]
    public void An_unknown_or_incomplete_argument_is_refused(string argument) =>
        Assert.Throws<SettingsException>(() => SettingsReader.CheckArguments([argument]));

    [Fact]
    public void The_reference_names_every_setting()
    {
        var reference = File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings.md"));
        var missing = Names("Ioc", typeof(IocOptions)).Except(SettingsReader.DerivedSettings, StringComparer.Ordinal)
            .Where(n => !reference.Contains($"`{n}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Names(string prefix, Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(p =>
            SettingsReader.ItemOf(p.PropertyType) is { } item ? Names($"{prefix}:{p.Name}:{{n}}", item)
            : p.PropertyType.IsClass && p.PropertyType != typeof(string) && !p.PropertyType.IsGenericType ? Names($"{prefix}:{p.Name}", p.PropertyType)
            : [$"{prefix}:{p.Name}"]);

    private static IocOptions Read(params string[] args)
    {
        SettingsReader.CheckArguments(args);
        return SettingsReader.Read(new ConfigurationBuilder()
            .AddCommandLine(args, new Dictionary<string, string>(SettingsReader.Switches, StringComparer.OrdinalIgnoreCase)).Build());
    }
}
