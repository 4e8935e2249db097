using System.Net;
using System.Net.Http.Json;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Who is told of alerts: the view lists channels, routes and messages with their outcome, and the test button sends.</summary>
[Collection(OperatorSuite.Name)]
public sealed class NotificationTests(OperatorSuite suite)
{
    private const string Said = "() => document.querySelector('.notify .said')?.innerText ?? ''";

    [NeedsProgramFact("chromium")]
    public Task In_English_by_night() => CheckAsync(new Look("en", "night"), "hook-en", "Channel hook-en: 1 test message sent.", "the test failed");

    [NeedsProgramFact("chromium")]
    public Task In_Vietnamese_by_day() => CheckAsync(new Look("vi", "day"), "hook-vi", "Kênh hook-vi: đã gửi 1 tin thử.", "gửi thử không được");

    private async Task CheckAsync(Look look, string channel, string sent, string failed)
    {
        var city = await suite.BusyCityAsync();
        var port = MosquittoBroker.FreePort();
        await PutAsync(city, $"channels/{channel}", new { webhook = new { url = $"http://127.0.0.1:{port}/", template = "chat" } });

        // Switched off: it tells nothing, so that no other test's alert goes anywhere.
        await PutAsync(city, $"routes/{channel}", new { enabled = false, severities = new[] { "P1" }, districts = new[] { "viet-yen" }, channels = new[] { channel }, repeatEverySeconds = 1800 });
        await suite.OnPageAsync(city, look, async tab =>
        {
            await tab.LoadAxeAsync();
            await tab.ClickAsync(".notify-button");
            await tab.SeeAsync(".notify table");
            using (var receiver = new HttpListener())
            {
                receiver.Prefixes.Add($"http://127.0.0.1:{port}/");
                receiver.Start();
                var asked = receiver.GetContextAsync();
                await tab.ClickAsync($".notify button[aria-label$='{channel}']");
                var context = await asked.WaitAsync(TimeSpan.FromSeconds(30));
                Assert.Contains("[IOC]", await new StreamReader(context.Request.InputStream).ReadToEndAsync(), StringComparison.Ordinal);
                context.Response.Close();
                await tab.UntilAsync($"text => ({Said})().includes(text)", sent);
            }

            await tab.ClickAsync($".notify button[aria-label$='{channel}']");
            await tab.UntilAsync($"text => ({Said})().includes(text)", failed);
            await tab.EvaluateAsync<bool>("() => { const s = document.querySelector('.notify select'); s.value = 'given_up'; s.dispatchEvent(new Event('change', { bubbles: true })); return true; }");
            await tab.UntilAsync("name => [...document.querySelectorAll('.notify section:last-of-type tbody tr')].some(r => r.innerText.includes(name) && r.querySelector('.trouble'))", channel);
            await AccessibilityTests.CheckAsync(tab, "the notifications");
            await tab.PressAsync("Escape");
            Assert.Equal(0, await tab.CountAsync("dialog[open]"));
        });
    }

    private static async Task PutAsync(City city, string path, object body)
    {
        using var response = await city.Host.Client.PutAsJsonAsync(new Uri($"/api/v1/notifications/{path}", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
