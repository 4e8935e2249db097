using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>More comes than one operator can follow: the list folds, and nothing is left out.</summary>
[Collection(OperatorSuite.Name)]
public sealed class FloodTests(OperatorSuite suite)
{
    [NeedsProgramFact("chromium")]
    public async Task In_a_flood_alerts_of_one_kind_fold_into_a_row_that_opens_by_keyboard_and_the_page_stays_accessible()
    {
        // A city of its own: a flood stays for ten minutes.
        await using var city = await City.StartAsync("--Ioc:Alerts:Flood:EnterAbove=3", "--Ioc:Alerts:Flood:LeaveBelow=1");
        var stations = city.WithProperty("noise").Where(s => city.Sensors[s].GetProperty("district").GetString() == "bac-giang").Take(6).ToList();
        Assert.Equal(6, stations.Count);
        await suite.OnPageAsync(city, new Look("en", "night", "vh-01"), async tab =>
        {
            foreach (var station in stations)
            {
                await city.PublishAsync(station, "noise", 125);
            }

            var critical = city.TakeAirStation();
            await city.PublishAsync(critical, "pm25", City.Hazardous + 50);
            var pinned = await city.AlertIdAsync(critical);
            await tab.SeeAsync(".list-head .flood");
            await tab.SeeAsync($".row[data-alert='{pinned}']");
            await tab.SeeAsync(".row.fold .open-button[aria-expanded='false']");
            await tab.UntilAsync("(n) => [...document.querySelectorAll('.row.fold .open-button')].some((b) => b.textContent.includes(n))", "6");
            var alert = await city.AlertIdAsync(stations[0]);
            Assert.Equal(0, await tab.CountAsync($".row[data-alert='{alert}']"));

            // Down to the folded row, open it, and shut it again.
            await tab.ClickAsync(".grid-head");
            await tab.PressAsync("End");
            await tab.PressAsync("ArrowRight");
            await tab.SeeAsync($".row.within[data-alert='{alert}']");
            await tab.LoadAxeAsync();
            await AccessibilityTests.CheckAsync(tab, "a flood, a row open");
            await tab.PressAsync("ArrowLeft");
            await tab.UntilAsync("(row) => document.querySelector(row) === null", $".row[data-alert='{alert}']");
        });
    }
}
