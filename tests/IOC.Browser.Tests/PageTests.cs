using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The panel of an alert with its procedure, the pages of a sensor and a district, and the filters.</summary>
[Collection(OperatorSuite.Name)]
public sealed class PageTests(OperatorSuite suite) : IAsyncLifetime
{
    private readonly List<(string Station, string Id)> _raised = [];

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Leaves the list as it was for the tests that come after.</summary>
    public async Task DisposeAsync()
    {
        foreach (var (station, id) in _raised)
        {
            await LifeCycleTests.CloseAsync(await suite.CityAsync(), station, id);
        }
    }

    [NeedsProgramFact("chromium")]
    public async Task Steps_ticked_in_one_browser_are_seen_in_the_other_with_who_did_them()
    {
        var city = await suite.BusyCityAsync();
        var (_, id) = await RaiseAsync(city);
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-01"), one => suite.OnPageAsync(city, new Look("en", Operator: "vh-02"), async other =>
        {
            foreach (var tab in new[] { one, other })
            {
                await tab.SelectByKeyboardAsync(id);
                await tab.SeeAsync(".detail .steps li");
            }

            // The shipped procedure for fine dust at P1, in each one's language.
            Assert.Contains("114", await one.TextAsync(".detail li[data-step='emergency']"), StringComparison.Ordinal);
            Assert.Contains("Call 114", await other.TextAsync(".detail li[data-step='emergency']"), StringComparison.Ordinal);
            await one.ClickAsync(".detail li[data-step='confirm'] input");
            await other.SeeAsync(".detail li.done[data-step='confirm']");
            Assert.Contains("vh-01", await other.TextAsync(".detail li[data-step='confirm'] .who"), StringComparison.Ordinal);

            // By keyboard alone: to the step, and a space.
            await other.EvaluateAsync<object?>("() => document.querySelector(\".detail li[data-step='confirm'] input\").focus()");
            await other.PressAsync("Tab");
            await other.PressAsync("Space");
            await one.SeeAsync(".detail li.done[data-step='emergency']");
            Assert.Contains("2/", await one.TextAsync(".detail .far"), StringComparison.Ordinal);

            // Taken back by the other, and both in the history.
            await one.ClickAsync(".detail li[data-step='emergency'] input");
            await other.UntilAsync("() => document.querySelector(\".detail li[data-step='emergency']\").className === ''");
            await one.PressAsync("i");
            await one.UntilAsync("() => document.querySelectorAll('.history li').length >= 4");
            var history = await one.TextAsync(".history ol");
            Assert.Contains("vh-02", history, StringComparison.Ordinal);
            Assert.Contains("Gọi 114", history, StringComparison.Ordinal);
            await one.PressAsync("i");
            var acts = (await city.Host.GetAsync($"/api/v1/alerts/{id}/acts")).EnumerateArray().Select(a => $"{a.GetProperty("kind")} {a.GetProperty("operator")}").Skip(1).ToArray();
            Assert.Equal(["step_done vh-01", "step_done vh-02", "step_undone vh-01"], acts);

            // D puts the panel away and brings it back.
            await other.PressAsync("d");
            await other.UntilAsync("() => !document.querySelector('.detail') && document.querySelector('.sensor .alert-facts')");
            await other.PressAsync("d");
            await other.SeeAsync(".detail li.done[data-step='confirm']");
        }));
    }

    [NeedsProgramFact("chromium")]
    public async Task A_sensor_has_a_page_with_an_address_of_its_own()
    {
        var city = await suite.BusyCityAsync();
        var (station, id) = await RaiseAsync(city);
        await suite.OnPageAsync(city, new Look("en"), async tab =>
        {
            await tab.SelectByKeyboardAsync(id);
            await tab.PressAsync("e");
            await tab.SeeAsync(".subject-page .values-table");
            Assert.Equal("page-title", await tab.EvaluateAsync<string>("() => document.activeElement.id"));
            Assert.StartsWith($"#/sensor/{station}", await tab.EvaluateAsync<string>("() => location.hash"), StringComparison.Ordinal);
            await tab.SeeAsync(".subject-page .page-chart canvas");
            var values = await tab.TextAsync(".values-table");
            Assert.Contains("PM2.5", values, StringComparison.Ordinal);
            Assert.Contains("P1", values, StringComparison.Ordinal);
            Assert.Contains("hazardous", await tab.TextAsync(".subject-page .alert-lines"), StringComparison.Ordinal);

            foreach (var range in new[] { 4, 3, 1 })
            {
                await tab.ClickAsync($".subject-page .ranges button:nth-child({range})");
                await tab.SeeAsync(".subject-page .page-chart canvas");
            }

            // What it is refused is told, and its values go on.
            await city.PublishAsync(station, "pm25", City.Hazardous + 77.5);
            await tab.UntilAsync("() => document.querySelector('.values-table').innerText.includes('477.5')");
            await tab.PressAsync("Escape");
            await tab.UntilAsync("() => !document.querySelector('.subject-page') && location.hash.startsWith('#/')");
            await tab.EvaluateAsync<object?>("() => history.back()");
            await tab.SeeAsync(".subject-page .values-table");

            // The address is enough.
            await tab.ReloadAsync();
            await tab.SeeAsync(".subject-page .values-table");
            await tab.EvaluateAsync<object?>("() => { location.hash = '#/sensor/there-is-none'; }");
            await tab.UntilAsync("() => document.querySelector('.subject-page')?.innerText.includes('There is no sensor')");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task A_districts_page_shows_its_indicators_and_filters_the_list()
    {
        var city = await suite.BusyCityAsync();
        var (station, id) = await RaiseAsync(city);
        var district = city.Sensors[station].GetProperty("district").GetString();
        await suite.OnPageAsync(city, new Look("en"), async tab =>
        {
            await tab.EvaluateAsync<object?>("hash => { location.hash = hash; }", $"#/district/{district}");
            await tab.SeeAsync(".indicators tr[data-domain='environment'] .shape.p1");
            await tab.SeeAsync(".subject-page .exceedances li");
            await tab.SeeAsync($".domain-sensors a[href^='#/sensor/{station}']");
            await tab.SeeAsync(".subject-page .page-chart canvas");

            // Only what matters there, in the list and in the address; kept under a name.
            await tab.ClickAsync(".filter-district");
            await tab.UntilAsync("district => location.hash.includes(`district=${district}`)", district);
            await tab.SeeAsync($".row[data-alert='{id}']");
            await tab.ClickAsync(".filter-button");
            Assert.Equal(district, await tab.EvaluateAsync<string>("() => document.querySelector('.filter-panel select').value"));
            await tab.ClickAsync(".saved-filters form input");
            await tab.TypeAsync("My district");
            await tab.PressAsync("Enter");
            await tab.SeeAsync(".saved-filters [aria-pressed=true]");
            await tab.SelectAsync(".filter-panel label:nth-of-type(2) select", "acknowledged");
            await tab.UntilAsync("id => !document.querySelector(`.row[data-alert='${id}']`)", id);
            await tab.ReloadAsync();
            await tab.UntilLinkAsync("live");
            Assert.Contains("state=acknowledged", await tab.EvaluateAsync<string>("() => location.hash"), StringComparison.Ordinal);
            await tab.PressAsync("b");
            await tab.ClickAsync(".saved-filters li button");
            await tab.SeeAsync($".row[data-alert='{id}']");
            await tab.ClickAsync(".saved-filters li button:last-child");
            await tab.UntilAsync("() => !document.querySelector('.saved-filters li')");
            await tab.PressAsync("Escape");
            await tab.UntilAsync("() => document.activeElement.className.includes('filter-button') && !document.querySelector('.filter-panel')");
        });
    }

    private async Task<(string Station, string Id)> RaiseAsync(City city)
    {
        var station = city.TakeAirStation();
        await city.PublishRowAsync(station, "pm25", 36, 41, 44, 52, 61, 58, 75, City.Hazardous + 12.5);
        var id = await city.AlertIdAsync(station);
        _raised.Add((station, id));
        return (station, id);
    }
}
