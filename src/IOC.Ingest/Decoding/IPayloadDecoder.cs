namespace IOC.Ingest.Decoding;

/// <summary>What a decoder has to know beside the payload.</summary>
/// <param name="Properties">Properties that may be sent.</param>
/// <param name="ReceivedAtMs">Time of receipt, Unix milliseconds: the time of measurement where none is given.</param>
/// <param name="LatestMs">Latest time of measurement accepted, Unix milliseconds.</param>
/// <param name="MaxValues">Most values in one payload.</param>
internal readonly record struct DecodeContext(PropertyTable Properties, long ReceivedAtMs, long LatestMs, int MaxValues)
{
    /// <summary>Earliest time of measurement accepted: 2000-01-01 UTC. Clocks without a battery start before it.</summary>
    public const long EarliestMs = 946_684_800_000;
}

/// <summary>
/// A payload format. A decoder fills the buffer with the messages and values that are good and notes what is not; it
/// throws nothing. Further formats (SenML, line protocol) are further implementations.
/// </summary>
internal interface IPayloadDecoder
{
    /// <summary>Decodes a payload that is not empty into a buffer that is.</summary>
    void Decode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBuffer into);
}

/// <summary>The payload format of the contract: the fast scanner for the usual shape, the general decoder for the rest.</summary>
internal sealed class JsonPayloadDecoder : IPayloadDecoder
{
    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBuffer into)
    {
        if (!FastJsonScanner.TryDecode(payload, in context, into))
        {
            into.Reset();
            GeneralJsonDecoder.Decode(payload, in context, into);
        }
    }
}
