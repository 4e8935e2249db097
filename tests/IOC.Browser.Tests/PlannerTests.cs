using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The planners' page: a question becomes a picture, a table, a file, and an address that a colleague can be sent.</summary>
[Collection(OperatorSuite.Name)]
public sealed partial class PlannerTests(OperatorSuite suite)
{
    private const string DrawnPixels =
        """
        () => {
          const canvas = document.querySelector('.plot canvas');
          if (!canvas) return 0;
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++;
          return drawn;
        }
        """;

    [NeedsProgramFact("chromium")]
    public async Task A_question_is_put_together_by_keyboard_and_its_address_shows_a_colleague_the_same()
    {
        var city = await suite.PlannedCityAsync();
        await suite.OnPlannerAsync(city, "", new Look("en"), async tab =>
        {
            await tab.SeeAsync(".state.nothing");
            await ChooseAsync(tab, "pm25", "Fine particles");
            await ChooseAsync(tab, "viet yen", "Việt Yên");
            await ChooseAsync(tab, "luc ngan", "Lục Ngạn");
            await tab.SeeAsync(".panel[data-property=pm25] .plot canvas");
            await tab.UntilAsync($"() => ({DrawnPixels})() > 2000");
            Assert.Contains("districts=viet-yen,luc-ngan&properties=pm25", await AddressAsync(tab), StringComparison.Ordinal);
            Assert.Equal(2, await tab.CountAsync(".legend-lines li"));

            // A station of two was silent for three days of thirty: marked, not hidden. And the limits have their source.
            Assert.Contains("72 windows", await TextWithAsync(tab, ".low-coverage", "under 75 %"), StringComparison.Ordinal);
            await tab.ClickAsync(".limits summary");
            Assert.Contains("QCVN 05:2023", await tab.TextAsync(".limits"), StringComparison.Ordinal);

            // The chart is read by keyboard.
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.plot').focus(); return true; }");
            await tab.PressAsync("End");
            await tab.UntilAsync("() => document.querySelectorAll('.legend-lines .reading b').length === 2");
            var (first, second) = (await tab.TextAsync(".legend-lines li:nth-child(1) .reading b"), await tab.TextAsync(".legend-lines li:nth-child(2) .reading b"));
            Assert.Equal([Mean(city, 2, 3), Mean(city, 0, 1)], [first, second]);

            await tab.ClickAsync("[name=compare]");
            await tab.SelectAsync("[name=compare]", "P1Y");
            await tab.SelectAsync("[name=window]", "P1D");
            await tab.UntilAsync("() => document.querySelectorAll('.legend-lines li').length === 4");

            var address = await AddressAsync(tab);
            var sentence = await tab.TextAsync(".sentence");
            Assert.Contains("compared with a year before", sentence, StringComparison.Ordinal);
            await suite.OnPlannerAsync(city, new Uri(address).Query, new Look("en", "day"), async other =>
            {
                await other.UntilAsync("() => document.querySelectorAll('.legend-lines li').length === 4");
                Assert.Equal(sentence, await other.TextAsync(".sentence"));
                Assert.Equal(await tab.AttributeAsync(".plot", "aria-label"), await other.AttributeAsync(".plot", "aria-label"));
            });

            // Back undoes one choice.
            await tab.EvaluateAsync<bool>("() => { history.back(); return true; }");
            await tab.UntilAsync("() => !location.search.includes('window=') && document.querySelector('[name=window]').value === 'auto'");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task Hours_districts_years_and_the_table_say_what_was_measured_and_the_file_has_the_rows()
    {
        var city = await suite.PlannedCityAsync();
        await suite.OnPlannerAsync(city, "?properties=pm25&period=P90D&view=heat&groupBy=none", new Look("en"), async tab =>
        {
            // 7 to 9 in the morning is worst, every day of the week.
            await tab.SeeAsync(".heat td[data-at='6-23']");
            var values = await tab.EvaluateAsync<double[][]>("() => [...document.querySelectorAll('.heat tbody tr')].map((tr) => [...tr.querySelectorAll('td')].map((td) => Number(td.textContent)))");
            Assert.Equal((7, 24), (values.Length, values[0].Length));
            Assert.All(values, day => Assert.All(day.Where((_, hour) => hour is not (7 or 8)), v => Assert.True(v + 15 < day[7])));
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.heat td[tabindex=\"0\"]').focus(); return true; }");
            await tab.PressAsync("ArrowRight");
            await tab.PressAsync("ArrowDown");
            Assert.StartsWith("Tuesday, 1–2 h: Mean ", await TextWithAsync(tab, ".told", "Tuesday"), StringComparison.Ordinal);

            // What has no effect on the view cannot be chosen, and it says so.
            Assert.True(await tab.EvaluateAsync<bool>("() => ['window', 'compare', 'fill'].every((name) => document.querySelector(`[name=${name}]`).disabled)"));
            Assert.Contains("Compare with", await tab.TextAsync("#idle-why"), StringComparison.Ordinal);

            await tab.ClickAsync(".views button:nth-child(3)");
            await tab.SelectAsync("[name=compare]", "P1Y");
            await tab.SeeAsync(".districts .bar.before");
            var rows = await tab.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.districts tbody tr')].map((tr) => tr.innerText.replace(/\\s+/g, ' '))");
            Assert.StartsWith("Lục Ngạn", rows[0], StringComparison.Ordinal);
            Assert.StartsWith("Việt Yên", rows[1], StringComparison.Ordinal);
            Assert.Matches(@"\+\d\d %", rows[1]);

            await tab.ClickAsync(".views button:nth-child(4)");
            await tab.SelectAsync("[name=groupBy]", "district");
            await tab.SelectAsync("[name=window]", "P1D");
            await tab.SeeAsync(".rows tbody tr[aria-rowindex='2']");
            await tab.UntilAsync("() => document.querySelector('.rows').ariaRowCount > 170 || document.querySelector('.rows').getAttribute('aria-rowcount') > 170");
            await tab.ClickAsync(".rows th:nth-child(4) button");
            await tab.ClickAsync(".rows th:nth-child(4) button");
            await tab.SeeAsync(".rows th:nth-child(4)[aria-sort=descending]");
            var count = int.Parse((await tab.AttributeAsync(".rows", "aria-rowcount"))!, CultureInfo.InvariantCulture) - 1;

            var file = Encoding.UTF8.GetString(await city.Host.Client.GetByteArrayAsync(new Uri((await tab.AttributeAsync(".downloads .csv-bom", "href"))!, UriKind.Relative)));
            Assert.Equal('\uFEFF', file[0]);
            var lines = file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(count, lines.Length - 1);
            Assert.Contains("before_mean", lines[0], StringComparison.Ordinal);
            foreach (var form in new[] { ".csv", ".json", ".ndjson" })
            {
                Assert.Equal(200, await tab.EvaluateAsync<int>("async (a) => (await fetch(document.querySelector(a).href)).status", $".downloads {form}"));
            }
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task What_cannot_be_answered_is_said_in_the_language_of_the_page()
    {
        var city = await suite.PlannedCityAsync();
        await suite.OnPlannerAsync(city, "?properties=pm25&from=2001-01-01&to=2001-01-31&lang=vi", new Look("en"), async tab =>
        {
            // Nothing then; there is something from two years ago on, and one press shows it.
            Assert.Contains("Có số liệu từ", await TextWithAsync(tab, ".empty-answer", "Có số liệu từ"), StringComparison.Ordinal);
            await tab.ClickAsync(".empty-answer button");
            await tab.SeeAsync(".plot canvas");
        });
        await suite.OnPlannerAsync(
            city, "?properties=pm25&from=1990-01-01&to=2025-12-31&window=PT1M&groupBy=sensor&lang=en", new Look("vi"),
            async tab =>
            {
                await tab.SeeAsync(".state.failed");
                Assert.Contains("Use a longer window", (await tab.TextAsync(".state.failed")).Replace("use a longer", "Use a longer", StringComparison.Ordinal), StringComparison.Ordinal);
                await tab.ClickAsync(".language");
                Assert.Contains("dài hơn", await TextWithAsync(tab, ".state.failed", "dài hơn"), StringComparison.Ordinal);
            },
            trouble => trouble.Contains("400", StringComparison.Ordinal));
    }

    [NeedsProgramFact("chromium")]
    public async Task Places_are_chosen_on_the_map_without_a_mouse()
    {
        var city = await suite.PlannedCityAsync();
        await suite.OnPlannerAsync(city, "?properties=pm25", new Look("en"), async tab =>
        {
            await tab.ClickAsync(".map-toggle");
            await tab.UntilDrawnAsync();
            await tab.EvaluateAsync<bool>("() => { document.querySelector('.map canvas').focus(); return true; }");
            await tab.PressAsync("d");
            await tab.UntilAsync("() => location.search.includes('districts=')");
            await tab.PressAsync("Enter");
            await tab.UntilAsync("() => location.search.includes('sensors=')");
            Assert.Equal(3, await tab.CountAsync(".chosen .chip"));

            // Both must hold, which is said; one press asks for the sensor alone.
            Assert.Contains("only these sensors", await tab.TextAsync(".question .places-note"), StringComparison.Ordinal);
            await tab.ClickAsync(".question .places-note button");
            await tab.UntilAsync("() => !location.search.includes('districts=') && location.search.includes('sensors=') && !document.querySelector('.places-note')");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task Every_view_fits_is_accessible_and_speaks_one_language()
    {
        var city = await suite.PlannedCityAsync();
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        var wrong = new List<string>();
        foreach (var (look, size) in new[] { (new Look("vi"), "1366"), (new Look("en", "day"), "1366"), (new Look("vi", "day", null, 390, 844), "phone"), (new Look("en", "night", null, 390, 844), "phone") })
        {
            await suite.OnPlannerAsync(city, "", look, async tab =>
            {
                await tab.LoadAxeAsync();
                foreach (var (view, seen) in new[] { ("nothing", ".state.nothing button"), ("chart", ".plot canvas"), ("heat", ".heat td"), ("districts", ".districts td"), ("table", ".rows td") })
                {
                    if (view == "chart" && size == "phone")
                    {
                        await tab.ClickAsync(".fold");
                    }

                    if (view != "nothing")
                    {
                        await tab.EvaluateAsync<bool>(
                            "(view) => { history.pushState(null, '', `?properties=pm25&districts=viet-yen,luc-ngan&period=P30D&compare=P1Y&view=${view}`); dispatchEvent(new PopStateEvent('popstate')); return true; }", view);
                    }

                    await tab.SeeAsync(seen);
                    var name = $"planner-{size}-{look.Language}-{look.Theme}-{view}";
                    await tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
                    wrong.AddRange((await tab.EvaluateAsync<string[]>(Faults)).Select(fault => $"{name}: {fault}"));
                    if (look.Language == "en")
                    {
                        var texts = await tab.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.views, .downloads, .notes, label, .planner-bar, thead, figcaption .figure')].map((e) => e.innerText)");
                        wrong.AddRange(texts.Select(t => Places().Replace(t, "")).Where(t => VietnameseLetter().IsMatch(t)).Select(t => $"{name}: in Vietnamese: {t}"));
                    }
                }
            });
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [NeedsProgramFact("chromium")]
    public async Task Paper_has_the_question_the_picture_and_the_numbers_and_no_controls()
    {
        var city = await suite.PlannedCityAsync();
        await suite.OnPlannerAsync(city, "?properties=pm25&districts=viet-yen&period=P7D&window=P1D", new Look("en"), async tab =>
        {
            await tab.SeeAsync(".plot canvas");
            await tab.ShowAsPrintedAsync();
            await tab.SeeAsync(".rows td");
            await tab.SeeAsync(".plot canvas");
            Assert.Equal(0, await tab.EvaluateAsync<int>("() => [...document.querySelectorAll('.planner-bar, .question, .views, .downloads')].filter((e) => e.checkVisibility()).length"));
            Assert.Equal("day", await tab.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
            Assert.Contains("properties=pm25", await tab.TextAsync(".print-only"), StringComparison.Ordinal);
            Assert.Matches(@"From \d\d/\d\d/\d{4} 00:00 to \d\d/\d\d/\d{4} \d\d:\d\d", await tab.TextAsync(".print-only"));
            await tab.TakePictureAsync(Path.Combine(Repository.Root, "artifacts", "screenshots", "planner-print.png"));
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task The_operators_page_leads_to_it_and_back()
    {
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look("en"), async tab =>
        {
            await tab.ClickAsync(".pages-button");
            var planner = await tab.FollowAsync(".planner-link");
            await planner.SeeAsync(".planner .state.nothing");
            await planner.ClickAsync(".planner-bar .back");
            await planner.UntilLinkAsync("live");

            // The page that sounds stayed.
            await tab.UntilLinkAsync("live");
        });
    }

    // What axe-core finds, and what stands out of the page.
    private const string Faults =
        """
        async () => {
          const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] });
          const faults = found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
          if (document.scrollingElement.scrollWidth > innerWidth) faults.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
          for (const element of document.querySelectorAll('.planner-bar *, .views *, .question *, .downloads *')) {
            if (!element.checkVisibility() || element.closest('svg, .visually-hidden')) continue;
            const { left, right, width } = element.getBoundingClientRect();
            if (width > 0 && (left < 0 || right > innerWidth + 0.5)) faults.push(`${element.className || element.tagName} reaches from ${left} to ${right}`);
          }
          return faults;
        }
        """;

    private static async Task ChooseAsync(Tab tab, string text, string name)
    {
        await tab.EvaluateAsync<bool>("() => { document.querySelector('#find').focus(); return true; }");
        await tab.TypeAsync(text);
        await tab.UntilAsync("(name) => document.querySelector('.found [role=option]')?.innerText.includes(name)", name);
        await tab.PressAsync("ArrowDown");
        await tab.PressAsync("Enter");
        await tab.UntilAsync("(name) => [...document.querySelectorAll('.chip')].some((chip) => chip.innerText.includes(name))", name);
        await tab.PressAsync("Escape");
    }

    private static string Mean(PlannedCity city, int one, int other) => ((city.Dust(one, 0) + city.Dust(other, 0)) / 2).ToString("0.0", CultureInfo.InvariantCulture);

    private static Task<string> AddressAsync(Tab tab) => tab.EvaluateAsync<string>("() => location.href");

    private static async Task<string> TextWithAsync(Tab tab, string selector, string part)
    {
        await tab.UntilAsync("([selector, part]) => document.querySelector(selector)?.innerText.includes(part)", new[] { selector, part });
        return await tab.TextAsync(selector);
    }

    [GeneratedRegex("[ăâđêôơưạảãáàẹẻẽéèịỉĩíìọỏõóòụủũúùỵỷỹýỳ]", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex VietnameseLetter();

    [GeneratedRegex("Việt Yên|Lục Ngạn", RegexOptions.None, 1000)]
    private static partial Regex Places();
}
