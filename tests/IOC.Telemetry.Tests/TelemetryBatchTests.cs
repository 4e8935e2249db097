using IOC.Testing;

namespace IOC.Telemetry.Tests;

public class TelemetryBatchTests
{
    private readonly SensorAddress _sensor = new AddressBook().GetOrAdd("d", "e", "s");

    [Fact]
    public void Messages_keep_their_order_and_own_their_values()
    {
        var batch = new TelemetryBatch();
        batch.Reset(3, 17);
        batch.BeginReadings(_sensor, 1000, 1005);
        batch.AddValue(0, Quality.Ok, 1.5);
        batch.AddValue(2, Quality.Fault, -3);
        batch.Add(MessageKind.Tick, null, 2000, 2000);
        batch.Add(MessageKind.Status, _sensor, 2001, 2002, online: true);
        batch.BeginReadings(_sensor, 3000, 3005);
        batch.AddValue(1, Quality.Calibrating, 7);

        Assert.Equal((3, 17L, 4, 3), (batch.Partition, batch.Offset, batch.MessageCount, batch.ValueCount));
        Assert.Equal([MessageKind.Readings, MessageKind.Tick, MessageKind.Status, MessageKind.Readings], batch.Messages.ToArray().Select(m => m.Kind));
        Assert.Equal([new(0, Quality.Ok, 1.5), new(2, Quality.Fault, -3)], batch.ValuesOf(batch.Messages[0]).ToArray());
        Assert.True(batch.ValuesOf(batch.Messages[1]).IsEmpty);
        Assert.Equal(new TelemetryMessage(MessageKind.Status, _sensor, 2001, 2002, 2, 0, true), batch.Messages[2]);
        Assert.Equal([new(1, Quality.Calibrating, 7)], batch.ValuesOf(batch.Messages[3]).ToArray());
    }

    [Fact]
    public void It_grows_past_its_first_size_and_keeps_everything()
    {
        var batch = Filled(messages: 3000, valuesEach: 7);
        Assert.Equal((3000, 21_000), (batch.MessageCount, batch.ValueCount));
        for (var i = 0; i < 3000; i++)
        {
            var message = batch.Messages[i];
            Assert.Equal((i, i * 7, 7), (message.MeasuredAtMs, message.FirstValue, message.ValueCount));
            Assert.Equal(i + 0.5, batch.ValuesOf(message)[6].Value);
        }
    }

    [Fact]
    public void Reset_empties_it_and_filling_it_again_costs_no_memory()
    {
        var batch = Filled(messages: 1000, valuesEach: 7);
        batch.Reset(1, 2);
        Assert.Equal((1, 2L, 0, 0), (batch.Partition, batch.Offset, batch.MessageCount, batch.ValueCount));
        Assert.True(batch.Messages.IsEmpty && batch.Values.IsEmpty);

        var allocations = Allocations.Begin();
        Fill(batch, messages: 1000, valuesEach: 7);
        Assert.Equal(0, allocations.Bytes);
    }

    private TelemetryBatch Filled(int messages, int valuesEach)
    {
        var batch = new TelemetryBatch();
        batch.Reset(0, 1);
        Fill(batch, messages, valuesEach);
        return batch;
    }

    private void Fill(TelemetryBatch batch, int messages, int valuesEach)
    {
        for (var i = 0; i < messages; i++)
        {
            batch.BeginReadings(_sensor, i, i);
            for (var v = 0; v < valuesEach; v++)
            {
                batch.AddValue(v, Quality.Ok, i + 0.5);
            }
        }
    }
}
