using IOC.History.Embedded.Codec;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Codec;

/// <summary>Blocks of layout version 2.</summary>
public sealed class PackedBlockTests
{
    private readonly PackedBlockEncoder _encoder = new();
    private readonly BlockDecoder _decoder = new();
    private readonly SampleBuffer _decoded = new();

    [Theory]
    [MemberData(nameof(BlockCodecTests.Values), MemberType = typeof(BlockCodecTests))]
    public void Values_come_back_bit_for_bit(string name, double[] values)
    {
        Assert.NotEmpty(name);
        AssertRoundTrip([.. values.Select((v, i) => new Sample(T0 + (i * 1000), v))], []);
        AssertRoundTrip([.. Enumerable.Range(0, 500).Select(i => new Sample(T0 + (i * 999), values[i % values.Length]))], []);
    }

    [Fact]
    public void Times_come_back_at_any_distance()
    {
        long[][] times =
        [
            [long.MinValue, long.MaxValue], [long.MinValue, -1, 0, 1, long.MaxValue], [-1000, 0, 1000], [-999, 0, 1001],
            [T0, T0 + 1], [T0, T0 + 86_400_000, T0 + 86_400_001], [.. Enumerable.Range(0, 33).Select(i => T0 + (1000L * i * i))],
        ];
        foreach (var series in times)
        {
            AssertRoundTrip([.. series.Select(t => new Sample(t, 1.5))], []);
        }
    }

    [Fact]
    public void Random_blocks_come_back_whole()
    {
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var samples = RandomSamples(random, random.Next(1, seed % 30 == 0 ? 6000 : 300));
            byte[] qualities = random.Next(3) switch
            {
                0 => [],
                1 => [.. samples.Select(_ => (byte)random.Next(4))],
                _ => [.. samples.Select((_, i) => (byte)(i / 40 % 4))],
            };
            AssertRoundTrip(samples, qualities);
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1000)]
    [InlineData(8100)]
    public void A_block_holds_as_many_readings_as_fit(int bytes)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var samples = RandomSamples(new Random(seed), 9000).AsSpan();
            while (!samples.IsEmpty)
            {
                var block = _encoder.Encode(samples, [], bytes, out var taken);
                Assert.True(block.Length <= bytes || taken == 1, $"{block.Length} bytes for {taken} readings");
                _decoder.Decode(block, _decoded);
                Assert.True(samples[..taken].SequenceEqual(_decoded.Samples.AsSpan(0, _decoded.Count)));
                samples = samples[taken..];
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_noticed()
    {
        var block = _encoder.Encode(RandomSamples(new Random(5), 40), [.. Enumerable.Range(0, 40).Select(i => (byte)(i == 7 ? 2 : 0))], int.MaxValue, out _).ToArray();
        for (var bit = 0; bit < block.Length * 8; bit++)
        {
            var damaged = block.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CorruptBlockException>(() => _decoder.Decode(damaged, _decoded));
        }

        for (var length = 0; length < block.Length; length++)
        {
            Assert.Throws<CorruptBlockException>(() => _decoder.Decode(block.AsSpan(0, length), _decoded));
        }
    }

    [Fact]
    public void Damage_under_a_right_checksum_is_refused_and_never_read_past_the_end()
    {
        var random = new Random(6);
        for (var round = 0; round < 20_000; round++)
        {
            var body = _encoder.Encode(RandomSamples(random, random.Next(1, 60)), [], int.MaxValue, out _).ToArray()[..^4];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                body[random.Next(1, Math.Min(body.Length, 1 + random.Next(1, 200)))] = (byte)random.Next(256);
            }

            if (random.Next(3) == 0)
            {
                body = body[..random.Next(4, body.Length)];
            }

            byte[] block = [.. body, .. BitConverter.GetBytes(BlockFormat.Checksum(body))];
            try
            {
                _decoder.Decode(block, _decoded);
            }
            catch (CorruptBlockException)
            {
                // Refused; any other exception fails the test.
            }
        }
    }

    [Theory]
    [InlineData("random walk of tenths", 0.60)]
    [InlineData("means of nine", 0.80)]
    [InlineData("pulses of a fraction", 0.75)]
    [InlineData("tenths with a few long decimals", 0.70)]
    [InlineData("constant", 0.01)]
    [InlineData("floats", 2.30)]
    public void What_sensors_send_takes_little(string what, double mostBytes)
    {
        var random = new Random(3);
        var level = 500;
        double Next(int i)
        {
            level += random.Next(-10, 11);
            return what switch
            {
                "random walk of tenths" => level / 10.0,
                "means of nine" => Math.Round(level / 9.0, 8),
                "pulses of a fraction" => Math.Round(level * 240.0 / 79, 5),
                "tenths with a few long decimals" => i % 1000 == 7 ? level / 7.0 : level / 10.0,
                "constant" => 21.5,
                _ => level / 10f,
            };
        }

        var samples = Enumerable.Range(0, 4000).Select(i => new Sample(T0 + (i * 60_000L), Next(i))).ToArray();
        var block = _encoder.Encode(samples, [], int.MaxValue, out var taken);
        Assert.Equal(samples.Length, taken);
        Assert.InRange(block.Length, 1, (int)(mostBytes * samples.Length));
        AssertRoundTrip(samples, []);
    }

    private static Sample[] RandomSamples(Random random, int count)
    {
        var at = T0 + random.Next(1_000_000);
        var (step, digits, shape, parts) = (random.Next(5), random.Next(0, 10), random.Next(10), random.Next(3, 100));
        var level = 0.0;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            at += step switch { 0 => 1000, 1 => 60_000 + random.Next(-20, 20), 2 => random.NextInt64(1, 1L << random.Next(1, 40)), 3 => 300_000, _ => 1000 * random.Next(1, 5) };
            level += random.NextDouble() - 0.5;
            var whole = Math.Round(level * 20);
            return new Sample(at, shape switch
            {
                0 => Math.Round(level, digits),
                1 => level,
                2 => (float)level,
                3 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                4 => random.Next(30) == 0 ? -9999 : Math.Round(level * 1e6, digits),
                5 => random.NextInt64(-(1L << 40), 1L << 40),
                6 => Math.Round(whole / parts, 8),
                7 => Math.Round(whole / (random.Next(2) == 0 ? 9 : 8), 8),
                8 => random.Next(50) == 0 ? level : Math.Round(level, 1),
                _ => Math.Round(whole * 7.25, 2),
            });
        })];
    }

    private void AssertRoundTrip(Sample[] samples, byte[] qualities)
    {
        var block = _encoder.Encode(samples, qualities, int.MaxValue, out var taken).ToArray();
        Assert.Equal(samples.Length, taken);
        _decoder.Decode(block, _decoded);
        Assert.Equal(samples.Length, _decoded.Count);
        for (var i = 0; i < samples.Length; i++)
        {
            Assert.Equal(samples[i].AtMs, _decoded.Samples[i].AtMs);
            Assert.Equal(BitConverter.DoubleToInt64Bits(samples[i].Value), BitConverter.DoubleToInt64Bits(_decoded.Samples[i].Value));
            Assert.Equal(qualities.Length == 0 ? 0 : qualities[i], _decoded.Qualities[i]);
        }
    }
}
