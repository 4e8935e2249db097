using System.Text.Json;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>axe-core finds no breach of WCAG 2.2 A and AA in any state of the page that an operator meets.</summary>
[Collection(OperatorSuite.Name)]
public sealed class AccessibilityTests(OperatorSuite suite)
{
    private const string Audit =
        """
        async () => {
          const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] });
          const breaches = found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
          return { passed: found.passes.length, breaches };
        }
        """;

    [NeedsProgramFact("chromium")]
    public Task By_night() => CheckAsync(new Look("en", "night"));

    [NeedsProgramFact("chromium")]
    public Task By_day() => CheckAsync(new Look("vi", "day"));

    [NeedsProgramFact("chromium")]
    public async Task On_a_phone()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnPageAsync(city, new Look("vi", Width: 390, Height: 844), async tab =>
        {
            await tab.LoadAxeAsync();
            await tab.ClickAsync(".row.filled");
            await CheckAsync(tab, "the list");
            await tab.ClickAsync(".tabs button:nth-child(2)");
            await CheckAsync(tab, "the map");
            await tab.ClickAsync(".tabs button:nth-child(3)");
            await tab.SeeAsync(".chart canvas");
            await CheckAsync(tab, "the sensor");
        });
    }

    /// <summary>Whatever is shipped, so that no page is forgotten; what accounts add to some is looked at where people sign in.</summary>
    [NeedsProgramFact("chromium")]
    public async Task Every_page_that_is_shipped_in_both_themes()
    {
        var city = await suite.BusyCityAsync();
        foreach (var page in ContentPolicyTests.Pages())
        {
            await suite.OnAddressAsync(new Uri(city.Host.Http, $"/{page}"), new Look("vi", Operator: "vh-07", Calm: true), async tab =>
            {
                await tab.UntilAsync("() => document.readyState === 'complete' && document.body.innerText.length > 40 && document.querySelector('.spinner') === null");
                await tab.LoadAxeAsync();
                await CheckBothThemesAsync(tab, $"/{page}");
            });
        }
    }

    private async Task CheckAsync(Look look)
    {
        var city = await suite.BusyCityAsync();
        await suite.OnPageAsync(city, look, async tab =>
        {
            await tab.LoadAxeAsync();
            await tab.SeeAsync(".row.filled");
            await CheckAsync(tab, "nothing selected");
            await tab.ClickAsync(".row.p1");
            await tab.SeeAsync(".chart canvas");
            await CheckAsync(tab, "an alert selected");
            await tab.PressAsync("?");
            await tab.SeeAsync("dialog[open] .help");
            await CheckAsync(tab, "the help");
            await tab.PressAsync("Escape");

            // The list draws only the rows in sight, and other tests' alerts may fill it: ask for this priority alone.
            await tab.PressAsync("4");
            await tab.ClickAsync(".row.p4");
            await tab.ClickAsync(".lamp-control button");
            await tab.SeeAsync("dialog[open] .choices");
            await tab.ClickAsync(".choices label:nth-of-type(3) input");
            await tab.SeeAsync("dialog[open] input[type=range]");
            await CheckAsync(tab, "a light's dialog");
            await tab.PressAsync("Escape");
            await tab.ClickAsync(".operator");
            await tab.SeeAsync("dialog[open] input");
            await tab.PressAsync("Enter");
            await tab.SeeAsync("#name-invalid");
            await CheckAsync(tab, "the name refused");
        });
    }

    /// <summary>As it is, and in the other theme; leaves it as it was.</summary>
    internal static async Task CheckBothThemesAsync(Tab tab, string state)
    {
        await CheckAsync(tab, state);
        for (var turns = 0; turns < 2; turns++)
        {
            var theme = await tab.EvaluateAsync<string>("() => document.documentElement.dataset.theme = document.documentElement.dataset.theme === 'day' ? 'night' : 'day'");
            if (turns == 0)
            {
                await CheckAsync(tab, $"{state}, {theme}");
            }
        }
    }

    internal static async Task CheckAsync(Tab tab, string state)
    {
        var found = await tab.EvaluateAsync<JsonElement>(Audit);
        Assert.True(found.GetProperty("passed").GetInt32() > 5, "axe-core looked at the page");
        var breaches = found.GetProperty("breaches").EnumerateArray().Select(b => b.GetString()).ToArray();
        Assert.True(breaches.Length == 0, $"With {state}: {string.Join(Environment.NewLine, breaches)}");
    }
}
