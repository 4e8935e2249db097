using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The panel of an alert, the pages of a sensor and a district, and the filters: within WCAG 2.2 AA in both themes, nothing cut
/// off, and as pictures for people to look at (artifacts/screenshots/pages-*).</summary>
[Collection(OperatorSuite.Name)]
public sealed class PagePictureTests(OperatorSuite suite)
{
    private static string Folder => Path.Combine(Repository.Root, "artifacts", "screenshots");

    [NeedsProgramFact("chromium")]
    public Task In_Vietnamese_on_a_laptop_by_night() => CheckAsync(new Look("vi", "night", "vh-07", 1366, 768));

    [NeedsProgramFact("chromium")]
    public Task In_English_on_a_desk_by_day() => CheckAsync(new Look("en", "day", "vh-07", 1920, 1080));

    [NeedsProgramFact("chromium")]
    public Task In_Vietnamese_on_a_phone_by_day() => CheckAsync(new Look("vi", "day", "vh-07", 390, 844));

    [NeedsProgramFact("chromium")]
    public Task In_English_on_a_tablet_by_night() => CheckAsync(new Look("en", "night", "vh-07", 1024, 768));

    /// <summary>The last hour, with the panel of the alert still open beside the map.</summary>
    private static async Task LookBackAsync(Tab tab, Look look)
    {
        if (look.Width < 760)
        {
            await tab.ClickAsync(".tabs button:nth-child(2)");
        }

        await tab.PressAsync("t");
        await tab.SeeAsync(".past-banner");
        await tab.UntilAsync("() => document.activeElement?.matches('.time-bar input[type=range]')");
        await tab.PressAsync("End");
        await tab.UntilDrawnAsync();
    }

    private async Task CheckAsync(Look look)
    {
        var city = await suite.BusyCityAsync();
        var station = city.TakeAirStation();
        await city.PublishRowAsync(station, "pm25", [.. Enumerable.Range(0, 40).Select(n => 40 + (12 * Math.Sin(n / 4.0)) + n), City.Hazardous + 12.5]);
        var id = await city.AlertIdAsync(station);
        await LifeCycleTests.PostAsync(city, $"alerts/{id}/steps/confirm", new { @operator = "vh-03 Lan", procedure = "air-hazard", version = 1, done = true });
        var district = city.Sensors[station].GetProperty("district").GetString();
        var name = $"pages-{look.Width}x{look.Height}-{look.Language}-{look.Theme}";
        var misfits = new List<string>();
        Directory.CreateDirectory(Folder);
        try
        {
            await suite.OnPageAsync(city, look, async tab =>
            {
                async Task LookAsync(string view)
                {
                    misfits.AddRange((await tab.EvaluateAsync<string[]>(ScreenshotTests.Misfits)).Select(m => $"{view}: {m}"));
                    await tab.TakePictureAsync(Path.Combine(Folder, $"{name}-{view}.png"));
                    await AccessibilityTests.CheckAsync(tab, view);
                }

                await tab.LoadAxeAsync();
                await tab.SeeAsync(".row");
                await tab.SelectByKeyboardAsync(id);
                if (look.Width < 760)
                {
                    await tab.ClickAsync(".tabs button:nth-child(3)");
                }

                await tab.SeeAsync(".detail .steps li.done");
                await tab.SeeAsync(".detail .similar .empty, .detail .similar .figures");
                await tab.SeeAsync(".detail .facts-list .credentials, .detail section:last-child dd");
                await LookAsync("alert");
                await LookBackAsync(tab, look);
                await LookAsync("past");
                await tab.PressAsync("Escape");
                await tab.UntilAsync("() => document.querySelector('.past-banner') === null");
                if (look.Width < 760)
                {
                    await tab.ClickAsync(".tabs button:nth-child(3)");
                }

                await tab.EvaluateAsync<object?>("hash => { location.hash = hash; }", $"#/sensor/{station}");
                await tab.SeeAsync(".subject-page .page-chart canvas");
                await LookAsync("sensor");
                await tab.EvaluateAsync<object?>("hash => { location.hash = hash; }", $"#/district/{district}");
                await tab.SeeAsync(".indicators tbody tr");
                await tab.SeeAsync(".subject-page .page-chart canvas");
                await LookAsync("district");
                await tab.PressAsync("d");
                await tab.UntilAsync("() => !document.querySelector('.detail')");
                await LookAsync("district-wide");
                await tab.PressAsync("Escape");
                if (look.Width < 760)
                {
                    await tab.ClickAsync(".tabs button:nth-child(1)");
                }

                await tab.PressAsync("b");
                await tab.SeeAsync(".filter-panel select");
                await LookAsync("filters");
            });
        }
        finally
        {
            await LifeCycleTests.CloseAsync(city, station, id);
        }

        Assert.True(misfits.Count == 0, string.Join(Environment.NewLine, misfits));
    }
}
