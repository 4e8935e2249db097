using IOC.History.Embedded;
using IOC.History.Embedded.Codec;
using IOC.Telemetry;
using IOC.Testing;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <summary>
/// Bytes as each version wrote them (docs/history-format.md). They must be readable for ever: a change that fails here needs a
/// new version number beside the old one, not new bytes in this file.
/// </summary>
public sealed class GoldenFormatTests
{
    /// <summary>Blocks: name, bytes in hexadecimal.</summary>
    public static TheoryData<string, string> Blocks => new()
    {
        { "one reading", "01040180FCD7950D01F60124EF275C" },
        { "decimals, regular, some faulty", "010C2880FCD7950D78000000070202001F01900305C228F7961E8064065B2A4118E5DED20390CC604B041562EA0F2E19A2D3" },
        { "sentinel, irregular", "01001480E0A0B7F166D20F04944449444994449444018E01FF0000000000000000B99B0CBA9B0C0000000000000000000EDEA5E0" },
        { "exclusive or", "01050C80FCD7950D0200000000A099992840338099A0E48045222610" },
        { "raw", "010204FDDFA0B7F1660200D9B259477BAD1044B033508C4F6231C8B293B679CC1E524CB5C22C1A45E372D0EA6D4E26" },
    };

    /// <summary>Blocks of version 2: name, bytes in hexadecimal.</summary>
    public static TheoryData<string, string> PackedBlocks => new()
    {
        { "one reading", "02340180FCD7950D000101F60100000000006946A05E" },
        { "decimals, regular, some faulty", "021C2880FCD7950D780101A003002413732E066A77527332448D4544E0DA69C123325BAC649D99AB18800BE4CC82009EB18DE8" },
        { "sentinel, irregular", "02001480E0A0B7F166D20F01DD8D068E010000568A5DEFA3359E77FCC75F1CE7687A88858FCA" },
        { "exclusive or", "02350C80FCD7950D020F808080808080800180808080B4E6CCA88001000029E668358C4D00521D05DF" },
        { "raw", "025204FDDFA0B7F166020000F4408AD7B4759B2D9FC831624F8C5033B0E1BC84CBF467EE345E320B68D1DEB4B8EDA4000062414C03" },
        { "means of nine and eight", "02362880FCD7950DD80404010308010908196402A0F8FA0580C2D72F080018BC84448CD5C8F1F8B743C8E870B823B21EB9DD6AFEE7039E7C58BE6ADB45495789429C5334133BEC3940F6AF76A51EC33A000102C84A" },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_of_version_1_is_read(string name, string hex)
    {
        var (samples, qualities) = BlockOf(name);
        var decoded = new SampleBuffer();
        new BlockDecoder().Decode(Convert.FromHexString(hex), decoded);
        Assert.Equal(samples, decoded.Samples.Take(decoded.Count));
        Assert.Equal(qualities, decoded.Qualities.Take(decoded.Count));
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Version_1_is_still_written_as_documented(string name, string hex)
    {
        var (samples, qualities) = BlockOf(name);
        Assert.Equal(hex, Convert.ToHexString(new BlockEncoder(64).Encode(samples, qualities)));
    }

    [Theory]
    [MemberData(nameof(PackedBlocks))]
    public void A_block_of_version_2_is_read(string name, string hex)
    {
        var (samples, qualities) = BlockOf(name);
        var decoded = new SampleBuffer();
        new BlockDecoder().Decode(Convert.FromHexString(hex), decoded);
        Assert.Equal(samples, decoded.Samples.Take(decoded.Count));
        Assert.Equal(qualities, decoded.Qualities.Take(decoded.Count));
    }

    [Theory]
    [MemberData(nameof(PackedBlocks))]
    public void Version_2_is_still_written_as_documented(string name, string hex)
    {
        var (samples, qualities) = BlockOf(name);
        Assert.Equal(hex, Convert.ToHexString(new PackedBlockEncoder().Encode(samples, qualities, int.MaxValue, out _)));
    }

    [Theory]
    [InlineData("history-p0.v1.db", 2)]
    [InlineData("history-p0.v2.db", 2)]
    [InlineData("history-p0.v3.db", 1)]
    public async Task A_store_of_every_version_is_opened_read_and_continued(string file, int untidy)
    {
        using var folder = new TempDirectory();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", file), folder.Combine("history-p0.db"));
        var expected = new ExpectedHistory();
        var log = new TestLog();
        await using var store = new EmbeddedHistoryStore(new EmbeddedHistoryOptions { Directory = folder.Path, BlockReadings = 32 }, Properties);
        Assert.Equal(StoredBatches, store.LoadCheckpoint(0));
        foreach (var batch in Batches().Take(StoredBatches))
        {
            Array.ForEach(batch, r => expected.Add(r));
        }

        await AssertHoldsAsync();

        // Blocks of version 1 have no rollups yet; they get them, late readings find their place, and nothing else changes.
        Assert.Equal(untidy, (await store.MaintainAsync(new Dictionary<string, long>())).Tidied);
        await AssertHoldsAsync();
        Assert.Equal(0, (await store.MaintainAsync(new Dictionary<string, long>())).Tidied);
        foreach (var batch in Batches())
        {
            log.Append(store, batch);
        }

        foreach (var batch in Batches().Skip(StoredBatches))
        {
            Array.ForEach(batch, r => expected.Add(r));
        }

        await AssertHoldsAsync();

        async Task AssertHoldsAsync()
        {
            Assert.Equal(expected.Series(), await store.ListSeriesAsync(new SeriesFilter()));
            foreach (var property in new[] { "pm25", "stage" })
            {
                var selector = SeriesSelector.ForDistrict("viet-yen", property);
                Assert.Equal(
                    expected.Raw(selector, 0, long.MaxValue, QualityFilter.All),
                    await HistoryAssert.AllAsync(store, new RawQuery(selector, 0, long.MaxValue, QualityFilter.All)));
            }
        }
    }

    private const int StoredBatches = 30;

    /// <summary>What the fixtures were made from: the first 30 batches, a checkpoint after every tenth (and the upkeep after the twentieth, for
    /// version 3), blocks of 32.</summary>
    private static IEnumerable<TestReading[]> Batches()
    {
        var book = new AddressBook();
        var (air, river) = (book.GetOrAdd("viet-yen", "environment", "air-01"), book.GetOrAdd("viet-yen", "water", "river-1"));
        for (var b = 0; b < 40; b++)
        {
            var at = T0 + (b * 10_000L);
            yield return
            [
                .. Enumerable.Range(0, 10).Select(i => new TestReading(air, Pm25, at + (i * 1000), 20 + (((b * 7) + i) % 13 / 10.0), b == 5 ? Quality.Calibrating : Quality.Ok)),
                .. Enumerable.Range(0, 5).Select(i => new TestReading(river, Stage, at + (i * 1999), Math.Sqrt(b + i), i == 3 ? Quality.Implausible : Quality.Ok)),
                new TestReading(air, Pm25, at - 150_500, b),
            ];
        }
    }

    private static (Sample[] Samples, byte[] Qualities) BlockOf(string name) => name switch
    {
        "one reading" => ([new Sample(T0, 12.3)], [0]),
        "decimals, regular, some faulty" => ([.. Enumerable.Range(0, 40).Select(i => new Sample(T0 + (i * 60_000), 20 + (i * i % 17 / 10.0)))], [.. Enumerable.Range(0, 40).Select(i => (byte)(i is 7 or 8 ? 2 : 0))]),
        "sentinel, irregular" => ([.. Enumerable.Range(0, 20).Select(i => new Sample(T0 + (i * 1000) + (i * i % 7), i == 9 ? -9999 : 7.1))], new byte[20]),
        "exclusive or" => ([.. Enumerable.Range(0, 12).Select(i => new Sample(T0 + (i * 1000), (float)(12.3 + (i / 3))))], new byte[12]),
        "raw" => ([.. Enumerable.Range(1, 4).Select(i => new Sample(-T0 + i, (i % 2 == 0 ? -1 : 1) * Math.Pow(Math.PI, i * 40)))], new byte[4]),
        "means of nine and eight" => ([.. Enumerable.Range(0, 40).Select(i => new Sample(T0 + (i * 300_000), Math.Round((500 + (i * i % 31)) / (i / 10 % 2 == 0 ? 9.0 : 8.0), 8)))], new byte[40]),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
