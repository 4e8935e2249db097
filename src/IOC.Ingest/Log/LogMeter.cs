using System.Numerics;

namespace IOC.Ingest.Log;

/// <summary>Counts what the writer does. Written by the writer's thread, read by any.</summary>
internal sealed class LogMeter
{
    private readonly Lock _gate = new();
    private readonly long[] _sizes = new long[24];
    private long _groups;
    private long _failed;
    private long _batches;
    private long _messages;
    private long _values;
    private long _bytes;
    private int _lastMessages;
    private int _largestMessages;
    private TimeSpan _last;
    private TimeSpan _longest;
    private long _unknownProperties;

    /// <summary>Counts a group that is on disk.</summary>
    public void Committed(IReadOnlyList<SealedBatch> batches, TimeSpan took)
    {
        var messages = batches.Sum(b => b.Messages);
        lock (_gate)
        {
            _groups++;
            _batches += batches.Count;
            _messages += messages;
            _values += batches.Sum(b => (long)b.Values);
            _bytes += batches.Sum(b => (long)b.Bytes.Length);
            _lastMessages = messages;
            _largestMessages = Math.Max(_largestMessages, messages);
            _last = took;
            _longest = took > _longest ? took : _longest;
            _sizes[Math.Min(_sizes.Length - 1, BitOperations.Log2((uint)Math.Max(messages, 1)))]++;
        }
    }

    /// <summary>Counts a group that failed.</summary>
    public void Failed()
    {
        lock (_gate)
        {
            _failed++;
        }
    }

    /// <summary>Counts values read whose property is not in the catalogue.</summary>
    public void UnknownProperties(int values) => Interlocked.Add(ref _unknownProperties, values);

    /// <summary>The figures now.</summary>
    public LogFigures Read(long openBytes)
    {
        lock (_gate)
        {
            return new LogFigures(
                _groups, _failed, _batches, _messages, _values, _bytes, _lastMessages, _largestMessages,
                _last.TotalMilliseconds, _longest.TotalMilliseconds, [.. _sizes], openBytes, Interlocked.Read(ref _unknownProperties));
        }
    }
}
