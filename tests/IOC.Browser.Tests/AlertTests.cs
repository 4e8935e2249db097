using System.Diagnostics;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Browser.Tests;

/// <summary>From a device's publish to the operator's acknowledgement and back to the record.</summary>
[Collection(OperatorSuite.Name)]
public sealed class AlertTests(OperatorSuite suite, ITestOutputHelper output)
{
    [NeedsProgramFact("chromium")]
    public async Task A_publish_shows_as_an_alert_that_the_keyboard_acknowledges_under_the_operators_name()
    {
        var city = await suite.CityAsync();
        var station = city.TakeAirStation();
        await suite.OnPageAsync(city, new Look(), async tab =>
        {
            var clock = Stopwatch.StartNew();
            await city.PublishAsync(station, "pm25", City.Hazardous + 112.5);
            var published = clock.ElapsedMilliseconds;
            var id = await city.AlertIdAsync(station);
            await tab.SeeAsync($".row[data-alert='{id}']");
            output.WriteLine($"publish acknowledged after {published} ms, alert on the page after {clock.ElapsedMilliseconds} ms");

            var row = $".row[data-alert='{id}']";
            Assert.Contains("PM2.5 at a hazardous level", await tab.TextAsync(row), StringComparison.Ordinal);
            Assert.Contains("512.5", await tab.TextAsync($"{row} .value"), StringComparison.Ordinal);
            await tab.SeeAsync($"{row} .shape.p1.filled");

            await tab.SelectByKeyboardAsync(id);
            await tab.PressAsync("a");
            await tab.SeeAsync("dialog[open] input");
            await tab.TypeAsync("  vh-07 Nguyễn ");
            await tab.PressAsync("Enter");
            await tab.SeeAsync($"{row}.hollow .by");
            Assert.Equal("✓ vh-07 Nguyễn", (await tab.TextAsync($"{row} .by")).Trim());
            Assert.Equal(0, await tab.CountAsync("dialog"));

            var alert = await city.Host.GetAsync($"/api/v1/alerts/{id}");
            Assert.Equal("acknowledged", alert.GetProperty("state").GetString());
            Assert.Equal("vh-07 Nguyễn", alert.GetProperty("acknowledgedBy").GetString());
            var act = (await city.Host.GetAsync($"/api/v1/alerts/{id}/acts")).EnumerateArray().Last();
            Assert.Equal(("acknowledged", "vh-07 Nguyễn"), (act.GetProperty("kind").GetString(), act.GetProperty("operator").GetString()));

            // The name is known from now on: the second time nobody asks. And a search leads to the alert as well.
            var second = city.TakeAirStation();
            await city.PublishAsync(second, "pm25", City.Hazardous + 50);
            var next = await city.AlertIdAsync(second);
            await tab.SeeAsync($".row[data-alert='{next}']");
            await tab.PressAsync("/");
            await tab.TypeAsync(second);
            await tab.PressAsync("Enter");
            await tab.SeeAsync($".row.selected[data-alert='{next}']");
            await tab.PressAsync("a");
            await tab.SeeAsync($".row[data-alert='{next}'].hollow .by");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task What_one_operator_does_the_other_sees()
    {
        var city = await suite.CityAsync();
        var station = city.TakeAirStation();
        await suite.OnPageAsync(city, new Look(Operator: "ca-sang"), one => suite.OnPageAsync(city, new Look("vi", "day", "ca-chieu"), async other =>
        {
            await city.PublishAsync(station, "pm25", City.Hazardous + 1);
            var row = $".row[data-alert='{await city.AlertIdAsync(station)}']";
            await other.SeeAsync($"{row}.filled");
            await one.ClickAsync($"{row} .action button");
            await other.SeeAsync($"{row}.hollow .by");
            Assert.Equal("✓ ca-sang", (await other.TextAsync($"{row} .by")).Trim());
            Assert.Equal(0, await other.CountAsync($"{row} .action button"));

            // Back below the limit: the alert closes for both, being acknowledged.
            await city.PublishAsync(station, "pm25", 20);
            await one.UntilAsync("(row) => document.querySelector(row) === null", row);
            await other.UntilAsync("(row) => document.querySelector(row) === null", row);
        }));
    }
}
