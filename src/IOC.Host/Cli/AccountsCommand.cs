using System.CommandLine;
using System.Text.Json;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc accounts: who may sign in.</summary>
internal sealed class AccountsCommand(TextWriter output)
{
    private readonly HostOption _host = new();
    private readonly Printer _print = new(output);

    public Command Create()
    {
        var command = new Command("accounts", Say("Accounts of people.", "Tài khoản của mọi người.")) { List(), Invite(), Change("disable", true), Change("enable", false), Link(), SetupLink() };
        _host.AddTo(command);
        return command;
    }

    private Command List()
    {
        var command = new Command("list", Say("List the accounts.", "Liệt kê tài khoản."));
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            _print.Table(
                [Say("user name", "tên đăng nhập"), Say("name", "tên"), Say("roles", "vai trò"), Say("state", "trạng thái"), Say("second factor", "lớp thứ hai"), Say("last sign-in", "đăng nhập gần nhất")],
                (await host.GetAsync("accounts", stop)).EnumerateArray().Select(a => new[]
                {
                    Printer.Text(a, "userName"), Printer.Text(a, "displayName"), string.Join(", ", a.GetProperty("grants").EnumerateArray().Select(Grant)), Printer.Text(a, "state"),
                    Printer.Text(a, "secondFactor"), Printer.Text(a, "lastSignIn", isTime: true),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Invite()
    {
        var user = new Argument<string>("user-name") { Description = Say("Name to sign in with.", "Tên đăng nhập.") };
        var name = new Option<string?>("--name") { Description = Say("Name that acts are recorded under.", "Tên ghi vào mọi thao tác.") };
        var role = new Option<string>("--role") { Description = "viewer, operator, planner, engineer, administrator", Required = true };
        var districts = new Option<string[]>("--district") { Description = Say("Only this district; several are possible.", "Chỉ huyện này; có thể nêu nhiều huyện."), AllowMultipleArgumentsPerToken = true };
        var domains = new Option<string[]>("--domain") { Description = Say("Only this domain; several are possible.", "Chỉ lĩnh vực này; có thể nêu nhiều."), AllowMultipleArgumentsPerToken = true };
        var command = new Command("invite", Say("Make an account; prints the one-time link for its owner.", "Tạo tài khoản; in liên kết dùng một lần cho chủ tài khoản.")) { user, name, role, districts, domains };
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            var invited = await host.PostAsync("accounts", new
            {
                userName = parsed.GetValue(user),
                displayName = parsed.GetValue(name),
                grants = new[] { new { role = parsed.GetValue(role), districts = parsed.GetValue(districts) ?? [], domains = parsed.GetValue(domains) ?? [] } },
            }, stop);
            Tell(invited.GetProperty("link"));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Change(string verb, bool disabled)
    {
        var user = new Argument<string>("user-name") { Description = Say("Name to sign in with.", "Tên đăng nhập.") };
        var command = new Command(verb, disabled
            ? Say("Let nobody sign in with an account; its sessions end.", "Không cho ai đăng nhập bằng tài khoản; các phiên kết thúc.")
            : Say("Let its owner sign in again.", "Cho chủ tài khoản đăng nhập lại.")) { user };
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            await host.PatchAsync($"accounts/{await IdAsync(host, parsed.GetValue(user)!, stop)}", new { disabled }, stop);
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Link()
    {
        var user = new Argument<string>("user-name") { Description = Say("Name to sign in with.", "Tên đăng nhập.") };
        var command = new Command("link", Say("Print a one-time link by which the owner of an account chooses another password.", "In liên kết dùng một lần để chủ tài khoản đặt mật khẩu mới.")) { user };
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            Tell(await host.PostAsync($"accounts/{await IdAsync(host, parsed.GetValue(user)!, stop)}/link", new { }, stop));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command SetupLink()
    {
        var command = new Command("setup-link", Say(
            "Print a one-time link that makes another administrator: for when nobody can sign in any more.", "In liên kết dùng một lần để tạo thêm quản trị viên, khi không ai đăng nhập được nữa."));
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            Tell(await host.PostAsync("accounts/setup-link", new { }, stop));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<string> IdAsync(HostConnection host, string userName, CancellationToken stop)
    {
        foreach (var account in (await host.GetAsync("accounts", stop)).EnumerateArray())
        {
            if (string.Equals(Printer.Text(account, "userName"), userName, StringComparison.OrdinalIgnoreCase))
            {
                return Printer.Text(account, "id");
            }
        }

        throw new CliException(ExitCodes.Refused, Say($"There is no account '{userName}'.", $"Không có tài khoản '{userName}'."));
    }

    private static string Grant(JsonElement grant)
    {
        var places = $"{Printer.Text(grant, "districts")} {Printer.Text(grant, "domains")}".Trim();
        return places.Length == 0 ? Printer.Text(grant, "role") : $"{Printer.Text(grant, "role")} ({places})";
    }

    private void Tell(JsonElement link)
    {
        output.WriteLine(Printer.Text(link, "url"));
        output.WriteLine(Say(
            $"Good once, until {Printer.Text(link, "expiresAt", isTime: true)}. Whoever has it gets in: give it to its owner only.",
            $"Dùng được một lần, đến {Printer.Text(link, "expiresAt", isTime: true)}. Ai có nó đều vào được: chỉ đưa cho chủ tài khoản."));
    }
}

/// <summary>ioc tokens: what programs sign in with.</summary>
internal sealed class TokensCommand(TextWriter output)
{
    private readonly HostOption _host = new();
    private readonly Printer _print = new(output);

    public Command Create()
    {
        var command = new Command("tokens", Say("API tokens of programs. They are made on the account page of a person.", "Mã API của chương trình. Mã được tạo trên trang tài khoản.")) { List(), Revoke() };
        _host.AddTo(command);
        return command;
    }

    private Command List()
    {
        var command = new Command("list", Say("List the tokens.", "Liệt kê mã."));
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            _print.Table(
                ["id", Say("name", "tên"), Say("account", "tài khoản"), Say("permissions", "quyền"), Say("districts", "huyện"), Say("domains", "lĩnh vực"), Say("expires", "hết hạn"), Say("last used", "dùng gần nhất")],
                (await host.GetAsync("tokens?all=true", stop)).EnumerateArray().Select(t => new[]
                {
                    Printer.Text(t, "id"), Printer.Text(t, "name"), Printer.Text(t, "account"), Printer.Text(t, "permissions"), Printer.Text(t, "districts"), Printer.Text(t, "domains"),
                    Printer.Text(t, "expiresAt", isTime: true), Printer.Text(t, "lastUsed", isTime: true),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Revoke()
    {
        var id = new Argument<string>("id") { Description = Say("Id of the token.", "Id của mã.") };
        var command = new Command("revoke", Say("Revoke a token.", "Thu hồi mã.")) { id };
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            await host.DeleteAsync($"tokens/{Uri.EscapeDataString(parsed.GetValue(id)!)}", stop);
            return ExitCodes.Ok;
        });
        return command;
    }
}
