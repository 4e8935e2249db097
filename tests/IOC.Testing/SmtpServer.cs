using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IOC.Testing;

/// <summary>A mail that the server took.</summary>
/// <param name="From">Sender of the envelope.</param>
/// <param name="To">Recipients of the envelope.</param>
/// <param name="Tls">Whether the connection was protected.</param>
/// <param name="User">Who had signed in; empty = nobody.</param>
/// <param name="Text">The mail as it came.</param>
public sealed record TakenMail(string From, IReadOnlyList<string> To, bool Tls, string User, string Text)
{
    /// <summary>A header's value, unfolded; null when there is none.</summary>
    public string? Header(string name) => Text[..Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n")
        .Where(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 2)..]).FirstOrDefault();
}

/// <summary>Debian's aiosmtpd in a process of its own (tests/interop/smtp_server.py), on a port of loopback that it keeps over restarts.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>The program; for <see cref="NeedsProgramFactAttribute"/>.</summary>
    public const string Program = "aiosmtpd";

    private readonly List<TakenMail> _mails = [];
    private readonly string[] _arguments;
    private readonly StringBuilder _errors = new();
    private Process? _process;

    private SmtpServer(string[] arguments) => _arguments = arguments;

    /// <summary>Port that it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>What it took, in order.</summary>
    public IReadOnlyList<TakenMail> Mails
    {
        get
        {
            lock (_mails)
            {
                return [.. _mails];
            }
        }
    }

    /// <summary>What it took, once it is so much: what the host knows to be sent may still be on its way to the test.</summary>
    public async Task<IReadOnlyList<TakenMail>> MailsAsync(int count)
    {
        await Eventually.HoldsAsync(() => Mails.Count >= count, $"{count} mails");
        return Mails;
    }

    /// <summary>Starts a server.</summary>
    /// <param name="arguments">Arguments of smtp_server.py after the port.</param>
    public static async Task<SmtpServer> StartAsync(params string[] arguments)
    {
        var server = new SmtpServer(arguments);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again, on the same port.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(Repository.Root, "tests", "interop", "smtp_server.py"), Port.ToString(CultureInfo.InvariantCulture) },
        };
        Array.ForEach(_arguments, start.ArgumentList.Add);
        var ready = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = _process = Process.Start(start)!;
        process.ErrorDataReceived += (_, e) => _errors.AppendLine(e.Data);
        process.OutputDataReceived += (_, e) => Take(e.Data, ready);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            Port = await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The mail server did not start: {_errors}", e);
        }
    }

    /// <summary>Ends it at once.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void Take(string? line, TaskCompletionSource<int> ready)
    {
        if (line is null)
        {
            return;
        }

        if (line.StartsWith("ready ", StringComparison.Ordinal))
        {
            ready.TrySetResult(int.Parse(line[6..], CultureInfo.InvariantCulture));
            return;
        }

        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var mail = new TakenMail(
            root.GetProperty("from").GetString()!, [.. root.GetProperty("to").EnumerateArray().Select(t => t.GetString()!)], root.GetProperty("tls").GetBoolean(),
            root.GetProperty("user").GetString()!, Encoding.UTF8.GetString(root.GetProperty("data").GetBytesFromBase64()));
        lock (_mails)
        {
            _mails.Add(mail);
        }
    }
}
