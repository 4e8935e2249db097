using System.Text;
using IOC.Telemetry;

namespace IOC.Commands.Tests;

public sealed class CommandMessageTests
{
    private const string Id = "n1-0123456789abcdef0123456789abcdef";
    private readonly CommandSamples _samples = new();

    [Fact]
    public void Commands_have_the_documented_bytes()
    {
        var dim = _samples.Dim() with { Id = Id, Arguments = new CommandArguments(Level: 40, ForSeconds: 3600) };
        Assert.Equal(
            $$"""{"id":"{{Id}}","name":"dim","args":{"level":40,"for":3600},"issued":1760000000000,"expires":1760003600000}""",
            Encoding.UTF8.GetString(CommandMessage.Write(dim)));
        Assert.Contains("\"name\":\"switch\",\"args\":{\"on\":false}", Encoding.UTF8.GetString(CommandMessage.Write(dim with { Kind = CommandKind.Switch, Arguments = new(On: false) })), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"auto\",\"args\":{}", Encoding.UTF8.GetString(CommandMessage.Write(dim with { Kind = CommandKind.Auto, Arguments = new() })), StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_are_the_devices_own()
    {
        var lamp = _samples.Lamp();
        Assert.Equal("ioc/v1/bac-giang/lighting/lamp-1/cmd", CommandMessage.Topic(lamp));
        var ack = Encoding.UTF8.GetBytes(CommandMessage.AckTopic(lamp));
        Assert.True(CommandMessage.IsAckTopic(ack));
        Assert.Equal(lamp.Path, CommandMessage.PathOfAckTopic(ack));
        Assert.False(CommandMessage.IsAckTopic(Encoding.UTF8.GetBytes(CommandMessage.Topic(lamp))));
    }

    [Theory]
    [InlineData("accepted", CommandAnswer.Accepted)]
    [InlineData("done", CommandAnswer.Done)]
    [InlineData("failed", CommandAnswer.Failed)]
    [InlineData("rejected", CommandAnswer.Rejected)]
    public void Answers_are_read(string status, CommandAnswer answer)
    {
        Assert.Equal(new CommandAck(Id, answer, null), Read($$"""{"id":"{{Id}}","status":"{{status}}"}""", out _));
        Assert.Equal(new CommandAck(Id, answer, "hỏng"), Read($$""" {"more":[1],"detail":"hỏng","status":"{{status}}","id":"{{Id}}"} """, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("done")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"status":"done"}""")]
    [InlineData("""{"id":"n1-0123456789abcdef0123456789abcdef","status":"DONE"}""")]
    [InlineData("""{"id":"n1-0123456789abcdef0123456789abcdef"}""")]
    [InlineData("""{"id":"somebody","status":"done"}""")]
    [InlineData("""{"id":"n1-0123456789abcdef0123456789abcdef","status":"done"}{}""")]
    [InlineData("""{"id":"n1-0123456789abcdef0123456789abcdef","status":"done","detail":"\ud800"}""")]
    [InlineData("""{"id":"n1-0123456789abcdef0123456789abcdef","status":"done","x":[[[[[[[[[[]]]]]]]]]]}""")]
    public void What_is_no_answer_is_told(string payload)
    {
        Assert.Null(Read(payload, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Large_answers_and_bytes_that_are_no_text_are_refused()
    {
        Assert.Null(CommandMessage.ReadAck(new byte[CommandMessage.MaxAckBytes + 1], out _));
        Assert.Null(CommandMessage.ReadAck([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], out _));
        byte[] bad = [.. Encoding.ASCII.GetBytes($$"""{"id":"{{Id}}","status":"done","detail":" """), 0xFF, (byte)'"', (byte)'}'];
        Assert.Null(CommandMessage.ReadAck(bad, out _));
    }

    [Fact]
    public void Mutated_answers_never_throw()
    {
        var random = new Random(7);
        var good = Encoding.UTF8.GetBytes($$"""{"id":"{{Id}}","status":"done","detail":"xong"}""");
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = good.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var ack = CommandMessage.ReadAck(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out var problem);
            Assert.NotEqual(ack is null, problem.Length == 0);
        }
    }

    [Fact]
    public void Light_that_reports_what_is_commanded_takes_commands()
    {
        Assert.Equal([CommandKind.Switch, CommandKind.Dim, CommandKind.Auto], CommandKinds.Of(Sensor("lighting", "power", "dim")));
        Assert.Equal([CommandKind.Switch, CommandKind.Auto], CommandKinds.Of(Sensor("lighting", "power")));
        Assert.Empty(CommandKinds.Of(Sensor("lighting", "temp")));
        Assert.Empty(CommandKinds.Of(Sensor("power", "power", "dim")));
    }

    [Fact]
    public void Arguments_must_fit_the_kind()
    {
        (CommandKind Kind, CommandArguments Arguments)[] good =
        [
            (CommandKind.Switch, new(On: true)), (CommandKind.Switch, new(On: false, ForSeconds: 60)), (CommandKind.Dim, new(Level: 0)),
            (CommandKind.Dim, new(Level: 100, ForSeconds: CommandArguments.MaxForSeconds)), (CommandKind.Auto, new()),
        ];
        (CommandKind Kind, CommandArguments Arguments)[] bad =
        [
            (CommandKind.Switch, new()), (CommandKind.Switch, new(On: true, Level: 3)), (CommandKind.Dim, new()), (CommandKind.Dim, new(Level: -1)),
            (CommandKind.Dim, new(Level: 101)), (CommandKind.Dim, new(On: true, Level: 5)), (CommandKind.Dim, new(Level: 5, ForSeconds: 59)),
            (CommandKind.Dim, new(Level: 5, ForSeconds: CommandArguments.MaxForSeconds + 1)), (CommandKind.Auto, new(On: true)), (CommandKind.Auto, new(ForSeconds: 60)),
        ];
        Assert.All(good, g => Assert.Null(g.Arguments.Check(g.Kind)));
        Assert.All(bad, b => Assert.NotNull(b.Arguments.Check(b.Kind)));
    }

    [Fact]
    public void Bad_settings_are_named()
    {
        Assert.Empty(new CommandOptions().Validate());
        var bad = new CommandOptions
        {
            AckTimeout = TimeSpan.Zero,
            DoneTimeout = TimeSpan.Zero,
            MaxRetryWait = TimeSpan.Zero,
            MaxAttempts = 0,
            MaxLife = TimeSpan.Zero,
            DefaultLife = TimeSpan.Zero,
            MaxOpen = 0,
            MaxGroup = 0,
            KeepFinished = TimeSpan.Zero,
        };
        Assert.Equal(typeof(CommandOptions).GetProperties().Select(p => $"Commands:{p.Name}").Order(StringComparer.Ordinal), bad.Validate().Select(p => p.En.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    private static CommandAck? Read(string payload, out string problem) => CommandMessage.ReadAck(Encoding.UTF8.GetBytes(payload), out problem);

    private SensorDefinition Sensor(string domain, params string[] properties) =>
        new(_samples.Book.GetOrAdd("d", domain, $"{domain}-{properties.Length}"), new LocalText("a", "a"), 106, 21, properties, TimeSpan.FromMinutes(2), null);
}
