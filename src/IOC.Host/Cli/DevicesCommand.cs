using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc devices: credentials of devices, their bans and connections.</summary>
internal sealed partial class DevicesCommand(TextWriter output, TextWriter error)
{
    private const int PageSize = 1000;
    private readonly HostOption _host = new();
    private readonly Printer _print = new(output);

    public Command Create()
    {
        var command = new Command("devices", Say("Credentials of devices: who may connect over MQTT.", "Tài khoản thiết bị: ai được kết nối qua MQTT."))
        {
            List(), Add(), Rotate(), Switch("disable", disabled: true), Switch("enable", disabled: false), Remove(), Disconnect(), Check(),
            Import(), Export(), ForSensors(), Bans(), Connections(), Refusals(), Profiles(),
        };
        _host.AddTo(command);
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = Say("Name of the credential: the MQTT user name.", "Tên tài khoản: user name của MQTT.") };

    private static Option<string?> Text(string name, string english, string vietnamese) => new(name) { Description = Say(english, vietnamese) };

    private static Option<string[]> Texts(string name, string english, string vietnamese) =>
        new(name) { Description = Say(english, vietnamese), AllowMultipleArgumentsPerToken = true };

    private static string Path(string name, string? more = null) => $"devices/{Uri.EscapeDataString(name)}{more}";

    private Command Make(string name, string english, string vietnamese, Func<ParseResult, HostConnection, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var command = new Command(name, Say(english, vietnamese));
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                default:
                    throw new ArgumentException($"{symbol.Name} is neither an argument nor an option.", nameof(symbols));
            }
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            return await run(parsed, host, stop);
        });
        return command;
    }

    private Command List()
    {
        var search = Text("--search", "Only names that hold this, or the credential of this sensor.", "Chỉ tên chứa chuỗi này, hoặc tài khoản của cảm biến này.");
        return Make("list", "List credentials.", "Liệt kê tài khoản.", async (parsed, host, stop) =>
        {
            var devices = await AllAsync(host, parsed.GetValue(search), stop);
            _print.Table(
                [Say("name", "tên"), Say("profile", "hồ sơ"), Say("sensors", "cảm biến"), Say("disabled", "đã khóa"), Say("last login", "lần cuối"), Say("note", "ghi chú")],
                devices.Select(d => new[]
                {
                    Printer.Text(d, "name"), Printer.Text(d, "profile"), Printer.Text(d, "sensors"), Printer.Text(d, "disabled"), Printer.Text(d, "lastLogin", isTime: true), Printer.Text(d, "note"),
                }));
            return ExitCodes.Ok;
        }, search);
    }

    private Command Add()
    {
        var name = Name();
        var profile = Text("--profile", "Profile: device, fleet, monitor or one of your own.", "Hồ sơ quyền: device, fleet, monitor hoặc hồ sơ tự tạo.");
        var sensors = Texts("--sensor", "Its sensors. Default: the sensor of its name.", "Các cảm biến của nó. Mặc định: cảm biến cùng tên.");
        var rules = Texts("--rule", "A rule, such as \"allow publish x/%u/#\".", "Một quy tắc, ví dụ \"allow publish x/%u/#\".");
        var fingerprints = Texts("--fingerprint", "SHA-256 fingerprint of a client certificate.", "Dấu vân tay SHA-256 của chứng thư.");
        var subjects = Texts("--subject", "Subject (CN or DNS name) of a client certificate.", "Chủ thể (CN hoặc tên DNS) của chứng thư.");
        var withoutSecret = new Option<bool>("--without-secret") { Description = Say("Certificates only.", "Chỉ dùng chứng thư.") };
        var note = Text("--note", "A note.", "Ghi chú.");
        return Make("add", "Make a credential; prints its secret, this once.", "Tạo tài khoản; in mật khẩu, chỉ một lần này.", async (parsed, host, stop) =>
        {
            var made = await host.PostAsync("devices", new
            {
                name = parsed.GetValue(name),
                profile = parsed.GetValue(profile),
                sensors = OrNull(parsed.GetValue(sensors)),
                rules = OrNull(parsed.GetValue(rules)),
                fingerprints = OrNull(parsed.GetValue(fingerprints)),
                subjects = OrNull(parsed.GetValue(subjects)),
                withoutSecret = parsed.GetValue(withoutSecret),
                note = parsed.GetValue(note),
                by = HostConnection.By,
            }, stop);
            return PrintSecret(made);
        }, name, profile, sensors, rules, fingerprints, subjects, withoutSecret, note);
    }

    private Command Rotate()
    {
        var name = Name();
        var grace = new Option<double?>("--grace-hours") { Description = Say("Hours that the former secret stays valid; 0 = void at once. Default: the host's setting.", "Số giờ mật khẩu cũ còn hiệu lực; 0 = hết ngay. Mặc định: theo cài đặt máy chủ.") };
        var untilUsed = new Option<bool>("--until-used") { Description = Say("The former secret ends when the new one is used.", "Mật khẩu cũ hết hiệu lực khi mật khẩu mới được dùng.") };
        return Make("rotate", "Give a new secret; the former stays valid for a while.", "Cấp mật khẩu mới; mật khẩu cũ còn hiệu lực một thời gian.", async (parsed, host, stop) => PrintSecret(await host.PostAsync(
            Path(parsed.GetValue(name)!, "/rotate"), new { graceSeconds = parsed.GetValue(grace) * 3600, untilUsed = parsed.GetValue(untilUsed), by = HostConnection.By }, stop)), name, grace, untilUsed);
    }

    private Command Switch(string verb, bool disabled)
    {
        var name = Name();
        return Make(
            verb,
            disabled ? "Lock a credential; its connections end." : "Unlock a credential.",
            disabled ? "Khóa tài khoản; các kết nối bị ngắt." : "Mở khóa tài khoản.",
            async (parsed, host, stop) =>
            {
                await host.PatchAsync(Path(parsed.GetValue(name)!), new { disabled, by = HostConnection.By }, stop);
                return ExitCodes.Ok;
            },
            name);
    }

    private Command Remove()
    {
        var name = Name();
        return Make("remove", "Remove a credential, its connections and sessions.", "Xóa tài khoản, các kết nối và phiên của nó.", async (parsed, host, stop) =>
        {
            await host.DeleteAsync(Path(parsed.GetValue(name)!), stop);
            return ExitCodes.Ok;
        }, name);
    }

    private Command Disconnect()
    {
        var name = Name();
        return Make("disconnect", "End a device's connections; it may come back.", "Ngắt kết nối của thiết bị; nó có thể kết nối lại.", async (parsed, host, stop) =>
        {
            var answer = await host.PostAsync(Path(parsed.GetValue(name)!, "/disconnect"), new { }, stop);
            output.WriteLine(Printer.Text(answer, "count"));
            return ExitCodes.Ok;
        }, name);
    }

    private Command Check()
    {
        var name = Name();
        var action = new Argument<string>("action") { Description = Say("publish, retain or subscribe.", "publish, retain hoặc subscribe.") };
        var topic = new Argument<string>("topic") { Description = Say("Topic or filter.", "Chủ đề hoặc bộ lọc.") };
        return Make("check", "Tell whether a device may do that; exit code 0 or 1.", "Cho biết thiết bị có được phép không; mã thoát 0 hoặc 1.", async (parsed, host, stop) =>
        {
            var answer = await host.PostAsync(Path(parsed.GetValue(name)!, "/check"), new { action = parsed.GetValue(action), topic = parsed.GetValue(topic) }, stop);
            var allowed = answer.GetProperty("allowed").GetBoolean();
            output.WriteLine(allowed ? Say("allowed", "được phép") : Say("denied", "không được phép"));
            return allowed ? ExitCodes.Ok : ExitCodes.Refused;
        }, name, action, topic);
    }

    private Command Bans()
    {
        var subject = new Argument<string>("subject") { Description = Say("Address, prefix, client:ID, or what 'bans' lists.", "Địa chỉ, dải, client:MÃ, hoặc mục mà 'bans' liệt kê.") };
        var reason = Text("--reason", "Why.", "Lý do.");
        var hours = new Option<double?>("--hours") { Description = Say("How long. Default: until it is lifted.", "Bao lâu. Mặc định: đến khi gỡ.") };
        var bans = Make("bans", "List bans in force; add and lift them.", "Liệt kê lệnh cấm đang hiệu lực; thêm và gỡ.", async (_, host, stop) =>
        {
            _print.Table([Say("subject", "đối tượng"), Say("reason", "lý do"), Say("until", "đến"), Say("by", "người cấm")], (await host.GetAsync("device-bans", stop)).EnumerateArray()
                .Select(b => new[] { Printer.Text(b, "subject"), Printer.Text(b, "reason"), Printer.Text(b, "until", isTime: true), Printer.Text(b, "by") }));
            return ExitCodes.Ok;
        });
        bans.Subcommands.Add(Make("add", "Ban, and end its connections.", "Cấm và ngắt kết nối.", async (parsed, host, stop) =>
        {
            await host.PostAsync("device-bans", new { subject = parsed.GetValue(subject), reason = parsed.GetValue(reason), seconds = parsed.GetValue(hours) * 3600, by = HostConnection.By }, stop);
            return ExitCodes.Ok;
        }, subject, reason, hours));
        bans.Subcommands.Add(Make("lift", "Lift a ban.", "Gỡ lệnh cấm.", async (parsed, host, stop) =>
        {
            await host.DeleteAsync($"device-bans?subject={Uri.EscapeDataString(parsed.GetValue(subject)!)}", stop);
            return ExitCodes.Ok;
        }, subject));
        return bans;
    }

    private Command Connections() => Make("connections", "List clients that are connected.", "Liệt kê các kết nối hiện có.", async (_, host, stop) =>
    {
        var answer = await host.GetAsync($"device-connections?limit={PageSize}", stop);
        _print.Table(
            [Say("client", "mã client"), Say("device", "thiết bị"), Say("from", "từ"), Say("transport", "đường truyền"), Say("since", "từ lúc"), Say("publishes", "bản tin"), Say("refused", "bị từ chối")],
            answer.GetProperty("items").EnumerateArray().Select(c => new[]
            {
                Printer.Text(c, "clientId"), Printer.Text(c, "device"), Printer.Text(c, "remote"), Printer.Text(c, "transport"), Printer.Text(c, "connectedAt", isTime: true),
                Printer.Text(c, "publishes"), Printer.Text(c, "refused"),
            }));
        return ExitCodes.Ok;
    });

    private Command Refusals() => Make("refusals", "What devices were refused lately, the newest first.", "Những gì thiết bị bị từ chối gần đây, mới nhất trước.", async (_, host, stop) =>
    {
        var answer = await host.GetAsync($"device-refusals?limit={PageSize}", stop);
        _print.Table(
            [Say("at", "lúc"), Say("what", "việc"), Say("device", "thiết bị"), Say("client", "mã client"), Say("from", "từ"), Say("topic", "chủ đề"), Say("reason", "lý do")],
            answer.GetProperty("items").EnumerateArray().Select(r => new[]
            {
                Printer.Text(r, "atMs", isTime: true), Printer.Text(r, "what"), Printer.Text(r, "name"), Printer.Text(r, "clientId"), Printer.Text(r, "address"), Printer.Text(r, "topic"),
                Printer.Text(r, "reason"),
            }));
        return ExitCodes.Ok;
    });

    private Command Profiles() => Make("profiles", "List profiles and their rules.", "Liệt kê hồ sơ quyền và quy tắc.", async (_, host, stop) =>
    {
        _print.Table([Say("profile", "hồ sơ"), Say("title", "tiêu đề"), Say("rule", "quy tắc")], (await host.GetAsync("device-profiles", stop)).EnumerateArray()
            .SelectMany(p => p.GetProperty("rules").EnumerateArray().Select(r => new[]
            {
                Printer.Text(p, "name"), Printer.Text(p.GetProperty("title"), IsVietnamese ? "vi" : "en"), r.GetString()!,
            })));
        return ExitCodes.Ok;
    });

    private static string[]? OrNull(string[]? values) => values is { Length: > 0 } ? values : null;

    private static async Task<List<JsonElement>> AllAsync(HostConnection host, string? search, CancellationToken stop)
    {
        var all = new List<JsonElement>();
        string? after = null;
        do
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"devices?limit={PageSize}");
            query += (after is null ? "" : $"&after={Uri.EscapeDataString(after)}") + (search is null ? "" : $"&search={Uri.EscapeDataString(search)}");
            var page = await host.GetAsync(query, stop);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        return all;
    }

    private int PrintSecret(JsonElement made)
    {
        if (made.GetProperty("secret").GetString() is { } secret)
        {
            error.WriteLine(Say("The secret, told only now:", "Mật khẩu, chỉ hiện lần này:"));
            output.WriteLine(secret);
        }

        return ExitCodes.Ok;
    }
}
