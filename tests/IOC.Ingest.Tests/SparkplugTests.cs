using Google.Protobuf;
using IOC.Ingest.Sparkplug;
using IOC.Ingest.Sparkplug.Wire;
using static IOC.Ingest.Tests.SparkplugBench;

namespace IOC.Ingest.Tests;

public sealed class SparkplugTests : IAsyncLifetime
{
    private const string NodeBirth = "spBv1.0/plant/NBIRTH/Node-1";
    private const string NodeData = "spBv1.0/plant/NDATA/Node-1";
    private const string NodeDeath = "spBv1.0/plant/NDEATH/Node-1";
    private const string DeviceBirth = "spBv1.0/plant/DBIRTH/Node-1/Pump-1";
    private const string DeviceData = "spBv1.0/plant/DDATA/Node-1/Pump-1";
    private const string DeviceDeath = "spBv1.0/plant/DDEATH/Node-1/Pump-1";
    private const string Rebirth = "spBv1.0/plant/NCMD/Node-1";

    private SparkplugBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_whole_session_from_birth_to_death()
    {
        Assert.Equal(
            ["node-1 0 a=1 power=230", "node-1 online"],
            await _bench.LoggedAsync(_bench.Send(NodeBirth, 0, Session(7), Named("Node Control/Rebirth", 0), Named("Supply/a", 1, 3), Named("power", 230, 1))));
        Assert.Equal(
            ["pump-1 0 temp=20.5", "pump-1 online"], await _bench.LoggedAsync(_bench.Send(DeviceBirth, 1, Named("Inputs/temp", 20.5, 2))));
        _bench.Now += 1000;
        Assert.Equal(["pump-1 1000 temp=21"], await _bench.LoggedAsync(_bench.Send(DeviceData, 2, Aliased(2, 21))));
        Assert.Equal(["node-1 1000 power=231 a=2"], await _bench.LoggedAsync(_bench.Send(NodeData, 3, Aliased(1, 231), Aliased(3, 2))));
        Assert.Equal(["pump-1 offline"], await _bench.LoggedAsync(_bench.Send(DeviceDeath, 4)));
        Assert.Equal(["pump-1 1000 temp=22", "pump-1 online"], await _bench.LoggedAsync(_bench.Send(DeviceBirth, 5, Named("temp", 22, 2))));
        Assert.Equal(["node-1 offline", "pump-1 offline"], await _bench.LoggedAsync(_bench.Send(NodeDeath, null, Session(7))));
        Assert.Empty(_bench.Published);
        Assert.Equal(new SparkplugFigures(1, 0, 0, 3, 2, 0, 0), _bench.Pipeline.SparkplugFigures);
    }

    [Fact]
    public async Task The_death_of_an_earlier_session_is_passed_over()
    {
        await _bench.LoggedAsync(_bench.Send(NodeBirth, 0, Session(8), Named("temp", 1, 1)));
        var verdict = _bench.Send(NodeDeath, null, Session(7));
        Assert.Equal((IngestOutcome.Accepted, null), (verdict.Outcome, verdict.Durable));
        Assert.Equal(["node-1 0 temp=2"], await _bench.LoggedAsync(_bench.Send(NodeData, 1, Aliased(1, 2))));
        Assert.Equal(["node-1 offline"], await _bench.LoggedAsync(_bench.Send(NodeDeath, null, Session(8))));
    }

    [Fact]
    public async Task A_sequence_goes_round_and_a_message_sent_again_is_no_gap()
    {
        _bench.Send(NodeBirth, 254, Named("temp", 1, 1));
        _bench.Send(NodeData, 255, Aliased(1, 2));
        _bench.Send(NodeData, 0, Aliased(1, 3));
        await _bench.LoggedAsync(_bench.Send(NodeData, 1, Aliased(1, 4)));
        Assert.Equal(["node-1 0 temp=4"], await _bench.LoggedAsync(_bench.Send(NodeData, 1, Aliased(1, 4))));
        Assert.Equal(0, _bench.Pipeline.SparkplugFigures!.SequenceGaps);
        Assert.Empty(_bench.Published);
    }

    [Fact]
    public async Task After_a_gap_names_are_taken_aliases_wait_for_the_birth_that_is_asked_for()
    {
        await _bench.LoggedAsync(_bench.Send(NodeBirth, 0, Named("temp", 1, 1), Named("hum", 50, 2)));
        var verdict = _bench.Send(NodeData, 2, Named("temp", 2), Aliased(2, 51));
        Assert.Equal(["node-1 0 temp=2"], await _bench.LoggedAsync(verdict));
        Assert.Equal(RefusalReason.AwaitingBirth, verdict.Reason);
        Assert.Equal("alias 2: awaiting_birth", _bench.LastLetter().Detail);
        Assert.Equal([Rebirth], _bench.Published);

        _bench.Send(NodeData, 3, Aliased(2, 51));
        Assert.Single(_bench.Published);
        _bench.Now += 31_000;
        _bench.Send(NodeData, 4, Aliased(2, 51));
        Assert.Equal([Rebirth, Rebirth], _bench.Published);

        // The aliases are given anew, and the other way round.
        await _bench.LoggedAsync(_bench.Send(NodeBirth, 0, Named("temp", 1, 2), Named("hum", 50, 1)));
        Assert.Equal(["node-1 31000 hum=52"], await _bench.LoggedAsync(_bench.Send(NodeData, 1, Aliased(1, 52))));
        Assert.Equal((1L, 2L), (_bench.Pipeline.SparkplugFigures!.SequenceGaps, _bench.Pipeline.SparkplugFigures.RebirthsAsked));
    }

    [Fact]
    public async Task What_births_make_is_bounded_over_all_nodes_and_free_again_with_their_deaths()
    {
        await using var bench = new SparkplugBench(new IngestOptions { Sparkplug = { MaxMetrics = 3 } });
        await bench.LoggedAsync(bench.Send(NodeBirth, 0, Session(1), Named("temp", 1, 1)));
        await bench.LoggedAsync(bench.Send(DeviceBirth, 1, Named("temp", 1, 2)));
        Assert.Equal(3, bench.Pipeline.SparkplugFigures!.Metrics);
        const string Other = "spBv1.0/plant/NBIRTH/aq-001";
        Assert.Equal(RefusalReason.TooManyValues, bench.Send(Other, 0, Named("temp", 1, 1)).Reason);
        Assert.Equal(RefusalReason.TooManyValues, bench.Send("spBv1.0/plant/DBIRTH/Node-1/other", 2, Named("temp", 1, 9)).Reason);
        await bench.LoggedAsync(bench.Send(NodeBirth, 0, Session(2), Named("temp", 1, 1), Named("hum", 1, 2)));
        Assert.Equal(3, bench.Pipeline.SparkplugFigures.Metrics);
        await bench.LoggedAsync(bench.Send(NodeDeath, null, Session(2)));
        Assert.Equal(0, bench.Pipeline.SparkplugFigures.Metrics);
        Assert.Null(bench.Send(Other, 0, Named("temp", 1, 1)).Reason);
        Assert.Equal(1, bench.Pipeline.SparkplugFigures.Metrics);
    }

    [Fact]
    public void A_node_that_makes_room_gives_back_what_it_held()
    {
        var budget = new SparkplugBudget(10);
        var node = new SparkplugNode(budget);
        var device = node.Device("d")!;
        Assert.True(node.TryCount());
        device.Metrics.Add("m", new SparkplugMetric(default, "m", 10));
        Assert.Equal(2, budget.Used);
        node.Forget(device);
        Assert.Equal(1, budget.Used);
        node.Evict();
        Assert.Equal((0, true), (budget.Used, node.IsEvicted));
    }

    [Theory]
    [InlineData("spBv1.0/plant/NCMD/Node-1", true)]
    [InlineData("spBv1.0/plant/DCMD/Node-1/Pump-1", true)]
    [InlineData("spBv1.0/STATE/scada", true)]
    [InlineData(NodeData, false)]
    [InlineData("spBv1.0/plant/what/Node-1", false)]
    public void Only_the_words_of_hosts_need_no_room_in_the_log(string topic, bool expected) =>
        Assert.Equal(expected, _bench.Pipeline.IsOnlyRouted(System.Text.Encoding.UTF8.GetBytes(topic), "x"u8));

    [Fact]
    public void A_name_without_end_is_not_kept()
    {
        var verdict = _bench.Send(NodeBirth, 0, Named("temp", 1, 1), Named(new string('x', 513), 1, 2));
        Assert.Equal((IngestOutcome.Accepted, RefusalReason.MalformedPayload), (verdict.Outcome, verdict.Reason));
        Assert.Equal(1, _bench.Pipeline.SparkplugFigures!.Metrics);
    }

    [Fact]
    public void Births_are_asked_for_where_the_message_came_from()
    {
        var elsewhere = new Outbox();
        var payload = new Payload { Timestamp = (ulong)_bench.Now, Seq = 5, Metrics = { Aliased(1, 1) } }.ToByteArray();
        _bench.Pipeline.Accept(System.Text.Encoding.UTF8.GetBytes(NodeData), payload, _bench.Now, "bridge:city", default, elsewhere);
        Assert.Equal(Rebirth, Assert.Single(elsewhere.Topics));
        Assert.Empty(_bench.Published);
    }

    [Fact]
    public async Task Data_of_a_node_that_is_not_known_ask_for_its_birth()
    {
        var verdict = _bench.Send(DeviceData, 17, Aliased(2, 1));
        Assert.Equal((IngestOutcome.Refused, RefusalReason.AwaitingBirth), (verdict.Outcome, verdict.Reason));
        Assert.Equal(["pump-1 0 temp=3"], await _bench.LoggedAsync(_bench.Send(DeviceData, 18, Named("temp", 3))));
        Assert.Equal([Rebirth], _bench.Published);
        Assert.Equal(0, _bench.Pipeline.SparkplugFigures!.Nodes);
    }

    [Fact]
    public async Task A_device_is_born_within_a_session_of_its_node_only()
    {
        var verdict = _bench.Send(DeviceBirth, 1, Named("temp", 1, 1));
        Assert.Equal((IngestOutcome.Refused, RefusalReason.AwaitingBirth), (verdict.Outcome, verdict.Reason));
        await verdict.Durable!;
        Assert.Equal("node: awaiting_birth", _bench.LastLetter().Detail);
        Assert.Equal([Rebirth], _bench.Published);
    }

    [Fact]
    public async Task A_device_that_no_sensor_is_registered_for_becomes_a_dead_letter()
    {
        _bench.Send(NodeBirth, 0);
        var verdict = _bench.Send("spBv1.0/plant/DBIRTH/Node-1/pump-9", 1, Named("temp", 1, 1));
        await verdict.Durable!;
        Assert.Equal((IngestOutcome.Refused, RefusalReason.UnknownSensor), (verdict.Outcome, verdict.Reason));
        Assert.Equal("temp: unknown_sensor", _bench.LastLetter().Detail);
    }

    [Fact]
    public async Task A_metric_of_another_device_has_no_say()
    {
        _bench.Send(NodeBirth, 0, Named("temp", 1, 1));
        var clash = _bench.Send(DeviceBirth, 1, Named("temp", 1, 1), Named("hum", 1, 2));
        await clash.Durable!;
        Assert.Equal("temp: malformed_payload (its alias is another metric's)", _bench.LastLetter().Detail);
        var foreign = _bench.Send(DeviceData, 2, Aliased(1, 5));
        await foreign.Durable!;
        Assert.Equal("alias 1: malformed_payload (its alias is another device's)", _bench.LastLetter().Detail);
    }

    [Fact]
    public async Task Times_are_the_metrics_then_the_messages_then_the_receipt()
    {
        var payload = new Payload { Seq = 0, Metrics = { Named("temp", 1), Named("hum", 2) } };
        payload.Metrics[0].Timestamp = (ulong)Samples.Now - 5000;
        payload.Metrics[0].IsHistorical = true;
        Assert.Equal(["node-1 -5000 temp=1", "node-1 0 hum=2", "node-1 online"], await _bench.LoggedAsync(_bench.Send(NodeBirth, payload.ToByteArray())));
        payload.Timestamp = (ulong)Samples.Now - 3000;
        payload.Seq = 1;
        Assert.Equal(["node-1 -3000 hum=2", "node-1 -5000 temp=1"], await _bench.LoggedAsync(_bench.Send(NodeData, payload.ToByteArray())));
        foreach (var (stamp, reason) in new[] { ((ulong)Samples.Now + 300_001, RefusalReason.ClockAhead), (ulong.MaxValue, RefusalReason.ClockAhead), (1UL, RefusalReason.TimeInvalid) })
        {
            payload.Metrics[0].Timestamp = stamp;
            payload.Seq++;
            var verdict = _bench.Send(NodeData, payload.ToByteArray());
            Assert.Equal(reason, verdict.Reason);
            Assert.Equal(["node-1 -3000 hum=2"], await _bench.LoggedAsync(verdict));
        }
    }

    [Theory]
    [InlineData(1u, 0xFFu, null, "-1")]
    [InlineData(1u, 0xFFFFFFFFu, null, "-1")]
    [InlineData(1u, 0x80u, null, "-128")]
    [InlineData(1u, 0x100u, null, "malformed_payload")]
    [InlineData(2u, 0xFFFEu, null, "-2")]
    [InlineData(2u, 0xFFFFFFFEu, null, "-2")]
    [InlineData(3u, 0xFFFFFFFDu, null, "-3")]
    [InlineData(3u, 7u, null, "7")]
    [InlineData(4u, null, 0xFFFFFFFFFFFFFFFCul, "-4")]
    [InlineData(5u, 200u, null, "200")]
    [InlineData(5u, 256u, null, "malformed_payload")]
    [InlineData(6u, 65535u, null, "65535")]
    [InlineData(7u, 4294967295u, null, "4294967295")]
    [InlineData(7u, null, 4294967295ul, "4294967295")]
    [InlineData(8u, null, 18446744073709551615ul, "1.8446744073709552E+19")]
    [InlineData(11u, 1u, null, "wrong_type")]
    [InlineData(13u, null, 1732186800123ul, "wrong_type")]
    [InlineData(10u, 1u, null, "malformed_payload")]
    [InlineData(0u, 1u, null, "awaiting_birth")]
    public async Task Integers_are_read_by_their_type(uint datatype, uint? small, ulong? large, string expected)
    {
        var metric = new Metric { Name = "a" };
        if (datatype > 0)
        {
            metric.Datatype = datatype;
        }

        if (small is { } i)
        {
            metric.IntValue = i;
        }
        else
        {
            metric.LongValue = large!.Value;
        }

        await ExpectAsync(metric, expected);
    }

    [Fact]
    public async Task Other_values_are_read_by_their_type()
    {
        await ExpectAsync(new Metric { Name = "a", Datatype = 9, FloatValue = 12.3f }, "12.3");
        await ExpectAsync(new Metric { Name = "a", Datatype = 10, DoubleValue = 12.3 }, "12.3");
        await ExpectAsync(new Metric { Name = "a", FloatValue = -0.1f }, "-0.1");
        await ExpectAsync(new Metric { Name = "a", Datatype = 9, FloatValue = float.NaN }, "not_finite");
        await ExpectAsync(new Metric { Name = "a", Datatype = 10, DoubleValue = double.PositiveInfinity }, "not_finite");
        await ExpectAsync(new Metric { Name = "a", Datatype = 10, IsNull = true }, "not_finite");
        await ExpectAsync(new Metric { Name = "a", Datatype = 10 }, "malformed_payload");
        await ExpectAsync(new Metric { Name = "a", Datatype = 11, BooleanValue = true }, "wrong_type");
        await ExpectAsync(new Metric { Name = "a", Datatype = 12, StringValue = "12" }, "wrong_type");
        await ExpectAsync(new Metric { Name = "a", Datatype = 16, DatasetValue = ByteString.Empty }, "wrong_type");
        await ExpectAsync(new Metric { Name = "radon", Datatype = 10, DoubleValue = 1 }, "unknown_property");
        await ExpectAsync(new Metric { Datatype = 10, DoubleValue = 1 }, "malformed_payload");
    }

    [Theory]
    [InlineData(192u, "")]
    [InlineData(0u, ":Fault")]
    [InlineData(500u, ":Fault")]
    public async Task The_property_quality_is_heeded(uint code, string suffix)
    {
        var set = new PropertySet { Keys = { "engUnit", "Quality" }, Values = { new PropertyValue { StringValue = "x" }, new PropertyValue { Type = 3, IntValue = code } } };
        _bench.Send(NodeBirth, 0);
        await _bench.LoggedAsync(_bench.Send(NodeData, 1, new Metric { Name = "temp", Datatype = 10, DoubleValue = 1, Properties = set.ToByteString() }));
        var lines = await _bench.LoggedAsync(_bench.Send(NodeData, 2, new Metric { Name = "hum", Datatype = 10, DoubleValue = 1, Properties = set.ToByteString() }));
        Assert.Equal([$"node-1 0 hum=1{suffix}"], lines);
    }

    [Fact]
    public async Task What_is_no_reading_is_passed_over_in_silence()
    {
        var verdict = _bench.Send(
            NodeBirth, 0, Session(1), Named("Node Control/Scan Rate", 1), Named("Properties/Weight", 1), new Metric { Name = "temp", Datatype = 10, IsNull = true },
            new Metric { Name = "hum", Datatype = 10, DoubleValue = 5, IsTransient = true });
        Assert.Null(verdict.Reason);
        Assert.Equal(["node-1 online"], await _bench.LoggedAsync(verdict));
    }

    [Theory]
    [InlineData("spBv1.0/plant/NCMD/Node-1")]
    [InlineData("spBv1.0/plant/DCMD/Node-1/pump-1")]
    [InlineData("spBv1.0/STATE/scada")]
    public void Commands_and_states_only_pass_through(string topic) => Assert.Equal(IngestVerdict.PassThrough, _bench.Send(topic, "{}"u8.ToArray()));

    [Theory]
    [InlineData("spBv1.0/plant/NBIRTH")]
    [InlineData("spBv1.0/plant/NBIRTH/n/d")]
    [InlineData("spBv1.0/plant/DDATA/n")]
    [InlineData("spBv1.0/plant/DDATA/n/")]
    [InlineData("spBv1.0/plant/DDATA/n/d/e")]
    [InlineData("spBv1.0/plant/XDATA/n")]
    [InlineData("spBv1.0//NDATA/n")]
    [InlineData("spBv1.0/plant/NDATA/")]
    public void Other_topics_of_the_namespace_are_unknown(string topic) => Assert.Equal(RefusalReason.UnknownTopic, _bench.Send(topic, 0).Reason);

    [Theory]
    [InlineData("FF")]
    [InlineData("08")]
    [InlineData("1205")]
    [InlineData("12FFFFFFFF0F")]
    [InlineData("120308FFFF")]
    [InlineData("120152")] // a metric that ends within its field
    [InlineData("0B0C")] // groups are not used
    [InlineData("7B")] // this is no JSON
    public void What_is_no_payload_is_malformed(string hex) =>
        Assert.Equal(RefusalReason.MalformedPayload, _bench.Send(NodeBirth, Convert.FromHexString(hex)).Reason);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sequence_number_is_required(bool given)
    {
        ulong? sequence = given ? 256 : null;
        foreach (var topic in new[] { NodeBirth, NodeData, DeviceBirth, DeviceData, DeviceDeath })
        {
            Assert.Equal(RefusalReason.MalformedPayload, _bench.Send(topic, sequence, Named("temp", 1)).Reason);
        }
    }

    [Fact]
    public async Task Rules_say_what_a_metric_is()
    {
        await _bench.DisposeAsync();
        _bench = new SparkplugBench(new IngestOptions
        {
            Sparkplug = new SparkplugOptions
            {
                Map =
                [
                    new() { Group = "plant", Device = "*", Metric = "Diag/*", Property = "-" },
                    new() { Group = "plant", Device = "Pump-*", Metric = "T1", Property = "temp", Unit = "K" },
                    new() { Group = "plant", Device = "Pump-*", Metric = "RH", Property = "hum", Sensor = "aq-002" },
                    new() { Group = "field", Sensor = "{group}-{node}-{device}", District = "luc-nam", Domain = "power", Device = "*" },
                ],
            },
        });
        await _bench.LoggedAsync(_bench.Send(NodeBirth, 0));
        Assert.Equal(
            ["aq-002 0 hum=40", "aq-002 online", "pump-1 0 temp=23.8", "pump-1 online"],
            await _bench.LoggedAsync(_bench.Send(DeviceBirth, 1, Named("T1", 296.95, 1), Named("RH", 40, 2), Named("Diag/Uptime", 3, 3))));
        Assert.Equal(["aq-002 offline", "pump-1 offline"], await _bench.LoggedAsync(_bench.Send(DeviceDeath, 2)));

        await _bench.LoggedAsync(_bench.Send("spBv1.0/field/NBIRTH/N1", 0));
        Assert.Equal(
            ["field-n1-d1 0 power=5", "field-n1-d1 online"], await _bench.LoggedAsync(_bench.Send("spBv1.0/field/DBIRTH/N1/D1", 1, Named("power", 5))));
        Assert.Equal(1, _bench.Pipeline.Figures.UnregisteredSensors);
    }

    [Fact]
    public async Task Nodes_and_metrics_are_bounded()
    {
        await _bench.DisposeAsync();
        _bench = new SparkplugBench(new IngestOptions { Sparkplug = new SparkplugOptions { MaxNodes = 2, MaxMetricsPerNode = 3 } });
        Assert.Null(_bench.Send("spBv1.0/g/NBIRTH/n1", 0).Reason);
        Assert.Null(_bench.Send("spBv1.0/g/NBIRTH/n2", 0).Reason);
        Assert.Equal(RefusalReason.TooManyNodes, _bench.Send("spBv1.0/g/NBIRTH/n3", 0).Reason);
        _bench.Send("spBv1.0/g/NDEATH/n2", sequence: null);
        Assert.Null(_bench.Send("spBv1.0/g/NBIRTH/n3", 0).Reason);
        Assert.Equal(2, _bench.Pipeline.SparkplugFigures!.Nodes);

        var birth = _bench.Send("spBv1.0/g/NBIRTH/node-1", 0, Named("temp", 1));
        Assert.Equal(RefusalReason.TooManyNodes, birth.Reason);
        birth = _bench.Send("spBv1.0/g/NBIRTH/n1", 0, Named("x1", 1), Named("x2", 1), Named("x3", 1), Named("x4", 1));
        await birth.Durable!;
        Assert.Contains("x4: too_many_values", _bench.LastLetter().Detail, StringComparison.Ordinal);
        for (ulong i = 1; i <= 4; i++)
        {
            var device = _bench.Send($"spBv1.0/g/DBIRTH/n1/d{i}", i);
            Assert.Equal(i <= 3 ? null : RefusalReason.TooManyValues, device.Reason);
        }
    }

    [Fact]
    public async Task A_node_on_many_connections_at_once_stays_whole()
    {
        _bench.Send(NodeBirth, 0, Named("temp", 1, 1));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                switch ((i + thread) % 4)
                {
                    case 0:
                        _bench.Send(NodeBirth, 0, Named("temp", 1, 1));
                        break;
                    case 1:
                        _bench.Send(DeviceBirth, (ulong)(i % 256), Named("hum", 1, 2));
                        break;
                    case 2:
                        _bench.Send(NodeData, (ulong)(i % 256), Aliased(1, i), Named("temp", i));
                        break;
                    default:
                        _bench.Send(DeviceData, (ulong)(i % 256), Aliased(2, i));
                        break;
                }
            }
        })));
        var verdict = _bench.Send(NodeBirth, 0, Named("temp", 1, 1));
        await verdict.Durable!;
        Assert.Null(verdict.Reason);
        Assert.Null(_bench.Send(NodeData, 1, Aliased(1, 2)).Reason);
    }

    [Fact]
    public async Task Switched_off_its_topics_are_unknown()
    {
        await _bench.DisposeAsync();
        _bench = new SparkplugBench(new IngestOptions { Sparkplug = new SparkplugOptions { Enabled = false } });
        Assert.Equal(RefusalReason.UnknownTopic, _bench.Send(NodeBirth, 0).Reason);
        Assert.Null(_bench.Pipeline.SparkplugFigures);
    }

    [Fact]
    public void What_a_host_application_says_is_as_specified()
    {
        Assert.Equal("spBv1.0/STATE/ioc", SparkplugMessages.StateTopic("ioc"));
        Assert.Equal("""{"online":true,"timestamp":1732186800123}"""u8.ToArray(), SparkplugMessages.State(true, Samples.Now));
        Assert.Equal("""{"online":false,"timestamp":1732186800123}"""u8.ToArray(), SparkplugMessages.State(false, Samples.Now));
    }

    private async Task ExpectAsync(Metric metric, string expected)
    {
        await _bench.LoggedAsync(_bench.Send(NodeBirth, 0));
        var verdict = _bench.Send(NodeData, 1, metric);
        var lines = await _bench.LoggedAsync(verdict);
        if (char.IsAsciiLetter(expected[0]))
        {
            Assert.Equal(expected, RefusalReasons.Name(verdict.Reason!.Value));
            Assert.Empty(lines);
        }
        else
        {
            Assert.Equal([$"node-1 0 a={expected}"], lines);
        }
    }

    private sealed class Outbox : IIngestOutput
    {
        public List<string> Topics { get; } = [];

        public void Publish(string topic, byte[] payload) => Topics.Add(topic);
    }
}
