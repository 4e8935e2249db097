using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Log;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Ingest.Tests;

public sealed class IngestPipelineTests : IAsyncLifetime, IDisposable
{
    private const string Registered = "ioc/v1/viet-yen/environment/aq-001/telemetry";

    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private readonly ManualTimeProvider _time = new();
    private SqliteReadingLog _log = null!;
    private IngestPipeline _pipeline = null!;

    public Task InitializeAsync()
    {
        _log = new SqliteReadingLog(new ReadingLogOptions { Directory = _folder.Path }, _addresses, Samples.Properties, _time);
        _pipeline = Pipeline(new IngestOptions());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _log.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reading_is_in_the_log_once_its_verdict_is_durable()
    {
        var verdict = Accept(Registered, """{"ts":1732186799000,"v":{"pm25":12.3,"no2":-9999}}""");
        Assert.Equal((IngestOutcome.Accepted, null), (verdict.Outcome, verdict.Reason));
        Assert.Null(verdict.BackPressure);
        await verdict.Durable!;
        Assert.Equal(["Readings viet-yen/environment/aq-001 1732186799000 1732186800123 False pm25=12.3:Ok no2=-9999:Implausible"], Read("viet-yen"));
        var figures = _pipeline.Figures;
        Assert.Equal((1, 2, 1, 50), (figures.Accepted, figures.Readings, figures.Implausible, figures.Bytes));
    }

    [Theory]
    [InlineData("online", true)]
    [InlineData("""{"status":"offline"}""", false)]
    public async Task A_status_is_in_the_log(string payload, bool online)
    {
        var verdict = Accept("ioc/v1/viet-yen/environment/aq-001/status", payload);
        Assert.Equal(IngestOutcome.Accepted, verdict.Outcome);
        await verdict.Durable!;
        Assert.Equal([$"Status viet-yen/environment/aq-001 1732186800123 1732186800123 {online}"], Read("viet-yen"));
    }

    [Fact]
    public async Task A_status_that_is_neither_is_refused()
    {
        var verdict = Accept("ioc/v1/viet-yen/environment/aq-001/status", "perhaps");
        Assert.Equal((IngestOutcome.Refused, RefusalReason.MalformedPayload), (verdict.Outcome, verdict.Reason));
        await verdict.Durable!;
        Assert.Equal("status: malformed_payload", Assert.Single(_log.DeadLetters.List(new())).Detail);
    }

    [Theory]
    [InlineData("ioc/v1/viet-yen/environment/aq-001/cmd", "{}")]
    [InlineData("ioc/v1/viet-yen/environment/aq-001/cmd/ack", "{}")]
    [InlineData("ioc/v1/viet-yen/environment/aq-001/status", "")]
    [InlineData("ioc/v1/viet-yen/environment/aq-001/telemetry", "")]
    public void Commands_and_retained_deletes_only_pass_through(string topic, string payload)
    {
        Assert.Equal(IngestVerdict.PassThrough, Accept(topic, payload));
        Assert.Equal(1, _pipeline.Figures.PassedThrough);
    }

    [Theory]
    [InlineData("ioc/v1/viet-yen/environment/aq-001", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v1/viet-yen/environment/aq-001/telemetry/x", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v1/viet-yen/environment/aq-001/cmd/nack", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v2/viet-yen/environment/aq-001/telemetry", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v1/Viet-Yen/environment/aq-001/telemetry", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v1/viet-yen//aq-001/telemetry", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v1/viet-yen/environment/việt/telemetry", RefusalReason.UnknownTopic)]
    [InlineData("home/kitchen", RefusalReason.UnknownTopic)]
    [InlineData("ioc/v1/hiep-hoa/environment/aq-001/telemetry", RefusalReason.TopicMismatch)]
    [InlineData("ioc/v1/viet-yen/water/aq-001/telemetry", RefusalReason.TopicMismatch)]
    [InlineData("ioc/v1/viet-yen/water/aq-001/status", RefusalReason.TopicMismatch)]
    public async Task Other_topics_are_refused(string topic, RefusalReason reason)
    {
        for (var i = 1; i <= 2; i++)
        {
            var verdict = Accept(topic, Samples.Payload);
            Assert.Equal((IngestOutcome.Refused, reason), (verdict.Outcome, verdict.Reason));
            await verdict.Durable!;
            Assert.Equal(i, _pipeline.Figures.Refused[reason]);
        }

        Assert.Equal(0, _pipeline.Figures.Accepted);
        var letter = _log.DeadLetters.List(new())[0];
        Assert.Equal((topic, reason, "client-7", Samples.Now), (letter.Topic, letter.Reason, letter.Client, letter.AtMs));
        Assert.Equal(Samples.Payload, Encoding.UTF8.GetString(letter.Payload));
    }

    [Fact]
    public async Task An_unregistered_sensor_is_kept_but_only_in_one_place()
    {
        await Accept("ioc/v1/luc-nam/traffic/t-9/telemetry", """{"v":{"noise":60}}""").Durable!;
        Assert.Equal(RefusalReason.TopicMismatch, Accept("ioc/v1/luc-ngan/traffic/t-9/telemetry", """{"v":{"noise":60}}""").Reason);
        Assert.Equal(IngestOutcome.Accepted, Accept("ioc/v1/luc-nam/traffic/t-9/status", "online").Outcome);
        Assert.Equal(1, _pipeline.Figures.UnregisteredSensors);
        Assert.Equal(["Readings luc-nam/traffic/t-9 1732186800123 1732186800123 False noise=60:Ok"], Read("luc-nam")[..1]);
    }

    [Fact]
    public void Unregistered_sensors_are_bounded()
    {
        _pipeline = Pipeline(new IngestOptions { MaxUnregisteredSensors = 2 });
        for (var i = 0; i < 4; i++)
        {
            var verdict = Accept($"ioc/v1/luc-nam/traffic/t-{i}/telemetry", """{"v":{"noise":60}}""");
            Assert.Equal(i < 2 ? null : RefusalReason.TooManyUnregistered, verdict.Reason);
        }

        Assert.Null(Accept(Registered, Samples.Payload).Reason);
        Assert.Null(Accept("ioc/v1/luc-nam/traffic/t-1/telemetry", """{"v":{"noise":60}}""").Reason);
    }

    [Fact]
    public async Task A_new_catalogue_holds_from_the_next_message()
    {
        Assert.Null(Accept("ioc/v1/luc-nam/traffic/t-9/telemetry", """{"v":{"noise":60}}""").Reason);
        Assert.Equal(RefusalReason.UnknownProperty, Accept(Registered, """{"v":{"o3":60}}""").Reason);
        var more = new PropertyCatalogue([.. Samples.Properties.All, Samples.Property("o3", "ug/m3", 0, 1000)]);
        _pipeline.ReplaceCatalogue(Samples.Catalogue(_addresses, "luc-ngan/traffic/t-9") with { Properties = more });

        Assert.Equal(RefusalReason.TopicMismatch, Accept("ioc/v1/luc-nam/traffic/t-9/telemetry", """{"v":{"noise":60}}""").Reason);
        Assert.Null(Accept("ioc/v1/luc-ngan/traffic/t-9/telemetry", """{"v":{"noise":60}}""").Reason);
        Assert.Equal(0, _pipeline.Figures.UnregisteredSensors);
        await Accept(Registered, """{"v":{"o3":60}}""").Durable!;
        Assert.Equal(1, _pipeline.Figures.UnregisteredSensors);
        var batch = new TelemetryBatch();
        var partition = _log.PartitionOf("viet-yen");
        Assert.True(_log.TryRead(partition, _log.Head(partition) - 1, batch));
        Assert.Equal("o3", more[batch.Values[^1].Property].Code);
    }

    [Fact]
    public void A_catalogue_that_renumbers_properties_is_refused()
    {
        var renumbered = new PropertyCatalogue(Samples.Properties.All.Reverse());
        Assert.Throws<ArgumentException>(() => _pipeline.ReplaceCatalogue(new Catalogue(renumbered, [], [], [])));
        Assert.Null(Accept(Registered, Samples.Payload).Reason);
    }

    [Fact]
    public async Task Good_values_and_the_letter_about_bad_ones_are_durable_together()
    {
        var verdict = Accept(Registered, """{"v":{"pm25":12.3,"pm99":1}}""");
        Assert.Equal((IngestOutcome.Accepted, RefusalReason.UnknownProperty), (verdict.Outcome, verdict.Reason));
        await verdict.Durable!;
        Assert.Single(Read("viet-yen"));
        var letter = Assert.Single(_log.DeadLetters.List(new(Reason: RefusalReason.UnknownProperty, Sensor: "aq-001")));
        Assert.Equal("v.pm99: unknown_property", letter.Detail);
        Assert.Equal((1, 1), (_pipeline.Figures.Accepted, _pipeline.Figures.Refused[RefusalReason.UnknownProperty]));
    }

    [Fact]
    public async Task A_payload_that_is_too_large_is_cut_in_its_letter_with_its_size_noted()
    {
        _pipeline = Pipeline(new IngestOptions { MaxPayloadBytes = 1000, DeadLetterPayloadBytes = 100 });
        var verdict = Accept(Registered, new string('x', 1001));
        Assert.Equal(RefusalReason.TooLarge, verdict.Reason);
        await verdict.Durable!;
        var letter = Assert.Single(_log.DeadLetters.List(new()));
        Assert.Equal((100, 1001, "too_large (1001 bytes)"), (letter.Payload.Length, letter.PayloadBytes, letter.Detail));
        Assert.Null(Accept(Registered, Samples.Payload.PadRight(1000)).Reason);
    }

    [Fact]
    public async Task Ticks_reach_every_partition()
    {
        await _pipeline.Resume(Samples.Now);
        await _pipeline.Tick(Samples.Now + 1000);
        var batch = new TelemetryBatch();
        for (var p = 0; p < _log.PartitionCount; p++)
        {
            Assert.True(_log.TryRead(p, 0, batch));
            Assert.Equal([$"Resumed  {Samples.Now} {Samples.Now} False"], Samples.Lines(batch));
            Assert.True(_log.TryRead(p, 1, batch));
            Assert.Equal([$"Tick  {Samples.Now + 1000} {Samples.Now + 1000} False"], Samples.Lines(batch));
        }
    }

    [Fact]
    public void The_usual_payload_allocates_nothing()
    {
        var log = new EncodingLog();
        var pipeline = new IngestPipeline(new IngestOptions(), Samples.Catalogue(_addresses, "viet-yen/environment/aq-001"), _addresses, log);
        var topic = Encoding.UTF8.GetBytes(Registered);
        var payload = Encoding.UTF8.GetBytes(Samples.Payload);
        for (var i = 0; i < 2_000; i++)
        {
            pipeline.Accept(topic, payload, Samples.Now, "c");
        }

        log.Restart();
        var allocations = Allocations.Begin();
        for (var i = 0; i < 1_000; i++)
        {
            pipeline.Accept(topic, payload, Samples.Now + i, "c");
        }

        Assert.Equal(0, allocations.Bytes);
        Assert.Equal(1_000, log.Messages);
    }

    private IngestPipeline Pipeline(IngestOptions options) =>
        new(options, Samples.Catalogue(_addresses, "viet-yen/environment/aq-001"), _addresses, _log);

    private IngestVerdict Accept(string topic, string payload) =>
        _pipeline.Accept(Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload), Samples.Now, "client-7");

    private List<string> Read(string district)
    {
        var partition = _log.PartitionOf(district);
        var batch = new TelemetryBatch();
        var lines = new List<string>();
        for (var offset = 0L; _log.TryRead(partition, offset, batch); offset = batch.Offset)
        {
            lines.AddRange(Samples.Lines(batch));
        }

        return lines;
    }
}
