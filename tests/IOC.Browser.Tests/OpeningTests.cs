using System.Globalization;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The page opens and is what the host says.</summary>
[Collection(OperatorSuite.Name)]
public sealed class OpeningTests(OperatorSuite suite)
{
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

    private static async Task<string> PolicyAsync(City city)
    {
        using var response = await city.Host.Client.GetAsync(new Uri("/", UriKind.Relative));
        return string.Join(';', response.Headers.GetValues("Content-Security-Policy"));
    }
}
