using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The views of the life cycle: within WCAG 2.2 AA in both themes, nothing cut off, and as pictures for people to look at
/// (artifacts/screenshots/life-*).</summary>
[Collection(OperatorSuite.Name)]
public sealed class LifeCyclePictureTests(OperatorSuite suite)
{
    [NeedsProgramFact("chromium")]
    public Task In_Vietnamese_on_a_laptop_by_night() => CheckAsync(new Look("vi", "night", "vh-07", 1366, 768));

    [NeedsProgramFact("chromium")]
    public Task In_English_on_a_laptop_by_day() => CheckAsync(new Look("en", "day", "vh-07", 1366, 768));

    [NeedsProgramFact("chromium")]
    public Task In_Vietnamese_on_a_desk_by_day() => CheckAsync(new Look("vi", "day", "vh-07", 1920, 1080));

    [NeedsProgramFact("chromium")]
    public Task In_English_on_a_desk_by_night() => CheckAsync(new Look("en", "night", "vh-07", 1920, 1080));

    [NeedsProgramFact("chromium")]
    public Task In_Vietnamese_on_a_phone() => CheckAsync(new Look("vi", "night", "vh-07", 390, 844));

    private async Task CheckAsync(Look look)
    {
        var city = await suite.BusyCityAsync();
        var (air, gone) = (city.TakeAirStation(), city.TakeAirStation());
        foreach (var station in new[] { air, gone })
        {
            await city.PublishAsync(station, "pm25", City.Hazardous + 20.5);
        }

        var (id, other) = (await city.AlertIdAsync(air), await city.AlertIdAsync(gone));
        await LifeCycleTests.PostAsync(city, $"alerts/{id}/note", new { @operator = "vh-03 Lan", note = "Đã gọi đội quan trắc, hẹn 20 phút." });
        await LifeCycleTests.PostAsync(city, $"alerts/{id}/assign", new { @operator = "vh-03 Lan", to = "vh-07" });
        await LifeCycleTests.PostAsync(city, $"alerts/{id}/acknowledge", new { @operator = "vh-07" });
        await LifeCycleTests.PostAsync(city, "alerts/out-of-service", new { @operator = "vh-07", kind = "sensor", id = gone, reason = "Thay đầu đo" });
        await LifeCycleTests.PostAsync(city, "shifts/handovers", new { from = "vh-03 Lan", to = "vh-07", summary = "Trạm bụi trung tâm vượt ngưỡng từ 9 giờ.\nĐội quan trắc đang tới." });

        var phone = look.Width < 760;
        var name = $"life-{look.Width}x{look.Height}-{look.Language}-{look.Theme}";
        var misfits = new List<string>();
        await suite.OnPageAsync(city, look, async tab =>
        {
            async Task LookAsync(string view)
            {
                await AccessibilityTests.CheckAsync(tab, view);
                misfits.AddRange((await tab.EvaluateAsync<string[]>(ScreenshotTests.Misfits)).Select(m => $"{view}: {m}"));
                await tab.TakePictureAsync(Path.Combine(Folder, $"{name}-{view}.png"));
            }

            await tab.LoadAxeAsync();
            await tab.SeeAsync(".row");
            await tab.SelectByKeyboardAsync(id);
            await tab.PressAsync("i");
            if (phone)
            {
                await tab.ClickAsync(".tabs button:nth-child(3)");
            }

            await tab.SeeAsync(".history li:nth-child(4)");
            await tab.SeeAsync(".chart canvas");
            await LookAsync("history");
            if (phone)
            {
                await tab.ClickAsync(".tabs button:nth-child(1)");
            }

            await tab.PressAsync("x");
            await tab.SeeAsync(".acts-marked");
            await LookAsync("marked");
            await tab.PressAsync("s");
            await tab.SeeAsync("dialog[open] .presets");
            await tab.ClickAsync(".presets button:nth-child(2)");
            await LookAsync("shelve");
            await tab.PressAsync("Tab");
            await tab.PressAsync("Control+Enter");
            await tab.UntilAsync("id => !document.querySelector('dialog') && !document.querySelector(`.row[data-alert='${id}']`)", id);
            await tab.PressAsync("h");
            await tab.SeeAsync($".held-row[data-alert='{id}']");
            await tab.SeeAsync($".outage[data-outage='{gone}'] .held-row[data-alert='{other}']");
            await LookAsync("held");
            await tab.PressAsync("h");
            await tab.PressAsync("c");
            await tab.SeeAsync(".handovers li");
            await LookAsync("handovers");
            await tab.ClickAsync(".handovers li:first-child button");
            await tab.SeeAsync(".sheet table");
            await LookAsync("handover");
            await tab.PressAsync("Escape");
            await tab.UntilAsync("() => !document.querySelector('dialog')");
        });
        await LifeCycleTests.CloseAsync(city, air, id);
        await LifeCycleTests.CloseAsync(city, gone, other);
        Assert.True(misfits.Count == 0, string.Join(Environment.NewLine, misfits));
    }

    private static string Folder => Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;
}
