using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Pictures of the page for people to look at (artifacts/screenshots), and what can be told of them without looking.</summary>
[Collection(OperatorSuite.Name)]
public sealed class ScreenshotTests(OperatorSuite suite)
{
    // What stands out of the page's width, or is cut off though it may not be.
    internal const string Misfits =
        """
        () => {
          const misfits = [];
          if (document.scrollingElement.scrollWidth > innerWidth) misfits.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
          for (const element of document.querySelectorAll('.top *, .list-head *, .tabs *, .row .action *, .rail .name')) {
            if (!element.checkVisibility() || element.closest('svg, .visually-hidden')) continue;
            const { left, right, width } = element.getBoundingClientRect();
            if (width > 0 && (left < 0 || right > innerWidth + 0.5)) misfits.push(`${element.className || element.tagName} reaches from ${left} to ${right}`);
          }
          for (const button of document.querySelectorAll('button')) {
            if (button.checkVisibility() && button.scrollWidth > button.clientWidth + 1) misfits.push(`"${button.innerText}" does not fit its button`);
          }
          return misfits;
        }
        """;

    private static readonly (string Name, int Width, int Height)[] Sizes = [("1920x1080", 1920, 1080), ("1366x768", 1366, 768), ("390x844", 390, 844)];

    [NeedsProgramFact("chromium")]
    public async Task Everything_fits_at_every_size_in_both_languages_and_themes()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        var city = await suite.BusyCityAsync();
        var misfits = new List<string>();
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07", Width: 1920, Height: 1080), async tab =>
        {
            await tab.ClickAsync(".row.p1");
            await tab.SeeAsync(".chart canvas");
            foreach (var (size, width, height) in Sizes)
            {
                await tab.ResizeAsync(width, height);
                foreach (var look in new[] { "vi-night", "en-night", "en-day", "vi-day" })
                {
                    await ChangeAsync(tab, look);
                    foreach (var part in width < 760 ? ["list", "map", "sensor"] : new[] { "" })
                    {
                        await ShowAsync(tab, part);
                        var name = string.Join('-', new[] { size, look, part }.Where(p => p.Length > 0));
                        misfits.AddRange((await tab.EvaluateAsync<string[]>(Misfits)).Select(m => $"{name}: {m}"));
                        await tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
                    }
                }

                await ChangeAsync(tab, "vi-night");
            }
        });
        Assert.True(misfits.Count == 0, string.Join(Environment.NewLine, misfits));
    }

    private static async Task ChangeAsync(Tab tab, string look)
    {
        if (await tab.EvaluateAsync<string>("() => document.documentElement.lang") != look[..2])
        {
            await tab.PressAsync("l");
        }

        if (await tab.EvaluateAsync<string>("() => document.documentElement.dataset.theme") != look[3..])
        {
            await tab.ClickAsync(".theme");
        }

        await tab.UntilAsync("(look) => `${document.documentElement.lang}-${document.documentElement.dataset.theme}` === look", look);
    }

    /// <summary>Chooses what a phone shows, and lets the page draw it.</summary>
    private static async Task ShowAsync(Tab tab, string part)
    {
        if (part.Length > 0)
        {
            await tab.ClickAsync($".tabs button:nth-child({Array.IndexOf(["list", "map", "sensor"], part) + 1})");
        }

        await tab.UntilDrawnAsync();
    }
}
