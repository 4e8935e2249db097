using System.Globalization;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>What operators do with alerts beyond acknowledging them, and that two of them see each other's acts at once.</summary>
[Collection(OperatorSuite.Name)]
public sealed class LifeCycleTests(OperatorSuite suite) : IAsyncLifetime
{
    private readonly List<(string Station, string Id)> _raised = [];

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Leaves the list as it was for the tests that come after.</summary>
    public async Task DisposeAsync()
    {
        foreach (var (station, id) in _raised)
        {
            await CloseAsync(await suite.CityAsync(), station, id);
        }
    }

    [NeedsProgramFact("chromium")]
    public async Task Shelved_by_keyboard_it_leaves_the_list_is_held_and_comes_back()
    {
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look(Operator: "ca-sang"), one => suite.OnPageAsync(city, new Look("vi", "day", "ca-chieu"), async other =>
        {
            var id = await AlertAsync(city);
            var (row, held) = ($".row[data-alert='{id}']", $".held-row[data-alert='{id}']");
            await other.SeeAsync(row);
            await one.SeeAsync(row);
            await one.SelectByKeyboardAsync(id);

            // Without a reason nothing is sent, and the focus goes to where it is missing.
            await one.PressAsync("s");
            await one.SeeAsync("dialog[open] .durations");
            await one.PressAsync("ArrowUp");
            await one.PressAsync("Enter");
            await one.UntilAsync("() => document.querySelector('dialog[open] .trouble').innerText !== ''");
            Assert.Equal("TEXTAREA", await one.EvaluateAsync<string>("() => document.activeElement.tagName"));
            await one.TypeAsync("Rửa đường, bụi tạm thời");
            await one.PressAsync("Control+Enter");
            await one.UntilAsync("row => !document.querySelector('dialog') && !document.querySelector(row)", row);
            await other.UntilAsync("row => !document.querySelector(row)", row);

            var alert = await city.Host.GetAsync($"/api/v1/alerts/{id}");
            var hold = alert.GetProperty("hold");
            Assert.Equal(("shelved", "ca-sang", "Rửa đường, bụi tạm thời"),
                (hold.GetProperty("kind").GetString(), hold.GetProperty("by").GetString(), hold.GetProperty("reason").GetString()));
            Assert.InRange(hold.GetProperty("until").GetInt64() - hold.GetProperty("since").GetInt64(), 14 * 60_000, 16 * 60_000);

            // The other finds it among what is held, with who and why, and brings it back.
            await other.PressAsync("h");
            await other.SeeAsync(held);
            var told = await other.TextAsync(held);
            Assert.Contains("ca-sang", told, StringComparison.Ordinal);
            Assert.Contains("Rửa đường", told, StringComparison.Ordinal);
            Assert.Contains("phút", told, StringComparison.Ordinal);
            for (var steps = 0; await other.CountAsync($"{held}.selected") == 0; steps++)
            {
                Assert.True(steps < 50, "J leads through what is held");
                await other.PressAsync("j");
            }

            await other.PressAsync("s");
            await other.UntilAsync("held => !document.querySelector(held)", held);
            await one.SeeAsync(row);
            await other.PressAsync("h");
            await other.SeeAsync(row);
            var acts = (await city.Host.GetAsync($"/api/v1/alerts/{id}/acts")).EnumerateArray().Select(a => $"{a.GetProperty("kind")} {a.GetProperty("operator")}").ToArray();
            Assert.Equal(["raised ", "shelved ca-sang", "unshelved ca-chieu"], acts);
        }));
    }

    [NeedsProgramFact("chromium")]
    public async Task A_note_and_who_sees_to_it_are_on_the_other_page_at_once()
    {
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look(Operator: "ca-sang"), one => suite.OnPageAsync(city, new Look("en", Operator: "ca-chieu"), async other =>
        {
            var id = await AlertAsync(city);
            var row = $".row[data-alert='{id}']";
            foreach (var tab in new[] { one, other })
            {
                await tab.SeeAsync(row);
                await tab.SelectByKeyboardAsync(id);
                await tab.PressAsync("i");
                await tab.SeeAsync(".history li");
            }

            await one.PressAsync("n");
            await one.SeeAsync("dialog[open] textarea");
            await one.TypeAsync("Đã gọi đội môi trường");
            await one.PressAsync("Control+Enter");
            await other.UntilAsync("text => document.querySelector('.history li')?.innerText.includes(text)", "Đã gọi đội môi trường");
            Assert.Contains("ca-sang", await other.TextAsync(".history li"), StringComparison.Ordinal);

            await one.UntilAsync("() => !document.querySelector('dialog[open]')");
            await one.PressAsync("g");
            await other.UntilAsync("row => document.querySelector(row)?.innerText.includes('→ ca-sang')", row);
            await other.UntilAsync("() => document.querySelector('.alert-facts').innerText.includes('ca-sang sees to it')");

            // It is another's: asked before it is taken over.
            await other.PressAsync("g");
            await other.SeeAsync("dialog[open] input[list]");
            Assert.Contains("ca-sang sees to this alert", await other.TextAsync("dialog"), StringComparison.Ordinal);
            await other.TypeAsync("ca-chieu");
            await other.PressAsync("Enter");
            await one.UntilAsync("row => document.querySelector(row)?.innerText.includes('→ ca-chieu')", row);

            // Released by the one who has it.
            await other.UntilAsync("() => !document.querySelector('dialog') && document.querySelector('.acts').innerText.includes('Release')");
            await other.PressAsync("g");
            await one.UntilAsync("row => document.querySelector(row) && !document.querySelector(row).innerText.includes('→')", row);
        }));
    }

    [NeedsProgramFact("chromium")]
    public async Task Who_comes_second_is_told_what_the_first_did()
    {
        var city = await suite.CityAsync();
        var id = await AlertAsync(city);
        await suite.OnPageAsync(city, new Look(Operator: "ca-sang"), async tab =>
        {
            await tab.SeeAsync($".row[data-alert='{id}']");
            await tab.SelectByKeyboardAsync(id);
            await tab.PressAsync("p");
            await tab.SeeAsync("dialog[open] input[list]");
            await tab.TypeAsync("ca-chieu");
            await PostAsync(city, $"alerts/{id}/assign", new { @operator = "ca-toi", to = "ca-chieu" });
            await tab.PressAsync("Enter");
            await tab.SeeAsync(".toast");
            Assert.Matches("(?s)ca-chieu sees to the alert already.*Assigned – ca-toi", await tab.TextAsync(".toast"));
            Assert.Equal(0, await tab.CountAsync("dialog"));
            Assert.Contains("ca-chieu", await tab.TextAsync($".row[data-alert='{id}']"), StringComparison.Ordinal);
        }, expected: trouble => trouble.Contains("409", StringComparison.Ordinal));
    }

    [NeedsProgramFact("chromium")]
    public async Task Several_are_marked_and_shelved_together_and_a_critical_one_is_not_acknowledged_with_others()
    {
        var city = await suite.CityAsync();
        string[] ids = [await AlertAsync(city), await AlertAsync(city)];
        await suite.OnPageAsync(city, new Look(Operator: "ca-sang"), async tab =>
        {
            foreach (var id in ids)
            {
                await tab.SeeAsync($".row[data-alert='{id}']");
                await tab.SelectByKeyboardAsync(id);
                await tab.PressAsync("x");
            }

            Assert.StartsWith("2 marked", await tab.TextAsync(".acts-marked b"), StringComparison.Ordinal);
            await tab.PressAsync("a");
            await tab.SeeAsync(".toast");
            Assert.Contains("2 P1 alerts are left out", await tab.TextAsync(".toast"), StringComparison.Ordinal);
            Assert.Equal(0, await tab.CountAsync("dialog"));

            await tab.ClickAsync(".acts .act");
            await tab.SeeAsync("dialog[open] .presets");
            Assert.Contains("2 alerts", await tab.TextAsync("dialog h2"), StringComparison.Ordinal);
            Assert.Contains("CRITICAL", await tab.TextAsync("dialog"), StringComparison.Ordinal);
            await tab.ClickAsync(".presets button");
            await tab.ClickAsync("dialog .primary");
            await tab.UntilAsync("ids => !document.querySelector('dialog') && ids.every(id => !document.querySelector(`.row[data-alert='${id}']`))", ids);
            foreach (var id in ids)
            {
                Assert.Equal("Under maintenance", (await city.Host.GetAsync($"/api/v1/alerts/{id}")).GetProperty("hold").GetProperty("reason").GetString());
            }
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task A_sensor_goes_out_of_service_and_comes_back()
    {
        var city = await suite.CityAsync();
        var id = await AlertAsync(city);
        var station = _raised[^1].Station;
        await suite.OnPageAsync(city, new Look(Operator: "ca-sang"), async tab =>
        {
            await tab.SeeAsync($".row[data-alert='{id}']");
            await tab.SelectByKeyboardAsync(id);
            await tab.PressAsync("o");
            await tab.SeeAsync("dialog[open] .presets");
            await tab.ClickAsync(".presets button:nth-child(3)");
            await tab.ClickAsync("dialog .primary");
            await tab.UntilAsync("id => !document.querySelector('dialog') && !document.querySelector(`.row[data-alert='${id}']`)", id);
            await tab.SeeAsync(".sensor .hold-fact");
            await tab.ClickAsync(".held-button");
            await tab.SeeAsync($".outage[data-outage='{station}'] .held-row[data-alert='{id}']");
            Assert.Contains("until somebody ends it", await tab.TextAsync($".outage[data-outage='{station}']"), StringComparison.Ordinal);
            await tab.ClickAsync($".outage[data-outage='{station}'] .held-act");
            await tab.UntilAsync("station => !document.querySelector(`.outage[data-outage='${station}']`)", station);
            await tab.ClickAsync(".held-button");
            await tab.SeeAsync($".row[data-alert='{id}']");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task A_shift_is_handed_over_and_accepted()
    {
        var city = await suite.CityAsync();
        var id = await AlertAsync(city);
        await suite.OnPageAsync(city, new Look(Operator: "to-1"), one => suite.OnPageAsync(city, new Look("en", Operator: "to-2"), async other =>
        {
            await one.SeeAsync($".row[data-alert='{id}']");
            await one.SelectByKeyboardAsync(id);
            await one.PressAsync("g");
            await one.UntilAsync("row => document.querySelector(row).innerText.includes('→ to-1')", $".row[data-alert='{id}']");

            await one.PressAsync("c");
            await one.SeeAsync("dialog[open] .handover .primary");
            await one.PressAsync("Enter");
            await one.SeeAsync("dialog[open] .two");
            await one.TypeAsync("to-2");
            await one.PressAsync("Tab");
            await one.TypeAsync("Trạm bụi cần theo dõi. Đội môi trường tới lúc 15 giờ.");
            await one.PressAsync("Control+Enter");
            await one.SeeAsync(".sheet table");
            Assert.Contains("not yet", await one.TextAsync(".sheet dl"), StringComparison.Ordinal);
            Assert.Contains("to-1", await one.TextAsync(".sheet table"), StringComparison.Ordinal);

            await other.PressAsync("c");
            await other.ClickAsync(".handovers li:first-child button");
            Assert.Contains("Đội môi trường tới", await other.TextAsync(".sheet .said"), StringComparison.Ordinal);
            await other.ClickAsync(".accept .primary");
            await other.UntilAsync("() => !document.querySelector('.accept') && !document.querySelector('.sheet dl').innerText.includes('not yet')");
            await one.UntilAsync("row => document.querySelector(row)?.innerText.includes('→ to-2')", $".row[data-alert='{id}']");
            var handover = (await city.Host.GetAsync("/api/v1/shifts/handovers?limit=1")).EnumerateArray().Single();
            Assert.Equal(("to-1", "to-2"), (handover.GetProperty("from").GetString(), handover.GetProperty("to").GetString()));
            Assert.Contains(handover.GetProperty("alerts").EnumerateArray(), a => a.GetProperty("id").GetString() == id);
            Assert.NotEqual(System.Text.Json.JsonValueKind.Null, handover.GetProperty("acceptedAt").ValueKind);
        }));
    }

    /// <summary>Raises a P1 at a station that no other test uses.</summary>
    private async Task<string> AlertAsync(City city)
    {
        var station = city.TakeAirStation();
        await city.PublishAsync(station, "pm25", City.Hazardous + 100);
        var id = await city.AlertIdAsync(station);
        _raised.Add((station, id));
        return id;
    }

    /// <summary>Ends what holds an alert, its condition, and the alert.</summary>
    internal static async Task CloseAsync(City city, string station, string id)
    {
        foreach (var outage in (await city.Host.GetAsync("/api/v1/alerts/out-of-service")).EnumerateArray().Where(o => o.GetProperty("subject").GetString() == station))
        {
            await PostAsync(city, $"alerts/out-of-service/{outage.GetProperty("id").GetString()}/end", new { @operator = "test" });
        }

        if ((await city.Host.GetAsync($"/api/v1/alerts/{id}")).GetProperty("hold").ValueKind != System.Text.Json.JsonValueKind.Null)
        {
            await PostAsync(city, $"alerts/{id}/unshelve", new { @operator = "test" });
        }

        await city.PublishAsync(station, "pm25", 20);
        await PostAsync(city, "alerts/acknowledge", new { ids = new[] { id }, @operator = "test" });
        await Eventually.HoldsAsync(
            async () => (await city.Host.GetAsync($"/api/v1/alerts/{id}")).GetProperty("state").GetString() == "closed", $"alert {id} is closed");
    }

    internal static async Task PostAsync(City city, string path, object body)
    {
        using var content = new StringContent(System.Text.Json.JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
        using var response = await city.Host.Client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/{path}"), UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
