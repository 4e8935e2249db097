using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The map: search, layers, clusters, lines.</summary>
[Collection(OperatorSuite.Name)]
public sealed class MapTests(OperatorSuite suite)
{
    [NeedsProgramFact("chromium")]
    public async Task Search_finds_without_diacritics_goes_there_and_selects_by_keyboard_alone()
    {
        var city = await suite.BusyCityAsync();
        var station = city.Sensors.Keys.First(id => id.Contains("aqm", StringComparison.Ordinal));
        await suite.OnPageAsync(city, new Look("en", Operator: "vh-07"), async tab =>
        {
            await tab.UntilDrawnAsync();
            await tab.PressAsync("f");
            await tab.TypeAsync("VIET yen");
            await tab.SeeAsync("#map-found [role=option]");
            Assert.Contains("Việt Yên", await tab.TextAsync("#map-found-0"), StringComparison.Ordinal);
            Assert.Contains("District", await tab.TextAsync("#map-found-0"), StringComparison.Ordinal);

            // đ is a letter of its own, not a d with a mark.
            await tab.PressAsync("Control+a");
            await tab.TypeAsync("son dong");
            await tab.UntilAsync("() => document.querySelector('#map-found-0')?.innerText.includes('Sơn Động')");

            await tab.PressAsync("Control+a");
            await tab.TypeAsync(station);
            await tab.UntilAsync("(id) => document.querySelectorAll('#map-found [role=option]').length === 1", station);
            await tab.PressAsync("Enter");
            await tab.UntilAsync("(id) => document.querySelector('.sensor .id')?.innerText === id", station);
            await tab.UntilDrawnAsync();
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task A_hidden_domain_is_never_forgotten()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnPageAsync(city, new Look("en", Operator: "vh-07"), async tab =>
        {
            await tab.UntilDrawnAsync();
            await tab.ClickAsync(".map-corner > button:last-child");
            await tab.ClickAsync(".layer-panel fieldset:first-of-type label:has-text('Environment')");
            await tab.SeeAsync(".hidden-note.waiting");
            Assert.Contains("unacknowledged", await tab.TextAsync(".hidden-note"), StringComparison.Ordinal);

            // It is remembered, and so is that it has to be said.
            await tab.ReloadAsync();
            await tab.UntilLinkAsync("live");
            await tab.SeeAsync(".hidden-note.waiting");
            await tab.ClickAsync(".hidden-note button");
            await tab.UntilAsync("() => document.querySelector('.hidden-note') === null");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task Lines_are_drawn_with_what_depends_on_them()
    {
        var city = await suite.BusyCityAsync();
        var shapes = await city.Host.GetAsync("/api/v1/assets/geojson?below=true");
        var feeder = shapes.GetProperty("features").EnumerateArray().First(f => f.GetProperty("geometry").GetProperty("type").GetString() == "LineString").GetProperty("properties");
        Assert.NotEmpty(feeder.GetProperty("below").EnumerateArray());
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07", Width: 1920, Height: 1080), async tab =>
        {
            await tab.PressAsync("f");
            await tab.TypeAsync(feeder.GetProperty("id").GetString()!);
            await tab.SeeAsync("#map-found-0");
            await tab.PressAsync("Enter");
            await tab.SeeAsync(".asset-card");
            Assert.Contains(feeder.GetProperty("nameVi").GetString()!, await tab.TextAsync(".asset-card"), StringComparison.Ordinal);
            await tab.ClickAsync(".map-corner > button:last-child");
            await PictureAsync(tab, "map-lines-vi-night");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task Pictures_for_every_kind_of_sight()
    {
        var city = await suite.BusyCityAsync();
        foreach (var theme in new[] { "night", "day" })
        {
            await suite.OnPageAsync(city, new Look(theme == "night" ? "en" : "vi", theme, "vh-07", 1920, 1080), async tab =>
            {
                await tab.SeeAsync(".row");
                foreach (var sight in new[] { "none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia" })
                {
                    await tab.SeeAsAsync(sight);
                    await PictureAsync(tab, $"map-{theme}-{sight}");
                }
            });
        }
    }

    [NeedsProgramFact("chromium")]
    public async Task A_base_map_beside_the_catalogue_is_drawn_under_everything()
    {
        var city = await suite.BusyCityAsync();
        var file = Path.Combine(city.Catalogue, "basemap.pmtiles");
        var look = new Look("en", Operator: "vh-07", Width: 1920, Height: 1080);
        const string Attribution = "() => document.querySelector('.attribution').innerText";

        // A corner of the map that is land and outside of every district, in view before and after.
        var (x, y) = (1300, 200);
        int[] land = [];
        await suite.OnPageAsync(city, look, async tab =>
        {
            await tab.UntilDrawnAsync();
            Assert.Equal("Base map: Natural Earth", await tab.EvaluateAsync<string>(Attribution));
            land = await tab.ColourAsync(x, y);
        });

        await File.WriteAllBytesAsync(file, SmallestBasemap.Make());
        try
        {
            await IsServedInRangesAsync(city.Host.Client);
            await suite.OnPageAsync(city, look, async tab =>
            {
                await tab.UntilAsync("() => document.querySelector('.attribution').innerText.includes('Nguồn thử')");
                await tab.UntilDrawnAsync();
                int[] water = [0x15, 0x18, 0x1b];
                var shown = await tab.ColourAsync(x, y);
                Assert.NotEqual(land, shown);
                Assert.Equal(water, shown);
                await tab.ClickAsync(".map-corner > button:last-child");
                await tab.ClickAsync(".layer-panel label:has-text('Base map')");
                await tab.SeeAsync(".hidden-note");
                await PictureAsync(tab, "map-basemap");
            });
            await suite.OnAddressAsync(new Uri(city.Host.Http, "/wall/?pages=map&lang=en"), look, tab =>
                tab.UntilAsync("() => document.querySelector('.wall-map .attribution')?.innerText.includes('Nguồn thử')"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task IsServedInRangesAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/map/basemap.pmtiles", UriKind.Relative));
        request.Headers.Range = new(0, 6);
        using var response = await client.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("application/vnd.pmtiles", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("PMTiles", await response.Content.ReadAsStringAsync());
        Assert.NotNull(response.Headers.ETag);
    }

    private static async Task PictureAsync(Tab tab, string name)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await tab.UntilDrawnAsync();
        await tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
    }
}
