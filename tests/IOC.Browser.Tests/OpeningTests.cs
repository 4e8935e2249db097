using System.Globalization;
using System.Text.Json;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Browser.Tests;

/// <summary>The page opens and is what the host says.</summary>
[Collection(OperatorSuite.Name)]
public sealed class OpeningTests(OperatorSuite suite, ITestOutputHelper output)
{
    // On the way and on a slow line: a quarter of a megabyte is a second at 2 Mbit/s.
    private const int MostBytes = 256 * 1024;
    private const int MostRequests = 60;

    [NeedsProgramFact("chromium")]
    public async Task The_page_is_live_and_counts_every_sensor_of_the_catalogue_without_leaving_its_origin()
    {
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look(), async tab =>
        {
            var all = city.Sensors.Count.ToString("N0", CultureInfo.GetCultureInfo("en-GB"));
            await tab.UntilAsync("(all) => document.querySelector('.fleet').innerText.includes(`/${all} sensors`)", all);
            Assert.Equal("Live", (await tab.TextAsync(".link")).Trim());

            // The map has its canvas at a size, and did not give up.
            await tab.UntilAsync("() => document.querySelector('.map canvas')?.clientHeight > 100");
            Assert.Equal(0, await tab.CountAsync(".map-failed"));

            // The domains are those of the sensors, besides "all".
            var domains = city.Sensors.Values.Select(s => s.GetProperty("domain").GetString()).Distinct(StringComparer.Ordinal).Count();
            Assert.Equal(domains + 1, await tab.CountAsync(".rail .domain"));
            Assert.DoesNotContain("unsafe", await PolicyAsync(city), StringComparison.Ordinal);
        });
    }

    /// <summary>How soon the page is of use is reported and not asserted, since other programs use the machine too; what it depends on is asserted: few and small
    /// files before the list of alerts, and the map's, the larger half of the code, not among them.</summary>
    [NeedsProgramFact("chromium")]
    public async Task Little_has_to_come_before_the_alerts_are_shown_and_the_map_comes_after()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07", Calm: true), async tab =>
        {
            await tab.SeeAsync(".row");
            await tab.UntilAsync("() => performance.getEntriesByName('ioc-alerts').length === 1 && performance.getEntriesByName('ioc-map').length === 1");
            var read = await tab.EvaluateAsync<JsonElement>(
                """
                async () => {
                  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
                  const first = [...page.querySelectorAll('script[src], link[rel=modulepreload], link[rel=stylesheet]')].map((one) => new URL(one.getAttribute('src') ?? one.getAttribute('href'), location.href).href);
                  const files = performance.getEntriesByType('resource');
                  const at = (name) => performance.getEntriesByName(name)[0].startTime;
                  const of = (list) => list.reduce((sum, file) => sum + file.encodedBodySize, 0);
                  const needed = files.filter((file) => first.includes(file.name));
                  return {
                    needed: needed.length, neededBytes: of(needed), withMap: needed.filter((file) => /city-map|maplibre/.test(file.name)).length,
                    requests: files.filter((file) => file.startTime < at('ioc-alerts')).length, allBytes: of(files),
                    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, alerts: at('ioc-alerts'), map: at('ioc-map'),
                  };
                }
                """);
            var opened = read.Deserialize<Opened>(JsonSerializerOptions.Web)!;
            var figures = string.Create(CultureInfo.InvariantCulture,
                $"first paint {opened.Paint:0} ms, alerts {opened.Alerts:0} ms, map with everything on it {opened.Map:0} ms after opening (nothing cached, software WebGL); "
                + $"{opened.Needed} files of {opened.NeededBytes / 1024} KiB before the first paint, {opened.Requests} requests before the alerts, {opened.AllBytes / 1024} KiB in all");
            output.WriteLine(figures);
            var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "measurements")).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "first-paint.txt"), figures + Environment.NewLine);

            Assert.True(opened.Needed > 2, "the files are seen");
            Assert.Equal(0, opened.WithMap);
            Assert.InRange(opened.NeededBytes, 1, MostBytes);
            Assert.InRange(opened.Requests, 1, MostRequests);
            Assert.True(opened.Alerts < opened.Map, "the alerts do not wait for the map");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task A_sensor_of_the_map_can_be_selected_without_a_mouse()
    {
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look(), async tab =>
        {
            await tab.UntilDrawnAsync();
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.map canvas').focus(); return true; }");
            await tab.PressAsync("Enter");
            await tab.SeeAsync(".sensor .facts .id");
            var sensor = await tab.TextAsync(".sensor .facts .id");
            Assert.Contains(sensor, city.Sensors.Keys);
            await tab.PressAsync("Escape");
            await tab.SeeAsync(".sensor.none");
        });
    }

    private sealed record Opened(int Needed, int NeededBytes, int WithMap, int Requests, int AllBytes, double Paint, double Alerts, double Map);

    private static async Task<string> PolicyAsync(City city)
    {
        using var response = await city.Host.Client.GetAsync(new Uri("/", UriKind.Relative));
        return string.Join(';', response.Headers.GetValues("Content-Security-Policy"));
    }
}
