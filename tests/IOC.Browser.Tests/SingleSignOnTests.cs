using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Signing in with the organisation's account, in a real browser to which the provider is another site: cookies keep to what they are limited to.</summary>
[Collection(OperatorSuite.Name)]
public sealed class SingleSignOnTests(OperatorSuite suite)
{
    private const string Button = "a.button.primary";

    [NeedsProgramFact("chromium")]
    public async Task One_press_of_the_button_leads_to_the_map()
    {
        using var folder = new TempDirectory();
        await using var provider = await OpenIdServer.StartAsync();
        provider.Person = new(StringComparer.Ordinal) { ["sub"] = "lan", ["name"] = "Nguyễn Thị Lan", ["roles"] = new[] { "control-room" } };
        await using var host = await HostProcess.StartUnansweredAsync(
            folder.Combine("data"), $"--Ioc:CatalogueDirectory={await City.WriteCatalogueAsync(folder)}", "--Ioc:Security:Accounts=Required",
            $"--Ioc:Security:OpenId:Authority={provider.Issuer}", $"--Ioc:Security:OpenId:ClientId={OpenIdServer.ClientId}", $"--Ioc:Security:OpenId:ClientSecret={OpenIdServer.ClientSecret}",
            "--Ioc:Security:OpenId:RoleMap:0:Value=control-room", "--Ioc:Security:OpenId:RoleMap:0:Role=operator");
        await suite.OnAddressAsync(host.Http, new Look("vi", "night"), async tab =>
        {
            await tab.UntilAtAsync("/signin/");
            await tab.SeeAsync(Button);
            await tab.LoadAxeAsync();
            await AccessibilityTests.CheckAsync(tab, "signing in with the organisation's account");
            var pictures = Path.Combine(Repository.Root, "artifacts", "screenshots");
            Directory.CreateDirectory(pictures);
            await tab.TakePictureAsync(Path.Combine(pictures, "signin-sso-vi-night.png"));
            await tab.ClickAsync(Button);
            await tab.UntilLinkAsync("live");
            Assert.Equal(host.Http.ToString(), await tab.EvaluateAsync<string>("() => location.href"));

            await tab.GoAsync(new Uri(host.Http, "/account/"));
            await tab.UntilAsync("() => document.querySelector('.who')?.innerText.includes('Nguyễn Thị Lan')");
            Assert.False(await tab.EvaluateAsync<bool>("() => document.querySelector('input[type=password]') !== null"), "a password is asked for that there is not");

            // Somebody else at the same desk, whom the provider knows and this host does not.
            provider.Person = new(StringComparer.Ordinal) { ["sub"] = "guest", ["name"] = "Khách" };
            await tab.GoAsync(new Uri(host.Http, "/signin/"));
            await tab.SeeAsync(Button);
            await tab.ClickAsync(Button);
            await tab.UntilAsync("() => location.search === '?trouble=openid_no_role' && document.querySelector('.message.bad')?.innerText.includes('chưa được cấp vai trò nào')");
        }, trouble => trouble.Contains("localhost", StringComparison.Ordinal) || trouble.Contains("401", StringComparison.Ordinal));
    }
}
