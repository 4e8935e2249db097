using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>A street light is told what to do from the page, by keyboard alone, and its outcome shows.</summary>
[Collection(OperatorSuite.Name)]
public sealed class LampTests(OperatorSuite suite)
{
    [NeedsProgramFact("chromium")]
    public async Task A_light_is_dimmed_by_keyboard_and_its_command_shows()
    {
        var city = await suite.CityAsync();
        var lamp = city.Sensors.Keys.Where(id => id.Contains("-lamp-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        await suite.OnPageAsync(city, new Look(Operator: "vh-09"), async tab =>
        {
            await city.PublishAsync(lamp, "power", 0);
            var id = await city.AlertIdAsync(lamp);
            // Only the rows that fit are drawn, and a P4 is among the last.
            await tab.PressAsync("4");
            await tab.SeeAsync($".row[data-alert='{id}']");
            await tab.SelectByKeyboardAsync(id);
            await tab.SeeAsync(".lamp-control button");
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.lamp-control button').focus(); return true; }");
            await tab.PressAsync("Enter");
            await tab.SeeAsync("dialog[open] .choices");
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.choices input').focus(); return true; }");
            await tab.PressAsync("ArrowDown");
            await tab.PressAsync("ArrowDown");
            await tab.SeeAsync("dialog[open] input[type=range]");
            await tab.PressAsync("Tab");
            await tab.PressAsync("ArrowLeft");
            Assert.Equal("Send: Dim to 55 %", await tab.TextAsync("dialog .primary"));
            Assert.Equal(0, (await city.Host.GetAsync($"/api/v1/sensors/{lamp}/commands")).GetProperty("items").GetArrayLength());
            await tab.PressAsync("Enter");
            await tab.UntilAsync("() => /Dim to 55 %: waits for the light to connect/.test(document.querySelector('.lamp-control p').innerText)");

            var command = (await city.Host.GetAsync($"/api/v1/sensors/{lamp}/commands")).GetProperty("items").EnumerateArray().Single();
            Assert.Equal(("dim", 55, "vh-09", "pending"), (
                command.GetProperty("name").GetString(), command.GetProperty("level").GetInt32(), command.GetProperty("operator").GetString(), command.GetProperty("state").GetString()));

            // Whatever happens to it shows on every page at once.
            using var cancelled = await city.Host.Client.DeleteAsync(new Uri($"/api/v1/commands/{command.GetProperty("id").GetString()}?operator=vh-10", UriKind.Relative));
            Assert.True(cancelled.IsSuccessStatusCode);
            await tab.UntilAsync("() => /cancelled/.test(document.querySelector('.lamp-control p').innerText)");
        });
    }
}
