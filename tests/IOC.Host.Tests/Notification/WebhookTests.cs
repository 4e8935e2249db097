using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IOC.Alerts.Notification;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Host.Tests.Notification;

/// <summary>Against a real HTTP server that fails, hangs, resets and asks for patience.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly NotificationRig _rig = new();
    private HttpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await HttpReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_receiver_gets_the_alert_with_a_key_and_a_signature_that_it_can_verify()
    {
        _rig.With(Hook(signing: "khóa chung"));
        var alert = _rig.Raise();
        await _rig.TurnAsync();
        var request = Assert.Single(_receiver.Requests);
        Assert.Equal(_rig.Only.Id, request.Key);
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal(alert, json.RootElement.GetProperty("alerts")[0].GetProperty("id").GetString());
        Assert.Equal(request.Key, json.RootElement.GetProperty("key").GetString());

        // As docs/notifications.md tells receivers to do it.
        var timestamp = request.Headers["X-IOC-Timestamp"];
        Assert.Equal(_rig.Time.NowMs / 1000, long.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture));
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("khóa chung"), Encoding.UTF8.GetBytes($"{timestamp}.{request.Body}")));
        Assert.Equal($"v1={expected}", request.Headers["X-IOC-Signature"]);
        Assert.Equal((DeliveryState.Sent, 200, 1), (_rig.Only.State, _rig.Only.Status, _rig.Only.Attempts));
    }

    [Fact]
    public async Task It_fails_hangs_resets_asks_for_patience_and_gets_everything_in_the_end_with_one_key()
    {
        _rig.With(Hook());
        _receiver.Then(500, "boom").ThenReset().ThenHang().Then(429, "slow down", retryAfter: "600").Then(503, retryAfter: null).ThenHangInTheMiddle();
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal((DeliveryState.Pending, 500, "HTTP 500: boom"), (_rig.Only.State, _rig.Only.Status, _rig.Only.Error));

        await _rig.AfterAsync(TimeSpan.FromSeconds(12));
        Assert.Equal((2, null), (_rig.Only.Attempts, _rig.Only.Status));
        Assert.NotNull(_rig.Only.Error);

        await HangAsync(TimeSpan.FromSeconds(24));
        Assert.Contains("no answer within 20 s", _rig.Only.Error, StringComparison.Ordinal);

        await _rig.AfterAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((4, 429), (_rig.Only.Attempts, _rig.Only.Status));
        await _rig.AfterAsync(TimeSpan.FromSeconds(599));
        Assert.Equal(4, _rig.Only.Attempts);
        await _rig.AfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((5, 503), (_rig.Only.Attempts, _rig.Only.Status));

        await HangAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((DeliveryState.Pending, 6), (_rig.Only.State, _rig.Only.Attempts));

        await _rig.AfterAsync(TimeSpan.FromMinutes(10));
        Assert.Equal((DeliveryState.Sent, 7, 200), (_rig.Only.State, _rig.Only.Attempts, _rig.Only.Status));
        Assert.Equal(7, _receiver.Requests.Count);
        Assert.Single(_receiver.Requests.Select(r => (r.Key, r.Body)).Distinct());
    }

    [Fact]
    public async Task A_date_until_which_to_wait_is_understood_too()
    {
        _rig.With(Hook());
        _receiver.Then(429, retryAfter: _rig.Time.GetUtcNow().AddMinutes(30).ToString("R"));
        _rig.Raise();
        await _rig.TurnAsync();
        await _rig.AfterAsync(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, _rig.Only.Attempts);
        await _rig.AfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(DeliveryState.Sent, _rig.Only.State);
    }

    [Theory]
    [InlineData(410)]
    [InlineData(400)]
    [InlineData(404)]
    public async Task What_it_will_never_take_is_given_up_and_goes_when_somebody_asks(int status)
    {
        _rig.With(Hook());
        _receiver.Then(status, "gone");
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal((DeliveryState.GivenUp, status), (_rig.Only.State, _rig.Only.Status));
        Assert.Equal(1, _rig.Desk.Figures.GivenUp);
        Assert.NotNull(_rig.Book.Retry(_rig.Only.Id, _rig.Time.GetUtcNow()));
        await _rig.TurnAsync();
        Assert.Equal(DeliveryState.Sent, _rig.Only.State);
        Assert.Equal(0, _rig.Desk.Figures.GivenUp);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await HttpReceiver.StartAsync();
        _rig.With(Hook());
        _receiver.Then(context =>
        {
            context.Response.Redirect(elsewhere.Address.ToString());
            return Task.CompletedTask;
        });
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal((DeliveryState.GivenUp, 302), (_rig.Only.State, _rig.Only.Status));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_receiver_that_hangs_keeps_no_other_channel_waiting()
    {
        await using var other = await HttpReceiver.StartAsync();
        _rig.With(Hook()).With(Hook("other", other));
        _receiver.ThenHang();
        _rig.Raise();
        await _rig.Desk.TurnAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => other.Requests.Count == 1 && _receiver.Requests.Count == 1, "both receivers to be asked");
        _rig.Raise("s2");
        await Eventually.HoldsAsync(
            async () =>
            {
                await _rig.Desk.TurnAsync(CancellationToken.None);
                return other.Requests.Count == 2;
            },
            "the other channel to go on");
        Assert.Single(_receiver.Requests);
        _rig.Time.Advance(_rig.Settings.Timeout);
        await _rig.Desk.SettleAsync();
    }

    [Fact]
    public async Task A_crash_between_the_alert_and_the_message_or_between_sending_and_noting_loses_nothing()
    {
        _rig.With(Hook());
        _rig.Raise();
        _rig.Crash();
        _rig.Raise("s2");
        await _rig.TurnAsync();
        Assert.Equal(2, _receiver.Requests.Count);

        // The receiver has it, and the host is killed before it notes it.
        _receiver.Then(context =>
        {
            _rig.Crash();
            return Task.CompletedTask;
        });
        _rig.Raise("s3");
        var before = _rig.Desk;
        await before.TurnAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => !ReferenceEquals(before, _rig.Desk), "the crash");
        await _rig.TurnAsync();
        Assert.Equal(3, _rig.Deliveries.Count(d => d.State == DeliveryState.Sent));
        Assert.Equal(_rig.Deliveries.Select(d => d.Id), _receiver.Requests.Select(r => r.Key).Distinct());
    }

    [Fact]
    public async Task A_long_outage_is_survived_in_order()
    {
        _rig.With(Hook());
        var port = _receiver.Address.Port;
        await _receiver.DisposeAsync();
        for (var hour = 0; hour < 8; hour++)
        {
            _rig.Raise($"s{hour}");
            await _rig.AfterAsync(TimeSpan.FromMinutes(20));
        }

        Assert.All(_rig.Deliveries, d => Assert.Equal(DeliveryState.Pending, d.State));
        Assert.Equal("hook", Assert.Single(_rig.Desk.Figures.FailingChannels).Key);
        _receiver = await HttpReceiver.StartAsync(port);
        await _rig.AfterAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(_rig.Deliveries.Select(d => d.Id), _receiver.Requests.Select(r => r.Key));
        Assert.Equal(8, _receiver.Requests.Count);
        Assert.Empty(_rig.Desk.Figures.FailingChannels);
    }

    [Fact]
    public async Task Secrets_stand_in_address_headers_and_body_and_in_no_error()
    {
        var hook = Hook() with
        {
            Webhook = new WebhookChannel(
                new Uri(_receiver.Address, "/bot{{secret}}/send").OriginalString.Replace("%7B", "{", StringComparison.Ordinal).Replace("%7D", "}", StringComparison.Ordinal), null,
                "to={{to}}&key={{secret}}&text={{short}}", TemplateForm.Form, new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Bearer {{secret}}" }),
            Recipients = ["+84 91"],
            Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) { [Channel.Token] = new(null, "geheim:42") },
        };
        _rig.With(hook);
        _receiver.Then(500, "I do not like geheim:42 at all");
        _rig.Raise();
        await _rig.TurnAsync();
        var request = Assert.Single(_receiver.Requests);
        Assert.Equal("/botgeheim:42/send", request.Path);
        Assert.Equal("Bearer geheim:42", request.Headers["Authorization"]);
        Assert.StartsWith("to=%2B84%2091&key=geheim%3A42&text=%5BP1%5D%20new%3A%20High%20PM2.5", request.Body, StringComparison.Ordinal);
        Assert.Equal("HTTP 500: I do not like *** at all", _rig.Only.Error);
    }

    [Fact]
    public async Task A_secret_of_the_settings_goes_only_to_its_hosts()
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("token");
        await File.WriteAllTextAsync(file, "first\nnote\n");
        _rig.Settings.Secrets = [new() { Name = "chat", File = file, Hosts = "chat.example" }];
        _rig.With(Hook() with
        {
            Webhook = new WebhookChannel(_receiver.Address.ToString(), "chat", null, TemplateForm.Json, new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Token"] = "{{secret}}" }),
            Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) { [Channel.Token] = new("chat", null) },
        });
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Empty(_receiver.Requests);
        Assert.Contains("not for host '127.0.0.1'", _rig.Only.Error, StringComparison.Ordinal);
        _rig.Settings.Secrets[0].Hosts = "chat.example; 127.0.0.1";
        await File.WriteAllTextAsync(file, "second\n");
        await _rig.AfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("second", Assert.Single(_receiver.Requests).Headers["X-Token"]);
    }

    [Fact]
    public async Task Hosts_that_are_not_allowed_get_nothing()
    {
        _rig.Settings.AllowedHosts = "chat.example";
        _rig.With(Hook());
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Empty(_receiver.Requests);
        Assert.Contains("AllowedHosts", _rig.Only.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_button_sends_at_once_and_tells_how_it_went()
    {
        _rig.With(Hook());
        var channel = _rig.Book.Config.Channel("hook")!;
        _receiver.Then(500, "not yet");
        var failed = Assert.Single(await _rig.Desk.TestAsync(channel, [null], NoticeLanguage.Vi, CancellationToken.None));
        Assert.Equal((DeliveryState.GivenUp, "HTTP 500: not yet"), (failed.State, failed.Error));
        var sent = Assert.Single(await _rig.Desk.TestAsync(channel, [null], NoticeLanguage.Vi, CancellationToken.None));
        Assert.Equal(DeliveryState.Sent, sent.State);
        using var json = JsonDocument.Parse(_receiver.Requests[1].Body);
        Assert.Equal("[IOC] Tin thử: kênh này hoạt động", json.RootElement.GetProperty("subject").GetString());
        Assert.Equal([failed.Id, sent.Id], _rig.Deliveries.Select(d => d.Id));
        await _rig.AfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, _receiver.Requests.Count);
    }

    [Theory]
    [InlineData("generic")]
    [InlineData("chat")]
    [InlineData("teams")]
    [InlineData("telegram")]
    [InlineData("zalo")]
    [InlineData("sms-json")]
    public async Task Ready_made_templates_make_what_their_receivers_read(string template)
    {
        _rig.With(Hook() with
        {
            Webhook = new WebhookChannel(_receiver.Address.ToString(), template, null, TemplateForm.Json, new Dictionary<string, string>(StringComparer.Ordinal)),
            Recipients = ["id-7"],
            Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) { [Channel.Token] = new(null, "t0ken") },
        });
        _rig.Raise();
        await _rig.TurnAsync();
        var request = Assert.Single(_receiver.Requests);
        using var json = JsonDocument.Parse(request.Body);
        var root = json.RootElement;
        var text = template switch
        {
            "generic" or "chat" or "telegram" or "sms-json" => root.GetProperty("text"),
            "teams" => root.GetProperty("attachments")[0].GetProperty("content").GetProperty("body")[1].GetProperty("text"),
            _ => root.GetProperty("message").GetProperty("text"),
        };
        Assert.Contains("High PM2.5", text.GetString(), StringComparison.Ordinal);
        if (template == "zalo")
        {
            Assert.Equal(("t0ken", "id-7"), (request.Headers["access_token"], root.GetProperty("recipient").GetProperty("user_id").GetString()));
        }
    }

    private async Task HangAsync(TimeSpan wait)
    {
        var asked = _receiver.Requests.Count;
        _rig.Time.Advance(wait);
        await _rig.Desk.TurnAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => _receiver.Requests.Count == asked + 1, "the receiver to be asked");
        _rig.Time.Advance(_rig.Settings.Timeout);
        await _rig.Desk.SettleAsync();
    }

    private Channel Hook(string name = "hook", HttpReceiver? receiver = null, string? signing = null) => new()
    {
        Name = name,
        Webhook = new WebhookChannel((receiver ?? _receiver).Address.ToString(), "generic", null, TemplateForm.Json, new Dictionary<string, string>(StringComparer.Ordinal)),
        Secrets = signing is null
            ? new Dictionary<string, SecretReference>(StringComparer.Ordinal)
            : new Dictionary<string, SecretReference>(StringComparer.Ordinal) { [Channel.Signing] = new(null, signing) },
    };
}
