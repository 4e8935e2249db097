using IOC.History.Embedded;
using IOC.History.Embedded.Codec;

namespace IOC.History.Tests.Codec;

public sealed class BlockCodecTests
{
    private const long T0 = TestCity.T0;

    private readonly BlockEncoder _encoder = new(4352);
    private readonly BlockDecoder _decoder = new();
    private readonly SampleBuffer _decoded = new();

    public static TheoryData<string, double[]> Values => new()
    {
        { "one", [12.3] },
        { "zero", [0, 0, 0] },
        { "negative zero", [0.0, -0.0, 1] },
        { "tenths", [12.3, 12.4, -0.1, 99.9] },
        { "twelve digits", [1e-12, 0.5, 0.000000000001, 1023.000000000001] },
        { "thirds", [1 / 3.0, 2 / 3.0, 1, 4 / 3.0] },
        { "sum that is no decimal", [0.1 + 0.2, 0.3, 0.1] },
        { "largest", [double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon] },
        { "integers at the edge", [(1L << 50) - 1, 1L << 50, (1L << 50) + 1, 1L << 53, -(1L << 50)] },
        { "sentinels among decimals", [7.1, -9999, 7.2, 7999, 7.1] },
        { "floats", [12.3f, 12.4f, 12.5f, 99.9f] },
        { "large with decimals", [123_456_789.01, 123_456_789.02, 1e15, 1e15 + 0.5] },
        { "not numbers", [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1] },
    };

    [Theory]
    [MemberData(nameof(Values))]
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
            var samples = RandomSamples(random, random.Next(1, seed % 10 == 0 ? 4352 : 300));
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
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(31)]
    [InlineData(57)]
    [InlineData(62)]
    public void Integers_of_every_width_come_back(int bits)
    {
        // Differences of 2^bits make groups of that width; the outlier makes varints the shorter form.
        foreach (var outlier in new[] { 0L, 1L << 40 })
        {
            var numbers = Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? 1 : -1) * ((1L << bits) - 1)).ToArray();
            numbers[50] += outlier;
            var bytes = new byte[2000];
            var writer = new BlockWriter(bytes);
            PackedIntegers.Write(ref writer, numbers);
            var reader = new BlockReader(writer.Written);
            var back = new long[numbers.Length];
            PackedIntegers.Read(ref reader, back);
            Assert.Equal(numbers, back);
            Assert.Equal(0, reader.Remaining);
        }
    }

    [Fact]
    public void A_regular_and_constant_series_costs_next_to_nothing()
    {
        var block = _encoder.Encode([.. Enumerable.Range(0, 512).Select(i => new Sample(T0 + (i * 60_000), 21.5))], []);
        Assert.InRange(block.Length, 1, 64);
    }

    [Fact]
    public void Noise_of_two_digits_costs_less_than_a_byte_a_reading()
    {
        var random = new Random(1);
        var block = _encoder.Encode([.. Enumerable.Range(0, 512).Select(i => new Sample(T0 + (i * 1000), Math.Round(20 + random.NextDouble(), 1)))], []);
        Assert.InRange(block.Length, 1, 512);
    }

    [Fact]
    public void Values_that_do_not_compress_cost_eight_bytes_and_no_more()
    {
        var random = new Random(1);
        var block = _encoder.Encode([.. Enumerable.Range(0, 512).Select(i => new Sample(T0 + (i * 1000), BitConverter.Int64BitsToDouble(random.NextInt64())))], []);
        Assert.InRange(block.Length, 8 * 512, (8 * 512) + 64);
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_noticed()
    {
        var random = new Random(5);
        var samples = RandomSamples(random, 40);
        byte[] qualities = [.. samples.Select((_, i) => (byte)(i == 7 ? 2 : 0))];
        var block = _encoder.Encode(samples, qualities).ToArray();
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
            var body = _encoder.Encode(RandomSamples(random, random.Next(1, 60)), []).ToArray()[..^4];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                body[random.Next(1, body.Length)] = (byte)random.Next(256);
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

    [Fact]
    public void A_block_of_a_newer_version_is_refused_by_its_number()
    {
        var block = _encoder.Encode([new Sample(T0, 1)], []).ToArray();
        block[0] = 3;
        Assert.Contains("version 3", Assert.Throws<CorruptBlockException>(() => _decoder.Decode(block, _decoded)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_is_over_good_readings_only()
    {
        Sample[] samples = [new(1, -9999), new(2, 5), new(3, 3), new(4, 7), new(5, 1e9)];
        Assert.Equal(new BlockSummary(1, 5, 5, 3, 3, 7, 15, 5, 7), BlockSummary.Of(samples, [3, 0, 0, 0, 1]));
        Assert.Equal(new BlockSummary(1, 5, 5, 0, 0, 0, 0, 0, 0), BlockSummary.Of(samples, [3, 1, 1, 1, 1]));
        Assert.Equal(new BlockSummary(2, 4, 3, 3, 3, 7, 15, 5, 7), BlockSummary.Of(samples.AsSpan(1, 3), []));
    }

    private static Sample[] RandomSamples(Random random, int count)
    {
        var at = T0 + random.Next(1_000_000);
        var (step, digits, shape) = (random.Next(4), random.Next(0, 10), random.Next(6));
        var level = 0.0;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            at += step switch { 0 => 1000, 1 => 60_000 + random.Next(-20, 20), 2 => random.NextInt64(1, 1L << random.Next(1, 40)), _ => 1000 * random.Next(1, 5) };
            level += random.NextDouble() - 0.5;
            return new Sample(at, shape switch
            {
                0 => Math.Round(level, digits),
                1 => level,
                2 => (float)level,
                3 => BitConverter.Int64BitsToDouble(random.NextInt64()),
                4 => random.Next(30) == 0 ? -9999 : Math.Round(level * 1e6, digits),
                _ => random.NextInt64(-(1L << 40), 1L << 40),
            });
        })];
    }

    private void AssertRoundTrip(Sample[] samples, byte[] qualities)
    {
        var block = _encoder.Encode(samples, qualities).ToArray();
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
