using System.Globalization;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Browser.Tests;

/// <summary>What the page shows is what is: new values come by themselves and at once, and after a cut nothing is missing. The times are written to
/// artifacts/measurements; machines that are busy make them longer, so nothing is asserted of them.</summary>
[Collection(OperatorSuite.Name)]
public sealed class TruthTests(OperatorSuite suite, ITestOutputHelper output)
{
    // From here on the page can ask for nothing: what is new on it came over the live stream.
    private const string AskForNothing =
        """
        () => {
          window.fetch = () => Promise.reject(new TypeError('the test allows no request'));
          window.shownAt = (text) => new Promise((resolve) => {
            const look = () => {
              if ([...document.querySelectorAll('.value-row b')].some((b) => b.innerText === text)) { observer.disconnect(); resolve(Date.now()); }
            };
            const observer = new MutationObserver(look);
            observer.observe(document.querySelector('.strip'), { subtree: true, childList: true, characterData: true });
            look();
          });
          return true;
        }
        """;

    private const string AllShown =
        """
        (ids) => document.querySelector('.page').dataset.link === 'live' && ids.every((id) => document.querySelector(`.row[data-alert='${id}']`))
        """;

    [NeedsProgramFact("chromium")]
    public async Task A_published_value_comes_to_the_page_without_a_request()
    {
        const int Values = 12;
        var city = await suite.CityAsync();
        var station = city.TakeAirStation();
        await city.PublishAsync(station, "pm25", 20);
        await suite.OnPageAsync(city, new Look("en", Operator: "vh-01", Calm: true), async tab =>
        {
            await tab.PressAsync("f");
            await tab.TypeAsync(station);
            await tab.UntilAsync("() => document.querySelectorAll('#map-found [role=option]').length === 1");
            await tab.PressAsync("Enter");
            await tab.SeeAsync(".chart canvas");
            await tab.EvaluateAsync<bool>(AskForNothing);
            var took = new List<double>();
            for (var i = 1; i <= Values; i++)
            {
                var sent = DateTimeOffset.UtcNow;
                await city.PublishAsync(station, "pm25", 20 + i);
                var shown = await tab.EvaluateAsync<double>("(text) => window.shownAt(text)", string.Create(CultureInfo.InvariantCulture, $"{20 + i}.0"));
                took.Add(shown - sent.ToUnixTimeMilliseconds());
            }

            took.Sort();
            await MeasuredAsync("live-value", string.Create(CultureInfo.InvariantCulture,
                $"from before an MQTT publish (with connecting) to the value in the page, {Values} times: median {took[Values / 2]:0} ms, longest {took[^1]:0} ms"));
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task After_the_network_was_cut_the_page_is_current_by_itself_and_missed_no_alert()
    {
        var city = await suite.CityAsync();
        await using var cable = new Cable(city.Host.Http.Port);
        var (before, stations) = (city.TakeAirStation(), new[] { city.TakeAirStation(), city.TakeAirStation(), city.TakeAirStation() });
        var raised = new List<(string Station, string Id)>();
        try
        {
            await suite.OnAddressAsync(cable.Address, new Look("vi", Operator: "vh-01", Height: 1600, Calm: true), async tab =>
            {
                await tab.UntilLinkAsync("live");
                await city.PublishAsync(before, "pm25", City.Hazardous + 10);
                raised.Add((before, await city.AlertIdAsync(before)));
                await tab.SeeAsync($".row[data-alert='{raised[0].Id}'].filled");

                // The network is gone, and neither side hears of it. Meanwhile three alerts come, one is acknowledged, one comes and goes.
                cable.Cut();
                foreach (var station in stations)
                {
                    await city.PublishAsync(station, "pm25", City.Hazardous + 20);
                    raised.Add((station, await city.AlertIdAsync(station)));
                }

                await LifeCycleTests.CloseAsync(city, raised[1].Station, raised[1].Id);
                await LifeCycleTests.PostAsync(city, "alerts/acknowledge", new { ids = new[] { raised[0].Id }, @operator = "vh-02" });
                await tab.UntilLinkAsync("stale");
                Assert.Equal(0, await tab.CountAsync($".row[data-alert='{raised[2].Id}']"));

                // Long enough for several attempts to hang.
                await tab.UntilLinkAsync("off");
                var mended = DateTimeOffset.UtcNow;
                cable.Mend();
                await tab.UntilAsync(AllShown, new[] { raised[2].Id, raised[3].Id });
                var current = DateTimeOffset.UtcNow - mended;
                await MeasuredAsync("network-cut", string.Create(CultureInfo.InvariantCulture,
                    $"from the return of a network that swallowed everything for 15 s, old connections staying dead, to a page that is live with every alert: {current.TotalMilliseconds:0} ms"));

                await tab.SeeAsync($".row[data-alert='{raised[0].Id}'].hollow .by");
                Assert.Equal(0, await tab.CountAsync($".row[data-alert='{raised[1].Id}'].filled"));
                await tab.ClickAsync(".filters input[type=checkbox]");
                await tab.SeeAsync($".row[data-alert='{raised[1].Id}'].closed");
            }, expected: trouble => trouble.StartsWith("console:", StringComparison.Ordinal) && (trouble.Contains("net::ERR_", StringComparison.Ordinal) || trouble.Contains("WebSocket", StringComparison.Ordinal)));
        }
        finally
        {
            foreach (var (station, id) in raised.Where((_, i) => i != 1))
            {
                await LifeCycleTests.CloseAsync(city, station, id);
            }
        }
    }

    private async Task MeasuredAsync(string name, string figures)
    {
        output.WriteLine(figures);
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "measurements")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.txt"), figures + Environment.NewLine);
    }
}
