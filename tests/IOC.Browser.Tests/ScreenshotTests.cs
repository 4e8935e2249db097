using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Pictures of the page for people to look at (artifacts/screenshots), and what can be told of them without looking.</summary>
[Collection(OperatorSuite.Name)]
public sealed class ScreenshotTests(OperatorSuite suite)
{
    // What stands out of the page's width, is cut off where nobody can scroll to it, or lies under something else.
    internal const string Misfits =
        """
        () => {
          const misfits = [];
          const spare = 1.5;
          const name = (element) => `${element.tagName.toLowerCase()}.${element.className} "${(element.innerText ?? '').trim().slice(0, 40)}"`;
          if (document.scrollingElement.scrollWidth > innerWidth) misfits.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
          const dialog = document.querySelector('dialog[open]');
          const shown = '.top *, .list-head *, .tabs *, .rail .name, .past-banner *, .time-bar *, .banner, h1, h2, button, a[href], input, select, textarea, summary';
          for (const element of document.querySelectorAll(shown)) {
            if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.closest('svg, .visually-hidden, .skip, .toasts, .maplibregl-map, .time-scale')) continue;
            const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
            if (width < 2 || height < 2) continue;
            let scrolls = null;
            let sideways = false;
            for (let around = element.parentElement; around; around = around.parentElement) {
              const style = getComputedStyle(around);
              const box = around.getBoundingClientRect();
              // Cut off by an ellipsis: somebody thought of it.
              if (style.textOverflow === 'ellipsis') break;
              sideways ||= /auto|scroll/.test(style.overflowX);
              if (/auto|scroll/.test(style.overflowY) && around.scrollHeight > around.clientHeight) scrolls ??= around;
              if (!sideways && /hidden|clip/.test(style.overflowX) && (left < box.left - spare || right > box.right + spare)) misfits.push(`${name(element)} is cut off: ${left} to ${right} in ${name(around)}, ${box.left} to ${box.right}`);
              if (!scrolls && /hidden|clip/.test(style.overflowY) && (top < box.top - spare || bottom > box.bottom + spare)) misfits.push(`${name(element)} is cut off: ${top} to ${bottom} in ${name(around)}, ${box.top} to ${box.bottom}`);
            }
            if (!sideways && (left < -spare || right > innerWidth + spare)) misfits.push(`${name(element)} reaches from ${left} to ${right}`);
            if (!element.matches('button, a, input, select, textarea, summary') || (dialog && !dialog.contains(element))) continue;
            const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            if (at && !element.contains(at) && !at.contains(element) && !scrolls?.contains(at) && !at.closest('.toasts, .tip') && !(scrolls && !inside(scrolls))) misfits.push(`${name(element)} lies under ${name(at)}`);
            function inside(box) {
              const seen = box.getBoundingClientRect();
              return top >= seen.top && bottom <= seen.bottom && left >= seen.left && right <= seen.right;
            }
          }
          for (const button of document.querySelectorAll('button')) {
            if (button.checkVisibility() && button.scrollWidth > button.clientWidth + 1) misfits.push(`"${button.innerText}" does not fit its button`);
          }
          for (const table of document.querySelectorAll('.table-scroll')) {
            if (table.checkVisibility({ visibilityProperty: true }) && table.scrollWidth > table.clientWidth + 1) misfits.push(`${name(table)} has to be scrolled sideways: ${table.scrollWidth} in ${table.clientWidth}`);
          }
          return misfits;
        }
        """;

    private static readonly (string Name, int Width, int Height)[] Sizes = [("1920x1080", 1920, 1080), ("3840x2160", 3840, 2160), ("1366x768", 1366, 768), ("390x844", 390, 844)];

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
                // The largest is drawn slowly, and themes do not change what fits.
                foreach (var look in width > 2000 ? ["vi-night", "en-night"] : new[] { "vi-night", "en-night", "en-day", "vi-day" })
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

    /// <summary>Thousands of alerts, the word of a flood, and a browser that has not been touched: it asks for a click before it sounds.</summary>
    [NeedsProgramFact("chromium")]
    public async Task Counts_of_four_digits_and_the_word_of_a_flood_fit_at_every_size_in_both_languages()
    {
        var city = await suite.CityAsync();
        var misfits = new List<string>();
        foreach (var language in new[] { "vi", "en" })
        {
            var script = $"{LoadTests.Feed()} window.feed.begin(500); window.feed.burst(1234);";
            await suite.OnPageAsync(city, new Look(language, Operator: "vh-07 Nguyễn Thị Lan", Width: 1920, Height: 1080, Script: script, Calm: true), async tab =>
            {
                await tab.SeeAsync(".sound.blocked");
                await tab.SeeAsync(".list-head .flood");
                await tab.UntilAsync("() => [...document.querySelectorAll('.severity b')].every((b) => /^1[.,]234$/.test(b.innerText))");
                foreach (var (size, width, height) in Sizes)
                {
                    await tab.ResizeAsync(width, height);
                    await tab.UntilAsync("width => innerWidth === width && document.querySelector('.top').clientWidth === width", width);
                    misfits.AddRange((await tab.EvaluateAsync<string[]>(Misfits)).Select(m => $"{size} {language}: {m}"));
                    await tab.TakePictureAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName, $"crowded-{size}-{language}.png"));
                }
            }, expected: LoadTests.NotOfThisCity);
        }

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
