namespace IOC.History.Embedded.Codec;

/// <summary>Reusable columns of decoded readings.</summary>
internal sealed class SampleBuffer
{
    /// <summary>Times and values; valid up to <see cref="Count"/>.</summary>
    public Sample[] Samples { get; private set; } = [];

    /// <summary>Qualities (numbers of <see cref="IOC.Telemetry.Quality"/>); valid up to <see cref="Count"/>.</summary>
    public byte[] Qualities { get; private set; } = [];

    /// <summary>Readings held.</summary>
    public int Count { get; private set; }

    /// <summary>Makes room for readings; what was held before is kept only up to <paramref name="keep"/>.</summary>
    public void Resize(int count, int keep = 0)
    {
        if (count > Samples.Length)
        {
            var samples = new Sample[Math.Max(count, Samples.Length * 2)];
            var qualities = new byte[samples.Length];
            Samples.AsSpan(0, keep).CopyTo(samples);
            Qualities.AsSpan(0, keep).CopyTo(qualities);
            (Samples, Qualities) = (samples, qualities);
        }

        Count = count;
    }

    /// <summary>Adds a reading at the end.</summary>
    public void Add(in Sample sample, byte quality)
    {
        var at = Count;
        Resize(at + 1, at);
        Samples[at] = sample;
        Qualities[at] = quality;
    }

    /// <summary>Adds readings at the end.</summary>
    public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        var at = Count;
        Resize(at + samples.Length, at);
        samples.CopyTo(Samples.AsSpan(at));
        qualities.CopyTo(Qualities.AsSpan(at));
    }
}

/// <summary>What codecs ask of readings.</summary>
internal static class Samples
{
    /// <summary>Whether an instant is not a whole second.</summary>
    public static bool ContainsOddMilliseconds(this ReadOnlySpan<Sample> samples)
    {
        foreach (ref readonly var sample in samples)
        {
            if (sample.AtMs % 1000 != 0)
            {
                return true;
            }
        }

        return false;
    }
}
