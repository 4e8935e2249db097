using IOC.History.Embedded;
using IOC.History.Embedded.Codec;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Codec;

/// <summary>The rollups that lie beside a block.</summary>
public sealed class OutlineTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    private readonly OutlineDecoder _decoder = new();

    [Theory]
    [InlineData(1_000, 500, "Minute")]
    [InlineData(60_000, 500, "Hour")]
    [InlineData(60_000, 4000, "Day Hour")]
    [InlineData(900_000, 500, "Day")]
    [InlineData(86_400_000, 500, "")]
    [InlineData(1_000, 20, "")]
    public void Steps_are_kept_where_they_spare_reading(long period, int count, string steps)
    {
        Decode(Readings(count, i => i * period, i => i % 9), []);
        Assert.Equal(steps, string.Join(' ', new[] { RollupStep.Day, RollupStep.Hour, RollupStep.Minute }.Where(s => _decoder[s].Count > 0)));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 0)]
    [InlineData(3, -5)]
    [InlineData(4, 14)]
    [InlineData(5, 7)]
    [InlineData(6, 7)]
    public void Every_step_holds_exactly_what_its_readings_give(int seed, int dayOffset)
    {
        var random = new Random(seed);
        var at = T0 - random.NextInt64(0, 400 * 24 * Hour);
        var decimals = random.Next(3);
        var samples = Readings(3000, _ => at += random.Next(1, 5) * 20_000L, _ => seed == 5 ? random.NextDouble() * 1e9 : Math.Round((random.NextDouble() * 400) - 200, decimals), 0);
        var qualities = samples.Select(_ => (byte)(random.Next(200) == 0 ? 1 : 0)).ToArray();
        Decode(samples, qualities, dayOffset);
        Assert.NotEmpty(_decoder[RollupStep.Day]);
        Assert.NotEmpty(_decoder[RollupStep.Hour]);
        foreach (var step in new[] { RollupStep.Hour, RollupStep.Day })
        {
            var wanted = samples.Zip(qualities).GroupBy(r => OutlineEncoder.IndexOf(r.First.AtMs, step, dayOffset)).ToList();
            Assert.Equal(wanted.Count, _decoder[step].Count);
            foreach (var (group, rollup) in wanted.Zip(_decoder[step]))
            {
                Assert.Equal(group.All(r => r.Second == 0), rollup.AllGood);
                var (t, values) = (rollup.Totals, group.Select(r => r.First.Value).ToList());
                Assert.Equal((group.First().First.AtMs, group.Last().First.AtMs, values.Count), (t.FirstAtMs, t.LastAtMs, (int)t.Count));
                if (rollup.AllGood)
                {
                    Assert.Equal((values[0], values[^1], values.Min(), values.Max()), (t.First, t.Last, t.Min, t.Max));
                    Assert.Equal(values.Sum(), t.Sum, 1e-9 * values.Sum(Math.Abs));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 7, 1)]
    [InlineData(2, 0, 0)]
    [InlineData(3, -5, 2)]
    [InlineData(4, 14, 12)]
    public void Layout_2_holds_the_same_as_layout_1(int seed, int dayOffset, int decimals)
    {
        var random = new Random(seed);
        var at = T0 - random.NextInt64(0, 400 * 24 * Hour);
        var samples = Readings(9000, i => at += i / 1000 % 3 == 1 ? random.Next(1, 5) * 5_000L : 20_000L, _ => decimals == 12 ? random.NextDouble() : Math.Round((random.NextDouble() * 400) - 200, decimals), 0);
        var qualities = samples.Select(_ => (byte)(random.Next(2000) == 0 ? 1 : 0)).ToArray();
        Decode(samples, qualities, dayOffset);
        var (hours, days) = (_decoder[RollupStep.Hour].ToList(), _decoder[RollupStep.Day].ToList());
        var encoder = new BlockEncoder(samples.Length);
        encoder.Encode(samples, qualities);
        var outlines = new OutlineEncoder(dayOffset);
        var first = outlines.Encode(samples, qualities, encoder.Scale).Length;
        var packed = outlines.Encode(samples, qualities, encoder.Scale, packed: true).ToArray();
        Assert.InRange(packed.Length, 1, first);
        _decoder.Decode(packed);
        Assert.Equal(days, _decoder[RollupStep.Day]);
        Assert.Equal(encoder.Scale == DecimalValues.NoScale ? [] : hours, _decoder[RollupStep.Hour]);

        // Numbers and sums alone.
        _decoder.Decode(packed, edges: false);
        Assert.Equal(days.Select(d => (d.AllGood, d.Totals.FirstAtMs, d.Totals.LastAtMs, d.Totals.Count, d.Totals.Sum)), _decoder[RollupStep.Day].Select(d => (d.AllGood, d.Totals.FirstAtMs, d.Totals.LastAtMs, d.Totals.Count, d.Totals.Sum)));
    }

    [Fact]
    public void A_damaged_outline_of_layout_2_is_told()
    {
        var bytes = new OutlineEncoder(7).Encode(Readings(600, i => i * Minute, i => i / 10.0), [], 1, packed: true).ToArray();
        _decoder.Decode(bytes);
        var random = new Random(9);
        for (var i = 1; i < bytes.Length; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= 0x10;
            Assert.Throws<CorruptBlockException>(() => _decoder.Decode(damaged));
        }

        for (var round = 0; round < 5000; round++)
        {
            var body = bytes[..^4];
            body[random.Next(2, body.Length)] = (byte)random.Next(256);
            try
            {
                _decoder.Decode([.. body, .. BitConverter.GetBytes(BlockFormat.Checksum(body))]);
            }
            catch (CorruptBlockException)
            {
                // Refused; any other exception fails the test.
            }
        }
    }

    [Fact]
    public void Version_2_is_written_as_documented() => Assert.Equal(
        PackedGolden,
        Convert.ToHexString(new OutlineEncoder(7).Encode(Readings(200, i => i * Minute, i => 20 + (i * i % 17 / 10.0)), [.. Enumerable.Range(0, 200).Select(i => (byte)(i == 130 ? 2 : 0))], 1, packed: true)));

    private const string PackedGolden = "020711042300BE2938B741800B4DFD5F41B685F535BCACEC5F9C003B101A2064513CD4B3B2D000000E008241A8120839D88656B44F800096397074";

    [Fact]
    public void A_day_begins_where_the_zone_has_it()
    {
        // Every 10 minutes from 2026-01-05 00:00 UTC on: at 17:00 UTC it is midnight in Viet Nam.
        Decode(Readings(400, i => i * 10 * Minute, i => i), [], dayOffset: 7);
        Assert.Equal(T0 + (17 * Hour), _decoder[RollupStep.Day][1].Totals.FirstAtMs);
    }

    [Fact]
    public void A_damaged_or_newer_outline_is_told()
    {
        var bytes = Encode(Readings(600, i => i * Minute, i => i / 10.0), []);
        Assert.Throws<CorruptBlockException>(() => _decoder.Decode([9, .. bytes[1..]]));
        Assert.Throws<CorruptBlockException>(() => _decoder.Decode(bytes.AsSpan(0, bytes.Length - 1)));
        for (var i = 1; i < bytes.Length; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= 0x10;
            Assert.Throws<CorruptBlockException>(() => _decoder.Decode(damaged));
        }
    }

    [Fact]
    public void Version_1_is_written_as_documented()
    {
        var bytes = Encode(Readings(40, i => i * 150_000L, i => 20 + (i * i % 17 / 10.0)), [.. Enumerable.Range(0, 40).Select(i => (byte)(i == 30 ? 2 : 0))], dayOffset: 17 - 24);
        Assert.Equal(Golden, Convert.ToHexString(bytes));
    }

    private const string Golden = "01F9110280E0A0B7F16690C9D201319003040010E002E0A71290AA890120D7E700ED";

    private static Sample[] Readings(int count, Func<int, long> at, Func<int, double> value, long from = T0) =>
        [.. Enumerable.Range(0, count).Select(i => new Sample(from + at(i), value(i)))];

    private static byte[] Encode(Sample[] samples, byte[] qualities, int dayOffset = 7)
    {
        var encoder = new BlockEncoder(samples.Length);
        encoder.Encode(samples, qualities);
        return new OutlineEncoder(dayOffset).Encode(samples, qualities, encoder.Scale).ToArray();
    }

    private void Decode(Sample[] samples, byte[] qualities, int dayOffset = 7) => _decoder.Decode(Encode(samples, qualities, dayOffset));
}
