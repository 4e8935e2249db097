using IOC.Ingest.Formats;
using IOC.Ingest.Topics;

namespace IOC.Ingest.Decoding;

/// <summary>What a decoder has to know beside the payload.</summary>
/// <param name="Properties">Properties that may be sent.</param>
/// <param name="ReceivedAtMs">Time of receipt, Unix milliseconds: the time of measurement where none is given.</param>
/// <param name="LatestMs">Latest time of measurement accepted, Unix milliseconds.</param>
/// <param name="MaxValues">Most values in one payload.</param>
internal readonly record struct DecodeContext(PropertyTable Properties, long ReceivedAtMs, long LatestMs, int MaxValues)
{
    /// <summary>Unit of the line protocol's time stamps.</summary>
    public TimePrecision Precision { get; init; }

    /// <summary>Earliest time of measurement accepted: 2000-01-01 UTC. Clocks without a battery start before it.</summary>
    public const long EarliestMs = 946_684_800_000;
}

/// <summary>
/// A payload format that can speak of several sensors, times and units. A decoder gathers the values that are good and notes in
/// <see cref="ReadingGatherer.Problems"/> what is not; it throws nothing.
/// </summary>
internal interface IPayloadDecoder
{
    /// <summary>Decodes a payload that is not empty into a gatherer that is.</summary>
    void Decode(ReadOnlySpan<byte> payload, in DecodeContext context, in SensorScope sensors, ReadingGatherer into);
}

/// <summary>The payload format of the contract: the fast scanner for the usual shape, the general decoder for the rest.</summary>
internal static class JsonPayloadDecoder
{
    /// <summary>Decodes a payload that is not empty into a buffer that is. It throws nothing.</summary>
    public static void Decode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBuffer into)
    {
        if (!FastJsonScanner.TryDecode(payload, in context, into))
        {
            into.Reset();
            GeneralJsonDecoder.Decode(payload, in context, into);
        }
    }
}
