using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Looking back: the map of a past moment, never taken for the present, while the present goes on beside it.</summary>
[Collection(OperatorSuite.Name)]
public sealed class PastTests(OperatorSuite suite)
{
    [NeedsProgramFact("chromium")]
    public async Task The_past_is_shown_as_such_while_alerts_stay_live()
    {
        var city = await suite.BusyCityAsync();
        var (station, other) = (city.TakeAirStation(), city.TakeAirStation());
        var minute = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000) - 60_000;
        await ImportAsync(city, station, minute);
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07", Width: 1920, Height: 1080), async tab =>
        {
            await tab.PressAsync("f");
            await tab.TypeAsync(station);
            await tab.SeeAsync("#map-found-0");
            await tab.PressAsync("Enter");
            await tab.SeeAsync(".sensor .id");
            await tab.ClickAsync(".time-button");
            await tab.SeeAsync(".past-banner");
            await tab.SeeAsync(".map.past");

            // The slider has the focus: the arrows step through the hour. Ten minutes before the end the station had its value of then.
            await tab.UntilAsync("() => document.activeElement?.matches('.time-bar input[type=range]')");
            await tab.PressAsync("Home");
            var shown = await tab.EvaluateAsync<long>("() => { const [, d, m, y, time] = /^(..).(..).(....) (.....)$/.exec(document.querySelector('.time-from input').value); return Date.parse(`${y}-${m}-${d}T${time}+07:00`); }");
            var steps = (int)((minute - (10 * 60_000) - shown) / 60_000);
            for (var i = 0; i < steps; i++)
            {
                await tab.PressAsync("ArrowRight");
            }

            await tab.UntilAsync("() => document.querySelector('.sensor.past .value-row b')?.innerText === '30,0'");
            var before = await tab.TextAsync(".past-banner b");
            await tab.PressAsync(",");
            await tab.UntilAsync("() => document.querySelector('.sensor.past .value-row b')?.innerText === '29,0'");
            Assert.NotEqual(before, await tab.TextAsync(".past-banner b"));

            // An alert of now comes into the list, and not onto the map of then.
            await city.PublishAsync(other, "pm25", City.Hazardous + 55);
            var alert = await city.AlertIdAsync(other);
            await tab.SeeAsync($".row[data-alert='{alert}']");
            await tab.SeeAsync(".past-banner");
            await tab.SeeAsync(".page[data-link=live]");

            // Space plays.
            before = await tab.TextAsync(".past-banner b");
            await tab.PressAsync(" ");
            await tab.UntilAsync("(was) => document.querySelector('.past-banner b').innerText !== was", before);
            await tab.PressAsync(",");
            await PicturesAsync(tab);
            await tab.PressAsync("Escape");
            await tab.UntilAsync("() => document.querySelector('.past-banner, .map.past, .time-bar') === null");

            await city.PublishAsync(other, "pm25", 20);
            await city.Host.PostAsync($"/api/v1/alerts/{alert}/acknowledge", new { @operator = "vh-07" });
        });
    }

    /// <summary>An hour of a station, 1 more each minute: 40 at the given one.</summary>
    private static async Task ImportAsync(City city, string station, long minute)
    {
        var csv = new StringBuilder("sensor,property,time,value,quality\n");
        for (var i = 0; i <= 40; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{station},pm25,{minute - (i * 60_000)},{40 - i},\n");
        }

        using var body = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var response = await city.Host.Client.PostAsync(new Uri("/api/v1/history/import", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task PicturesAsync(Tab tab)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { "vi-night", "vi-day" })
        {
            await tab.UntilDrawnAsync();
            await tab.TakePictureAsync(Path.Combine(folder, $"past-{name}.png"));
            await tab.ClickAsync(".theme");
        }

        await tab.ResizeAsync(1366, 768);
        await tab.UntilDrawnAsync();
        await tab.TakePictureAsync(Path.Combine(folder, "past-laptop.png"));
    }
}
