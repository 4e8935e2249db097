using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The page never looks live when it is not, and recovers by itself.</summary>
[Collection(OperatorSuite.Name)]
public sealed class LinkTests(OperatorSuite suite)
{
    [NeedsProgramFact("chromium")]
    public async Task A_killed_host_shows_at_once_and_its_return_brings_the_page_back_as_it_was()
    {
        await using var city = await City.StartAsync();
        var station = city.TakeAirStation();
        await suite.OnPageAsync(
            city,
            new Look(Operator: "vh-01"),
            async tab =>
            {
                await city.PublishAsync(station, "pm25", City.Hazardous + 30);
                var row = $".row[data-alert='{await city.AlertIdAsync(station)}']";
                await tab.ClickAsync($"{row} .action button");
                await tab.SeeAsync($"{row}.hollow .by");
                await tab.EvaluateAsync<bool>(RecordLinkStates);

                await city.Host.KillAsync();
                await tab.UntilLinkAsync("stale");
                Assert.Equal("Behind", (await tab.TextAsync(".link")).Trim());
                await tab.SeeAsync(".banner.stale");
                await tab.UntilLinkAsync("off");
                Assert.Equal("Disconnected", (await tab.TextAsync(".link")).Trim());
                Assert.Contains("NO CONNECTION", await tab.TextAsync(".banner.off"), StringComparison.Ordinal);
                Assert.Equal("stale off", await tab.EvaluateAsync<string>("() => window.linkStates.join(' ')"));

                // Nobody touches the page from here on.
                await city.StartAgainAsync();
                await tab.UntilLinkAsync("live");
                Assert.Equal("stale off live", await tab.EvaluateAsync<string>("() => window.linkStates.join(' ')"));
                Assert.Equal(0, await tab.CountAsync(".banner.stale, .banner.off"));
                await tab.SeeAsync($"{row}.hollow .by");
                Assert.Equal("✓ vh-01", (await tab.TextAsync($"{row} .by")).Trim());

                // And alive indeed: what happens now arrives.
                var second = city.TakeAirStation();
                await city.PublishAsync(second, "pm25", City.Hazardous + 60);
                await tab.SeeAsync($".row[data-alert='{await city.AlertIdAsync(second)}'].filled");
            },
            expected: trouble => trouble.StartsWith("console:", StringComparison.Ordinal)
                && (trouble.Contains("net::ERR_", StringComparison.Ordinal) || trouble.Contains("WebSocket", StringComparison.Ordinal)));
    }

    private const string RecordLinkStates =
        """
        () => {
          const page = document.querySelector('.page');
          window.linkStates = [];
          new MutationObserver(() => window.linkStates.push(page.dataset.link)).observe(page, { attributeFilter: ['data-link'] });
          return true;
        }
        """;
}
