using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Work without a mouse: signing in, finding and acknowledging an alert, its procedure, shelving it; each place where the focus stands is seen to
/// stand there. Lights by keys: <see cref="LampTests"/>.</summary>
[Collection(OperatorSuite.Name)]
public sealed partial class KeyboardTests(OperatorSuite suite)
{
    private const string Station = "bg-aqm-01";
    private const string Password = "ba con chim xanh tren cay";

    private const string CountPointers =
        """
        window.pointers = 0;
        for (const kind of ['pointerdown', 'mousedown', 'touchstart']) addEventListener(kind, () => { window.pointers++; }, true);
        """;

    // A ring around what has the focus, or around what stands for it.
    private const string SeenToHaveFocus =
        """
        () => {
          const focused = document.activeElement;
          const style = getComputedStyle(focused);

          // After the last place of the page comes the browser's own.
          return focused === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || focused.matches('canvas') ? '' : focused.outerHTML.slice(0, 120);
        }
        """;

    [NeedsProgramFact("chromium")]
    public async Task From_signing_in_to_a_shelved_alert_by_keys_alone()
    {
        using var folder = new TempDirectory();
        var catalogue = await City.WriteCatalogueAsync(folder);
        await using var host = await HostProcess.StartUnansweredAsync(folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}", "--Ioc:Security:Accounts=Required");
        await Eventually.HoldsAsync(() => PrintedLink().IsMatch(host.Output), "the one-time link on the console");
        var unauthorised = new Func<string, bool>(trouble => trouble.Contains("401", StringComparison.Ordinal) || trouble.Contains("403", StringComparison.Ordinal));
        await suite.OnAddressAsync(new Uri(PrintedLink().Match(host.Output).Value), new Look("en", Script: CountPointers), async tab =>
        {
            await tab.SeeAsync("input[autocomplete=new-password]");
            await TypeIntoAsync(tab, "input[autocomplete=username]", "lan");
            await TypeIntoAsync(tab, "input[autocomplete=name]", "Nguyễn Thị Lan");
            await TypeIntoAsync(tab, "input[autocomplete=new-password]", Password);
            await tab.PressAsync("Enter");
            await tab.UntilLinkAsync("live");
            Assert.Equal(0, await tab.EvaluateAsync<int>("() => window.pointers"));
        }, unauthorised);

        // Another computer: she signs in, and works.
        await suite.OnAddressAsync(host.Http, new Look("en", Script: CountPointers, Calm: true), async tab =>
        {
            await tab.UntilAtAsync("/signin/");
            await tab.SeeAsync("input[autocomplete=current-password]");
            await TypeIntoAsync(tab, "input[autocomplete=username]", "lan");
            await TypeIntoAsync(tab, "input[autocomplete=current-password]", Password);
            await tab.PressAsync("Enter");
            await tab.UntilLinkAsync("live");
            await AlertAsync(tab, host);
            Assert.Equal(0, await tab.EvaluateAsync<int>("() => window.pointers"));
        }, unauthorised);
    }

    /// <summary>Finds an alert, acknowledges it, ticks a step of its procedure, shelves it.</summary>
    private static async Task AlertAsync(Tab tab, HostProcess host)
    {
        await PublishAsync(host, "environment", Station, "\"pm25\":512");
        await tab.SeeAsync(".row.p1.filled");
        await tab.PressAsync("/");
        await tab.TypeAsync(Station);
        await tab.PressAsync("Enter");
        await tab.SeeAsync(".row.p1.selected");

        // Other rules may mind as much of it.
        var row = $".row[data-alert='{await tab.AttributeAsync(".row.selected", "data-alert")}']";
        await tab.PressAsync("a");
        await tab.SeeAsync($"{row}.hollow .by");
        Assert.Equal("✓ Nguyễn Thị Lan", (await tab.TextAsync($"{row} .by")).Trim());

        await tab.SeeAsync(".detail .steps input");
        await TabToAsync(tab, ".detail .steps input");
        await tab.PressAsync(" ");
        await tab.SeeAsync(".detail .steps li.done");
        Assert.Contains("Nguyễn Thị Lan", await tab.TextAsync(".detail .steps li.done"), StringComparison.Ordinal);

        // On the way to the reason lies a time of one's own: passing it does not choose it.
        await tab.PressAsync("s");
        await tab.SeeAsync("dialog[open] .durations");
        await TabToAsync(tab, "dialog[open] textarea");
        await tab.TypeAsync("Street cleaning, dust for a while");
        await tab.PressAsync("Control+Enter");
        await tab.UntilAsync("row => !document.querySelector('dialog') && !document.querySelector(row)", row);
    }

    /// <summary>Goes on by Tab until the focus is where it is wanted; wherever it stands on the way has to be seen.</summary>
    private static async Task TabToAsync(Tab tab, string selector)
    {
        for (var presses = 0; !await tab.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector); presses++)
        {
            Assert.True(presses < 120, $"Tab leads to {selector}");
            await tab.PressAsync("Tab");
            var unseen = await tab.EvaluateAsync<string>(SeenToHaveFocus);
            Assert.True(unseen.Length == 0, $"on the way to {selector} nobody sees that the focus is on {unseen}");
        }
    }

    private static async Task TypeIntoAsync(Tab tab, string selector, string text)
    {
        await TabToAsync(tab, selector);
        await tab.TypeAsync(text);
    }

    private static async Task PublishAsync(HostProcess host, string domain, string sensor, string values)
    {
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, $"device-of-{sensor}");
        await device.PublishAsync($"ioc/v1/bac-giang/{domain}/{sensor}/telemetry", $$$"""{"ts":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}},"v":{{{{values}}}}}""");
    }

    [GeneratedRegex(@"http://\S+/setup/#token=\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrintedLink();
}
