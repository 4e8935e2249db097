using IOC.Telemetry;

namespace IOC.Registry.Tests;

/// <summary>places.csv.</summary>
public abstract class PlacesTests(RegistryStoreKind kind) : IDisposable
{
    private const string Header = "kind,id,priority,reason_vi,reason_en";
    private readonly CatalogueSample _sample = new(kind);

    [Fact]
    public async Task Places_are_read_and_may_be_absent()
    {
        Assert.Empty((await _sample.LoadAsync()).Catalogue.Places);
        _sample.Write("places.csv", Header, "sensor,air-1,higher,Trước cổng trường,By a school's gate", "area,bac-giang-xuong-giang,lower,Khu đất trống,Waste land");
        Assert.Equal(
            [
                new PriorityPlace(PlaceKind.Sensor, "air-1", 1, new LocalText("Trước cổng trường", "By a school's gate")),
                new PriorityPlace(PlaceKind.Area, "bac-giang-xuong-giang", -1, new LocalText("Khu đất trống", "Waste land")),
            ],
            (await _sample.LoadAsync()).Catalogue.Places);
    }

    [Theory]
    [InlineData("sensor,air-9,higher,a,b", "no such sensor")]
    [InlineData("asset,gw,higher,a,b", "no such asset")]
    [InlineData("area,province,higher,a,b", "no such district or commune")]
    [InlineData("sensor,air-1,up,a,b", "use one of")]
    [InlineData("road,air-1,higher,a,b", "use one of")]
    [InlineData("sensor,air-1,higher,,b", "empty")]
    public async Task Mistakes_are_told(string row, string words)
    {
        _sample.Write("places.csv", Header, row);
        var error = await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("places.csv:2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_is_there_once()
    {
        _sample.Write("places.csv", Header, "sensor,air-1,higher,a,b", "sensor,air-1,lower,a,b");
        Assert.Contains("twice", (await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _sample.Dispose();
        GC.SuppressFinalize(this);
    }
}
