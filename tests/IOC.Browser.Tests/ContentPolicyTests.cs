using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Every page keeps to the content security policy, and the policy keeps out what a page must not do.</summary>
[Collection(OperatorSuite.Name)]
public sealed class ContentPolicyTests(OperatorSuite suite)
{
    /// <summary>The pages that are shipped, as paths below the host's root.</summary>
    internal static IReadOnlyList<string> Pages()
    {
        var root = Path.Combine(Repository.Root, "dashboards", "operator", "dist");
        var pages = Directory.GetFiles(root, "*.html", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f).Replace("index.html", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.Contains("", pages);
        return pages;
    }

    [NeedsProgramFact("chromium")]
    public async Task No_page_that_is_shipped_breaks_the_policy()
    {
        var city = await suite.CityAsync();
        foreach (var page in Pages())
        {
            // Whatever goes wrong in the page fails the test: breaches of the policy, requests to other origins, errors.
            await suite.OnAddressAsync(new Uri(city.Host.Http, $"/{page}"), new Look(), tab => tab.UntilAsync("() => document.readyState === 'complete' && document.body.innerText.length > 0"));
        }
    }

    [NeedsProgramFact("chromium")]
    public async Task Script_and_style_that_were_slipped_into_a_page_do_nothing()
    {
        var city = await suite.CityAsync();
        var breaches = new List<string>();
        await suite.OnAddressAsync(
            city.Host.Http, new Look(),
            async tab =>
            {
                await tab.SeeAsync(".link");
                await tab.EvaluateAsync<bool>(
                    """
                    () => {
                      document.body.insertAdjacentHTML('beforeend', '<p id="slipped" style="position:fixed;left:-9999px">x</p><img src="http://127.0.0.1:9/steal.png"><img src="x" onerror="window.stolen = true">');
                      const script = document.createElement('script');
                      script.textContent = 'window.stolen = true';
                      document.body.append(script);
                      return true;
                    }
                    """);
                await tab.UntilAsync("() => [...document.images].every((i) => i.complete)");
                Assert.False(await tab.EvaluateAsync<bool>("() => window.stolen === true"));
                Assert.Equal("static", await tab.EvaluateAsync<string>("() => getComputedStyle(document.getElementById('slipped')).position"));
                await tab.UntilTroubleAsync(t => t.Contains("content security policy: img-src", StringComparison.Ordinal));
            },
            trouble =>
            {
                breaches.Add(trouble);
                return trouble.Contains("olicy", StringComparison.Ordinal) || trouble.Contains("violates", StringComparison.Ordinal) || trouble.Contains("404", StringComparison.Ordinal) || trouble.Contains("/steal.png", StringComparison.Ordinal);
            });
        Assert.Contains(breaches, b => b.Contains("content security policy: style-src-attr", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.Contains("content security policy: script-src-elem", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.Contains("content security policy: script-src-attr", StringComparison.Ordinal));
    }
}
