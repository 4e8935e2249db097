using IOC.Ingest.Decoding;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Ingest.Tests;

/// <summary>A log that encodes as the real one does, and stores nothing.</summary>
internal sealed class EncodingLog(PropertyCatalogue? catalogue = null) : IReadingLog
{
    private readonly BatchEncoder _encoder = new();
    private readonly PropertyCatalogue _properties = catalogue ?? Samples.Properties;
    private byte[] _other = new byte[1024 * 1024];

    public int Messages => _encoder.Messages;

    /// <summary>Number of dead letters.</summary>
    public int Letters { get; private set; }

    public int PartitionCount => 1;

    public IDeadLetters DeadLetters => throw new NotSupportedException();

    public LogHealth Health => throw new NotSupportedException();

    public LogFigures Figures => throw new NotSupportedException();

    public void Restart() => _other = _encoder.Swap(_other);

    public int PartitionOf(string district) => 0;

    public void UseProperties(PropertyCatalogue properties)
    {
    }

    public LogAppend AppendReadings(int partition, SensorAddress sensor, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter)
    {
        Letters += deadLetter is null ? 0 : 1;
        _encoder.AddReadings(sensor, readings, receivedAtMs, _properties);
        return new LogAppend(Task.CompletedTask, null);
    }

    public LogAppend AppendParts(ReadOnlySpan<PublicationPart> parts, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter)
    {
        Letters += deadLetter is null ? 0 : 1;
        foreach (var part in parts)
        {
            if (part.Online is { } online)
            {
                _encoder.Add(MessageKind.Status, part.Sensor, online, receivedAtMs);
                continue;
            }

            _encoder.AddReadings(part.Sensor, readings, part.FirstMessage, part.MessageCount, receivedAtMs, _properties);
        }

        return new LogAppend(Task.CompletedTask, null);
    }

    public LogAppend AppendStatus(int partition, SensorAddress sensor, bool online, long atMs) => throw new NotSupportedException();

    public LogAppend AppendTick(MessageKind kind, long nowMs) => throw new NotSupportedException();

    public LogAppend AppendDeadLetter(DeadLetter deadLetter)
    {
        Letters++;
        return new LogAppend(Task.CompletedTask, null);
    }

    public ValueTask<bool> ReadAsync(int partition, long afterOffset, TelemetryBatch into, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public bool TryRead(int partition, long afterOffset, TelemetryBatch into) => throw new NotSupportedException();

    public long Head(int partition) => throw new NotSupportedException();

    public long Tail(int partition) => throw new NotSupportedException();

    public void RegisterReader(string reader) => throw new NotSupportedException();

    public void UnregisterReader(string reader) => throw new NotSupportedException();

    public long Checkpoint(string reader, int partition) => throw new NotSupportedException();

    public void SaveCheckpoint(string reader, int partition, long offset) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
