using System.Text.Json;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Whatever the page says, it says in the language chosen.</summary>
[Collection(OperatorSuite.Name)]
public sealed partial class LanguageTests(OperatorSuite suite)
{
    // Seen texts, and those that a screen reader or a pointer at rest gets.
    private const string Texts =
        """
        () => {
          const texts = [document.title];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const { parentElement: parent, textContent } = walker.currentNode;
            if (!parent.closest('script, style, noscript') && parent.checkVisibility()) texts.push(textContent);
          }
          for (const element of document.body.querySelectorAll('*')) {
            for (const name of ['title', 'aria-label', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
          }
          return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
        }
        """;

    // A key's name is what stands on the key.
    private static readonly string[] SameInBoth = ["Esc", "Enter"];

    [NeedsProgramFact("chromium")]
    public async Task A_change_of_language_changes_every_text()
    {
        var city = await suite.BusyCityAsync();
        var names = await NamesAsync(city);
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07", Width: 1920, Height: 1080), async tab =>
        {
            await tab.ClickAsync(".row.p1");
            await tab.SeeAsync(".chart canvas");
            Assert.Equal("vi", await tab.EvaluateAsync<string>("() => document.documentElement.lang"));
            var vietnamese = await ChromeAsync(tab, names);
            Assert.Contains(vietnamese, t => t == "Cảnh báo");

            await tab.PressAsync("l");
            await tab.UntilAsync("() => document.documentElement.lang === 'en'");
            await tab.SeeAsync(".chart canvas");
            var english = await ChromeAsync(tab, names);
            Assert.Contains("Alerts", english);
            Assert.DoesNotContain(english, t => VietnameseLetter().IsMatch(t));
            Assert.Empty(english.Intersect(vietnamese, StringComparer.Ordinal).Where(t => Word().IsMatch(t)).Except(SameInBoth, StringComparer.Ordinal));

            // Kept on this computer.
            await tab.EvaluateAsync<bool>("() => { location.reload(); return true; }");
            await tab.UntilAsync("() => document.documentElement.lang === 'en' && document.querySelector('.page[data-link=live]')");
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task The_dialogs_and_the_words_of_a_phone_are_in_English_too()
    {
        var city = await suite.BusyCityAsync();
        var names = await NamesAsync(city);
        await suite.OnPageAsync(city, new Look("en", Operator: "vh-07", Width: 390, Height: 844), async tab =>
        {
            foreach (var (open, seen) in new[] { ("?", ".help"), ("", "input"), ("", ".group-counts") })
            {
                if (open.Length > 0)
                {
                    await tab.PressAsync(open);
                }
                else
                {
                    await tab.ClickAsync(seen == "input" ? ".operator" : ".list-head button");
                }

                await tab.SeeAsync($"dialog[open] {seen}");
                Assert.DoesNotContain(await ChromeAsync(tab, names), t => VietnameseLetter().IsMatch(t));
                await tab.PressAsync("Escape");
                await tab.UntilAsync("() => document.querySelector('dialog') === null");
            }
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task Parts_of_the_network_go_by_their_names_in_either_language()
    {
        var city = await suite.BusyCityAsync();
        var names = await NamesAsync(city);
        var feeder = (await city.Host.GetAsync("/api/v1/assets?kind=feeder"))[0];
        var (id, name) = (feeder.GetProperty("id").GetString()!, feeder.GetProperty("name"));
        Assert.NotEqual(name.GetProperty("vi").GetString(), name.GetProperty("en").GetString());
        await LifeCycleTests.PostAsync(city, "alerts/out-of-service", new { @operator = "vh-07", kind = "asset", id, reason = "QA 7" });
        try
        {
            await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07", Width: 1920, Height: 1080), async tab =>
            {
                await tab.ClickAsync(".held-button");
                await tab.SeeAsync($".outage[data-outage='{id}']");
                await SeesAsync("vi");
                await tab.PressAsync("l");
                await tab.UntilAsync("() => document.documentElement.lang === 'en'");
                await SeesAsync("en");

                async Task SeesAsync(string language)
                {
                    await tab.UntilAsync("name => document.querySelector('.outage .title')?.textContent === name", name.GetProperty(language).GetString());
                    Assert.DoesNotContain(await ChromeAsync(tab, names), t => t.Contains(id, StringComparison.Ordinal));
                }
            });

            await suite.OnAddressAsync(new Uri(city.Host.Http, "/shifts/?view=report&span=today"), new Look("en", "day", "vh-07"), async tab =>
            {
                await tab.SeeAsync(".report .open-table");
                var report = await tab.TextAsync(".report");
                Assert.Matches($"{Regex.Escape(name.GetProperty("en").GetString()!)}[^\n]*: QA 7", report);
                Assert.DoesNotContain(id, report, StringComparison.Ordinal);
            });
        }
        finally
        {
            foreach (var outage in (await city.Host.GetAsync("/api/v1/alerts/out-of-service")).EnumerateArray().Where(o => o.GetProperty("subject").GetString() == id))
            {
                await LifeCycleTests.PostAsync(city, $"alerts/out-of-service/{outage.GetProperty("id").GetString()}/end", new { @operator = "vh-07" });
            }
        }
    }

    /// <summary>The page's texts without the city's own names and without figures.</summary>
    private static async Task<string[]> ChromeAsync(Tab tab, Regex names)
    {
        var texts = await tab.EvaluateAsync<string[]>(Texts);
        return [.. texts.Select(text => names.Replace(text, "").Trim(' ', '·', ',', ':', '.', '/')).Where(t => t.Length > 0)];
    }

    /// <summary>What the catalogue calls things, in both languages, as whole words; the longest first, since some are parts of others.</summary>
    private static async Task<Regex> NamesAsync(City city)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "vh-07", "VN_AQI" };
        foreach (var path in new[] { "/api/v1/sensors", "/api/v1/areas", "/api/v1/properties", "/api/v1/rules" })
        {
            foreach (var entry in (await city.Host.GetAsync(path)).EnumerateArray())
            {
                foreach (var field in entry.EnumerateObject())
                {
                    names.UnionWith(field.Value.ValueKind switch
                    {
                        JsonValueKind.String when field.Name is "id" or "code" or "unit" or "unitLabel" or "source" => [field.Value.GetString()!],
                        JsonValueKind.Object when field.Name is "name" => field.Value.EnumerateObject().Select(n => n.Value.GetString() ?? ""),
                        _ => [],
                    });
                }
            }
        }

        // Parts of the network have names: their codes are nothing that the page says.
        foreach (var asset in (await city.Host.GetAsync("/api/v1/assets")).EnumerateArray())
        {
            names.UnionWith(asset.GetProperty("name").EnumerateObject().Select(n => n.Value.GetString() ?? ""));
        }

        var all = string.Join('|', names.Where(n => n.Length > 0).OrderByDescending(n => n.Length).Select(Regex.Escape));
        return new Regex($@"(?<!\p{{L}})(?:{all})(?!\p{{L}})", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
    }

    [GeneratedRegex("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VietnameseLetter();

    [GeneratedRegex(@"\p{L}{3}", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
