using System.Runtime.InteropServices;

namespace IOC.Ingest;

/// <summary>What ingest has counted since its start.</summary>
/// <param name="Accepted">Messages kept (an array's objects are messages each), statuses included.</param>
/// <param name="Readings">Values kept.</param>
/// <param name="Implausible">Values kept that lie outside their property's plausible range.</param>
/// <param name="Bytes">Bytes of the payloads that were accepted or refused.</param>
/// <param name="PassedThrough">Publications that were none of ingest's business.</param>
/// <param name="Refused">Payloads refused, wholly or in part, by reason; every reason is there.</param>
/// <param name="UnregisteredSensors">Unregistered sensors known now.</param>
public sealed record IngestFigures(
    long Accepted, long Readings, long Implausible, long Bytes, long PassedThrough, IReadOnlyDictionary<RefusalReason, long> Refused, int UnregisteredSensors);

/// <summary>The counters. Spread over cache lines by thread: a thousand connections count here with every message.</summary>
internal sealed class IngestCounters
{
    private const int Stripes = 16;

    private readonly Stripe[] _stripes = new Stripe[Stripes];
    private readonly long[] _refused = new long[RefusalReasons.Count];
    private long _passedThrough;

    public void Accepted(int messages, int values, int implausible, int bytes)
    {
        ref var stripe = ref _stripes[Environment.CurrentManagedThreadId & (Stripes - 1)];
        Interlocked.Add(ref stripe.Messages, messages);
        Interlocked.Add(ref stripe.Values, values);
        Interlocked.Add(ref stripe.Bytes, bytes);
        if (implausible > 0)
        {
            Interlocked.Add(ref stripe.Implausible, implausible);
        }
    }

    public void Refused(RefusalReason reason, int bytes)
    {
        Interlocked.Increment(ref _refused[(int)reason]);
        Interlocked.Add(ref _stripes[0].Bytes, bytes);
    }

    public void PassedThrough() => Interlocked.Increment(ref _passedThrough);

    public IngestFigures Read(int unregistered)
    {
        long messages = 0, values = 0, implausible = 0, bytes = 0;
        foreach (ref var stripe in _stripes.AsSpan())
        {
            messages += Interlocked.Read(ref stripe.Messages);
            values += Interlocked.Read(ref stripe.Values);
            implausible += Interlocked.Read(ref stripe.Implausible);
            bytes += Interlocked.Read(ref stripe.Bytes);
        }

        var refused = Enum.GetValues<RefusalReason>().ToDictionary(r => r, r => Interlocked.Read(ref _refused[(int)r]));
        return new IngestFigures(messages, values, implausible, bytes, Interlocked.Read(ref _passedThrough), refused, unregistered);
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Stripe
    {
        public long Messages;
        public long Values;
        public long Implausible;
        public long Bytes;
    }
}
