using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The wall: legible from afar, true about its link, and the same after hundreds of turns.</summary>
[Collection(OperatorSuite.Name)]
public sealed class WallTests(OperatorSuite suite)
{
    // Type that is smaller than the farthest viewer can read, and what is cut off. The map's names are drawn, and what the controls say is for who stands there.
    private const string Faults =
        """
        (least) => {
          const faults = [];
          if (document.scrollingElement.scrollWidth > innerWidth + 10) faults.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
          for (const element of document.querySelectorAll('.wall *')) {
            const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim() !== '').map((node) => node.textContent.trim()).join(' ');
            if (words === '' || !element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, .visually-hidden, .wall-controls, .map-canvas, dialog')) continue;
            const { right, bottom, width } = element.getBoundingClientRect();
            const size = parseFloat(getComputedStyle(element).fontSize);
            if (size < least - 0.01) faults.push(`"${words}" is ${size} px, not ${least}`);
            if (width > 0 && (right > innerWidth || bottom > innerHeight)) faults.push(`"${words}" reaches to ${right}, ${bottom}`);
          }
          return faults;
        }
        """;

    [NeedsProgramFact("chromium")]
    public async Task Every_page_is_legible_from_four_metres_in_both_languages_and_themes()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        var city = await suite.BusyCityAsync();
        var faults = new List<string>();
        foreach (var (language, theme, width, height, mm) in new[] { ("vi", "night", 1920, 1080, 2420), ("en", "day", 1920, 1080, 1218), ("vi", "day", 3840, 2160, 3000) })
        {
            var address = new Uri(city.Host.Http, $"/wall/?distance=4&width={mm}&period=3600&lang={language}&theme={theme}");
            await suite.OnAddressAsync(address, new Look(language, "night", null, width, height), async tab =>
            {
                await tab.SeeAsync(".wall[data-link=live] .domain-card");
                await tab.LoadAxeAsync();

                // A capital of Be Vietnam Pro is 0.7 of its size; 16 minutes of arc at 4 m are 18.6 mm.
                var least = 4000 * Math.Tan(16.0 / 60 * Math.PI / 180) / 0.7 * width / mm;
                var pages = new HashSet<string>(StringComparer.Ordinal);
                while (pages.Add($"{await tab.AttributeAsync(".wall", "data-page")}{await tab.AttributeAsync(".wall", "data-part")}"))
                {
                    var name = $"wall-{width}x{height}-{mm}mm-{language}-{theme}-{pages.Last()}";
                    if (pages.Last() == "map0")
                    {
                        await tab.UntilDrawnAsync();
                        await tab.SeeAsync(".wall-map .sketch");
                    }

                    faults.AddRange((await tab.EvaluateAsync<string[]>(Faults, least)).Select(f => $"{name}: {f}"));
                    if (width == 1920)
                    {
                        await AccessibilityTests.CheckAsync(tab, name);
                    }

                    await tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
                    await tab.PressAsync("ArrowRight");
                }

                Assert.Superset(new HashSet<string>(["overview0", "map0", "districts0", "alerts0"], StringComparer.Ordinal), pages);
            });
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    [NeedsProgramFact("chromium")]
    public async Task It_turns_by_itself_stops_on_request_and_is_set_up_for_good()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnAddressAsync(new Uri(city.Host.Http, "/wall/?period=1&pages=districts,alerts"), new Look("en"), async tab =>
        {
            await tab.SeeAsync(".wall[data-page=districts] tbody tr");
            await tab.SeeAsync(".wall[data-page=alerts] .wall-alert");
            await tab.SeeAsync(".wall[data-page=districts]");
            await tab.PressAsync("Space");
            await tab.SeeAsync(".paused");
            await tab.PressAsync("s");
            await tab.SeeAsync("dialog.wall-setup[open]");
            await tab.LoadAxeAsync();
            await AccessibilityTests.CheckAsync(tab, "the wall's set-up");
            await tab.EvaluateAsync<bool>("() => { const field = document.querySelector('[name=distance]'); field.value = '8'; field.dispatchEvent(new Event('input', { bubbles: true })); return true; }");
            await tab.UntilAsync("() => document.querySelector('.wall-setup .field input[readonly]').value.includes('distance=8&')");
            await tab.ClickAsync(".wall-setup .primary");
            await tab.UntilAsync("() => location.search === '' && localStorage.getItem('ioc.wall').includes('distance=8&')");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task It_says_that_it_is_cut_off_and_that_it_is_back()
    {
        // A city of its own: its host is killed.
        await using var city = await City.StartAsync();
        await suite.OnAddressAsync(new Uri(city.Host.Http, "/wall/?period=3600"), new Look("vi"), async tab =>
        {
            await tab.SeeAsync(".wall[data-link=live]");
            await city.Host.KillAsync();
            await tab.SeeAsync(".wall:not([data-link=live]) .wall-warning");
            await city.StartAgainAsync();
            await tab.SeeAsync(".wall[data-link=live]");
            await tab.UntilAsync("() => document.querySelector('.wall-warning') === null");
        }, expected: trouble => trouble.StartsWith("console:", StringComparison.Ordinal));
    }

    [NeedsProgramFact("chromium")]
    public async Task Hundreds_of_turns_leave_nothing_behind()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnAddressAsync(new Uri(city.Host.Http, "/wall/?period=3600"), new Look("vi", Width: 1280, Height: 720), async tab =>
        {
            await tab.SeeAsync(".wall[data-link=live] .domain-card");
            await TurnAsync(tab, 60);
            var before = await tab.MemoryAsync();
            await TurnAsync(tab, 300);
            var after = await tab.MemoryAsync();
            Assert.True(after.Heap < (before.Heap * 1.05) + 500_000, $"The heap grew from {before.Heap} to {after.Heap} bytes");
            Assert.True(after.Nodes < (before.Nodes * 1.05) + 100, $"Nodes grew from {before.Nodes} to {after.Nodes}");
        });
    }

    // As fast as the page can draw them.
    private static Task<bool> TurnAsync(Tab tab, int turns) => tab.EvaluateAsync<bool>(
        """
        async (turns) => {
          for (let i = 0; i < turns; i++) {
            document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
            await new Promise((done) => setTimeout(done, 0));
          }
          return true;
        }
        """,
        turns);
}
