using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The shift log between two operators, the report, and the alarm system's figures.</summary>
[Collection(OperatorSuite.Name)]
public sealed class ShiftPageTests(OperatorSuite suite)
{
    // What reaches beyond the page, or is cut off in a button.
    private const string Misfits =
        """
        () => {
          const misfits = [];
          if (document.scrollingElement.scrollWidth > innerWidth) misfits.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
          for (const element of document.querySelectorAll('.side-bar *, .question-row *, main > *, .card, .entry, .report *')) {
            if (!element.checkVisibility() || element.closest('svg, .visually-hidden, .scroll, thead')) continue;
            const { left, right, width } = element.getBoundingClientRect();
            if (width > 0 && (left < -0.5 || right > innerWidth + 0.5)) misfits.push(`${element.className || element.tagName} reaches from ${left} to ${right}`);
          }
          for (const button of document.querySelectorAll('button')) {
            if (button.checkVisibility() && button.scrollWidth > button.clientWidth + 1) misfits.push(`"${button.innerText}" does not fit its button`);
          }
          return misfits;
        }
        """;

    private static readonly (string Name, int Width, int Height)[] Sizes = [("1920x1080", 1920, 1080), ("390x844", 390, 844)];

    [NeedsProgramFact("chromium")]
    public async Task What_one_operator_writes_the_other_reads_at_once_and_only_another_entry_corrects_it()
    {
        var city = await suite.CityAsync();
        await suite.OnAddressAsync(new Uri(city.Host.Http, "/shifts/"), new Look("en", Operator: "log-01"), async first =>
        {
            await first.SeeAsync(".link-word:not(.off)");
            await suite.OnAddressAsync(new Uri(city.Host.Http, "/shifts/?what=typed"), new Look("vi", Operator: "log-02"), async second =>
            {
                await second.SeeAsync(".link-word:not(.off)");
                await first.ClickAsync(".duty-form button");
                await second.UntilAsync("() => [...document.querySelectorAll('.on-duty li')].some((li) => li.textContent.includes('log-01'))");

                // By keyboard alone.
                await first.EvaluateAsync<bool>("() => { document.querySelector('.writer select').focus(); return true; }");
                await first.SelectAsync(".writer [name=category]", "incident");
                await first.ClickAsync(".writer textarea");
                await first.TypeAsync("Ngập ở cầu Mỹ Độ");
                await first.PressAsync("Control+Enter");
                await second.UntilAsync("() => document.querySelector('.entry.typed .text')?.textContent === 'Ngập ở cầu Mỹ Độ'");
                Assert.Contains("Sự việc", await second.TextAsync(".entry.typed"), StringComparison.Ordinal);

                await second.ClickAsync(".entry.typed .correct");
                await second.SeeAsync(".correcting");
                await second.TypeAsync("Ngập ở cầu Sông Thương");
                await second.PressAsync("Control+Enter");
                await first.UntilAsync("() => document.querySelector('.entry.corrected .text')?.textContent === 'Ngập ở cầu Mỹ Độ'");
                Assert.Contains("log-02", await first.TextAsync(".entry.typed"), StringComparison.Ordinal);
                Assert.Equal(0, await first.CountAsync(".entry.corrected .correct"));

                // Without its diacritics it is found all the same.
                await second.ClickAsync("[name=search]");
                await second.TypeAsync("cau my do");
                await second.PressAsync("Enter");
                await second.UntilAsync("() => location.search.includes('search=') && document.querySelectorAll('.entry').length === 1");
            });
            await first.ClickAsync(".writer .primary");
            await first.SeeAsync(".writer .trouble:not(:empty)");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task The_report_says_how_the_shift_stands_prints_and_goes_into_one_file()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnAddressAsync(new Uri(city.Host.Http, "/shifts/?view=report&span=today"), new Look("vi", "day", "vh-07"), async tab =>
        {
            await tab.SeeAsync(".report .open-table");
            Assert.Contains("Bụi PM2.5 ở mức nguy hại", await tab.TextAsync(".report"), StringComparison.Ordinal);
            var file = await tab.EvaluateAsync<string>(
                """
                async () => {
                  let made = null;
                  const before = URL.createObjectURL;
                  URL.createObjectURL = (blob) => { made = blob; return before.call(URL, blob); };
                  [...document.querySelectorAll('.report-actions button')].at(-1).click();
                  URL.createObjectURL = before;
                  return await made.text();
                }
                """);
            Assert.StartsWith("<!doctype html>", file, StringComparison.Ordinal);
            Assert.Contains("Bụi PM2.5 ở mức nguy hại", file, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", file, StringComparison.Ordinal);
            await tab.ShowAsPrintedAsync();
            Assert.Equal("none", await tab.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.side-bar')).display"));
            Assert.Equal("flex", await tab.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.signatures')).display"));
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task The_figures_are_judged_compared_and_read_by_keyboard()
    {
        var city = await suite.BusyCityAsync();
        await suite.OnAddressAsync(new Uri(city.Host.Http, "/figures/?period=PT8H"), new Look("en"), async tab =>
        {
            await tab.SeeAsync(".card[data-figure=annunciations_per_10min_mean] .met");
            Assert.Contains("about 1 is acceptable", await tab.TextAsync(".card[data-figure=annunciations_per_10min_mean] .target"), StringComparison.Ordinal);
            Assert.Contains("of 15 figures are as recommended", await tab.TextAsync(".verdict"), StringComparison.Ordinal);
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.bars').focus(); return true; }");
            await tab.PressAsync("End");
            await tab.UntilAsync("() => /\\d+ annunciations/.test(document.querySelector('.readout-line').textContent)");
            await tab.SelectAsync("[name=domain]", "traffic");
            await tab.UntilAsync("() => location.search.includes('domain=traffic') && [...document.querySelectorAll('.places thead th')].slice(1, -1).map((th) => th.textContent).join() === 'Traffic'");

            // A day long ago: nothing, and it says so.
            await tab.EvaluateAsync<bool>("() => { history.pushState(null, '', '?from=2020-01-01&to=2020-01-01'); dispatchEvent(new PopStateEvent('popstate')); return true; }");
            await tab.SeeAsync(".verdict .state");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task The_pages_fit_are_accessible_and_have_their_pictures_in_both_languages_and_themes()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        var city = await suite.BusyCityAsync();
        var misfits = new List<string>();
        foreach (var (page, ready) in new[] { ("figures/?period=PT8H", ".cards"), ("shifts/", ".entry"), ("shifts/?view=report&span=today", ".report section") })
        {
            foreach (var (language, theme) in new[] { ("vi", "night"), ("en", "day") })
            {
                await suite.OnAddressAsync(new Uri(city.Host.Http, page), new Look(language, theme, "vh-07", 1920, 1080), async tab =>
                {
                    await tab.SeeAsync(ready);
                    await tab.LoadAxeAsync();
                    foreach (var (size, width, height) in Sizes)
                    {
                        await tab.ResizeAsync(width, height);
                        var name = $"{(page.Contains("report", StringComparison.Ordinal) ? "report" : page.Split('/')[0])}-{size}-{language}-{theme}";
                        misfits.AddRange((await tab.EvaluateAsync<string[]>(Misfits)).Select(m => $"{name}: {m}"));
                        await AccessibilityTests.CheckAsync(tab, name);
                        await tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
                    }
                });
            }
        }

        Assert.True(misfits.Count == 0, string.Join(Environment.NewLine, misfits));
    }
}
