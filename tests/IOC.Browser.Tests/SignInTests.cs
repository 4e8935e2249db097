using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>From the link that the host prints to an acknowledged alert: with accounts, everything that people do on the pages.</summary>
[Collection(OperatorSuite.Name)]
public sealed partial class SignInTests(OperatorSuite suite)
{
    private const string Sensor = "bg-aqm-01";
    private const string Password = "ba con chim xanh tren cay";
    private const string UserName = "input[autocomplete=username]";
    private const string Typed = "input[autocomplete=current-password]";
    private const string Chosen = "input[autocomplete=new-password]";
    private const string Submit = "button[type=submit]";

    [NeedsProgramFact("chromium")]
    public async Task From_the_printed_link_to_an_acknowledged_alert_and_a_viewer_who_may_only_look()
    {
        using var folder = new TempDirectory();
        var catalogue = await City.WriteCatalogueAsync(folder);
        await using var host = await HostProcess.StartUnansweredAsync(
            folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}", "--Ioc:Security:Accounts=Required");
        await Eventually.HoldsAsync(() => PrintedLink().IsMatch(host.Output), "the one-time link on the console");
        var link = new Uri(PrintedLink().Match(host.Output).Value);
        var invitation = "";
        await suite.OnAddressAsync(host.Http, new Look("vi", "night"), async tab =>
        {
            await MakeAdministratorAsync(tab, host, link);
            await AcknowledgeAsync(tab, host);
            invitation = await InviteAsync(tab, host, "khach", "Khách", "viewer");
            await LookAsync(tab, host, "vi-night");
        });

        await suite.OnAddressAsync(new Uri(invitation), new Look("en", "day"), async tab =>
        {
            await tab.SeeAsync(Chosen);
            await PictureAsync(tab, "invitation-en-day");
            await tab.FillAsync(Chosen, "khach xem thanh pho ban dem");
            await tab.ClickAsync(Submit);
            await tab.UntilLinkAsync("live");
            await PublishAsync(host, 30);
            await PublishAsync(host, 530);
            await tab.SeeAsync(".row.p1.unacknowledged, .row.p1");
            await tab.ClickAsync(".row.p1");
            await tab.PressAsync("a");
            await tab.UntilAsync("() => document.body.innerText.includes('Your account may look, and not act.')");

            await tab.GoAsync(new Uri(host.Http, "/admin/"));
            await tab.UntilAsync("() => document.body.innerText.includes('Only administrators may see this page.')");
            await tab.GoAsync(new Uri(host.Http, "/account/"));
            await tab.SeeAsync(".who button");
            await tab.ClickAsync(".who button");
            await tab.UntilAtAsync("/signin/");

            // Who is not signed in is sent to sign in, and comes back to where they were going.
            await tab.GoAsync(new Uri(host.Http, "/planner/?properties=pm25"));
            await tab.UntilAtAsync("/signin/");
            await tab.FillAsync(UserName, "khach");
            await tab.FillAsync(Typed, "not the password at all");
            await tab.ClickAsync(Submit);
            await tab.SeeAsync(".message.bad");
            await PictureAsync(tab, "signin-refused-en-day");
            await tab.FillAsync(Typed, "khach xem thanh pho ban dem");
            await tab.ClickAsync(Submit);
            await tab.UntilAtAsync("/planner/");

            // A video wall signs in as one, which is ticked on the way to it; the page of its account only lets it leave.
            await tab.GoAsync(new Uri(host.Http, "/account/"));
            await tab.SeeAsync(".who button");
            await tab.ClickAsync(".who button");
            await tab.UntilAtAsync("/signin/");
            await tab.GoAsync(new Uri(host.Http, "/wall/"));
            await tab.UntilAtAsync("/signin/");
            await tab.SeeAsync("input[name=wall]:checked");
            await tab.LoadAxeAsync();
            await AccessibilityTests.CheckBothThemesAsync(tab, "signing in a wall");
            await PictureAsync(tab, "signin-wall-en-day");
            await tab.FillAsync(UserName, "khach");
            await tab.FillAsync(Typed, "khach xem thanh pho ban dem");
            await tab.ClickAsync(Submit);
            await tab.UntilAtAsync("/wall/");
            await tab.SeeAsync(".wall[data-link=live]");
            await tab.GoAsync(new Uri(host.Http, "/account/"));
            await tab.UntilAsync("() => document.body.innerText.includes('signed in as a video wall')");
        }, trouble => trouble.Contains("401", StringComparison.Ordinal) || trouble.Contains("403", StringComparison.Ordinal));
    }

    private static async Task MakeAdministratorAsync(Tab tab, HostProcess host, Uri link)
    {
        await tab.UntilAtAsync("/signin/");
        await tab.SeeAsync(".note");
        await tab.LoadAxeAsync();
        await AccessibilityTests.CheckBothThemesAsync(tab, "signing in");
        await PictureAsync(tab, "signin-vi-night");
        await tab.GoAsync(link);
        await tab.SeeAsync(Chosen);
        Assert.DoesNotContain("token", await tab.EvaluateAsync<string>("() => location.href"), StringComparison.Ordinal);
        await tab.LoadAxeAsync();
        await AccessibilityTests.CheckBothThemesAsync(tab, "the one-time link");
        await PictureAsync(tab, "setup-vi-night");
        await tab.FillAsync(UserName, "lan");
        await tab.FillAsync("input[autocomplete=name]", "Nguyễn Thị Lan");
        await tab.FillAsync(Chosen, Password);
        await tab.ClickAsync(Submit);
        await tab.UntilLinkAsync("live");
        Assert.Equal(new Uri(host.Http, "/").ToString(), await tab.EvaluateAsync<string>("() => location.href"));
    }

    private static async Task AcknowledgeAsync(Tab tab, HostProcess host)
    {
        await PublishAsync(host, 512);
        await tab.SeeAsync(".row.p1");
        await tab.ClickAsync(".row.p1");
        await tab.PressAsync("a");
        await tab.UntilAsync("() => document.querySelector('.row.p1')?.innerText.includes('Nguyễn Thị Lan') || document.querySelector('.alerts')?.innerText.includes('Nguyễn Thị Lan')");
    }

    private static async Task<string> InviteAsync(Tab tab, HostProcess host, string userName, string displayName, string role)
    {
        await tab.GoAsync(new Uri(host.Http, "/admin/"));
        await tab.SeeAsync("tbody tr");
        await tab.FillAsync("section:nth-of-type(2) .field:nth-of-type(1) input", userName);
        await tab.FillAsync("section:nth-of-type(2) .field:nth-of-type(2) input", displayName);
        await tab.SelectAsync("section:nth-of-type(2) select", role);
        await tab.ClickAsync($"section:nth-of-type(2) {Submit}");
        await tab.SeeAsync(".secret code");
        await tab.ClickAsync("tbody button");
        await tab.LoadAxeAsync();
        await AccessibilityTests.CheckBothThemesAsync(tab, "the administration of accounts");
        await PictureAsync(tab, "admin-vi-night");
        return await tab.TextAsync(".secret code");
    }

    private static async Task LookAsync(Tab tab, HostProcess host, string look)
    {
        await tab.GoAsync(new Uri(host.Http, "/account/"));
        await tab.SeeAsync(".rows li");
        await tab.LoadAxeAsync();
        await AccessibilityTests.CheckBothThemesAsync(tab, "one's own account");
        await tab.FillAsync($"#second-factor {Typed}", Password);
        await tab.ClickAsync($"#second-factor {Submit}");
        await tab.SeeAsync(".qr");
        Assert.True(await tab.EvaluateAsync<bool>("async () => { const i = document.querySelector('.qr'); await i.decode(); return i.naturalWidth > 0; }"), "the QR code is drawn");
        await PictureAsync(tab, $"account-{look}");
    }

    private static async Task PublishAsync(HostProcess host, int value)
    {
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "station");
        await device.PublishAsync($"ioc/v1/bac-giang/environment/{Sensor}/telemetry", $$$"""{"ts":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}},"v":{"pm25":{{{value}}}}}""");
    }

    private static Task PictureAsync(Tab tab, string name)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        return tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
    }

    [GeneratedRegex(@"http://\S+/setup/#token=\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrintedLink();
}
