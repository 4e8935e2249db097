using System.CommandLine;
using System.Net.Security;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary><c>ioc health</c>: asks a running host how it is. For probes where there is no shell and no other client.</summary>
internal sealed class HealthCommand(TextWriter output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public Command Create()
    {
        var host = new HostOption();
        var live = new Option<bool>("--live")
        {
            Description = Say("Ask only whether the process answers, not whether it takes publishes.", "Chỉ hỏi tiến trình có trả lời không, không hỏi có nhận bản tin không."),
        };
        var command = new Command("health", Say("Whether a host is well: exit code 0 or not.", "Máy chủ có khoẻ không: mã thoát bằng 0 hay không.")) { live };
        host.AddTo(command);
        command.SetAction((parsed, stop) => AskAsync(host.Address(parsed), parsed.GetValue(live) ? "live" : "ready", stop));
        return command;
    }

    private async Task<int> AskAsync(Uri address, string what, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || IsHere(address) } })
        {
            BaseAddress = address,
            Timeout = s_patience,
        };
        try
        {
            using var response = await client.GetAsync(new Uri($"/health/{what}", UriKind.Relative), stop);
            await output.WriteLineAsync($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(stop)}");
            return response.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Refused;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new CliException(ExitCodes.NoHost, Say($"The host at {address} does not answer: {e.Message}", $"Máy chủ tại {address} không trả lời: {e.Message}"));
        }
    }

    // A certificate is for the name that people call; nobody stands between two processes of one machine.
    private static bool IsHere(Uri address) => address.IsLoopback;
}
