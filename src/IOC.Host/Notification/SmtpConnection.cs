using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>
/// A connection to a mail server: as much of SMTP as sending takes (RFC 5321, STARTTLS of RFC 3207, AUTH of RFC 4954 with
/// PLAIN and LOGIN, SMTPUTF8 of RFC 6531). The framework's own client knows no TLS from the first byte and no reply code of a
/// single recipient, and cannot be stopped within a step.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int MaxLine = 4096;
    private const int MaxLines = 100;
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly byte[] _buffer = new byte[MaxLine];
    private HashSet<string> _extensions = new(StringComparer.OrdinalIgnoreCase);
    private string _auth = "";
    private Stream _stream = Stream.Null;
    private int _from;
    private int _to;

    private SmtpConnection()
    {
    }

    /// <summary>Connects, and protects the connection as the channel says.</summary>
    /// <exception cref="SmtpRefusedException">The server wants nobody now.</exception>
    /// <exception cref="IOException">No connection, or not the one that is wanted.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpChannel server, string hello, CancellationToken cancel)
    {
        var connection = new SmtpConnection();
        try
        {
            await connection._tcp.ConnectAsync(server.Host, server.Port, cancel);
            connection._stream = connection._tcp.GetStream();
            if (server.Security == SmtpSecurity.Tls)
            {
                await connection.ProtectAsync(server, cancel);
            }

            await connection.ExpectAsync("greeting", cancel);
            await connection.HelloAsync(hello, cancel);
            if (server.Security == SmtpSecurity.StartTls)
            {
                await connection.StartTlsAsync(server, cancel);
                await connection.HelloAsync(hello, cancel);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Signs in.</summary>
    public async Task SignInAsync(string user, string password, CancellationToken cancel)
    {
        var mechanisms = _auth.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (mechanisms.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            await CommandAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", "AUTH", cancel);
        }
        else if (mechanisms.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            await CommandAsync("AUTH LOGIN", "AUTH", cancel);
            await CommandAsync(Base64(user), "AUTH", cancel);
            await CommandAsync(Base64(password), "AUTH", cancel);
        }
        else
        {
            throw new SmtpProtocolException($"the server offers no sign-in that is known here (PLAIN, LOGIN); it offers '{_auth}'");
        }
    }

    /// <summary>Hands a message to one recipient over.</summary>
    /// <param name="sender">Sender's address.</param>
    /// <param name="recipient">Recipient's address.</param>
    /// <param name="message">The message: lines ended by CR LF, none longer than 998 bytes.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <returns>The server's last word.</returns>
    public async Task<SmtpReply> SendAsync(string sender, string recipient, byte[] message, CancellationToken cancel)
    {
        var utf8 = !Ascii.IsValid(sender) || !Ascii.IsValid(recipient);
        if (utf8 && !_extensions.Contains("SMTPUTF8"))
        {
            throw new SmtpRefusedException("RCPT", new SmtpReply(553, ["the address has letters beyond ASCII, and the server does not offer SMTPUTF8"]));
        }

        await CommandAsync($"MAIL FROM:<{sender}>{(utf8 ? " SMTPUTF8" : "")}", "MAIL", cancel);
        await CommandAsync($"RCPT TO:<{recipient}>", "RCPT", cancel);
        await CommandAsync("DATA", "DATA", cancel);
        await _stream.WriteAsync(Stuffed(message), cancel);
        await _stream.FlushAsync(cancel);
        return await ExpectAsync("message", cancel);
    }

    /// <summary>Says good-bye; a server that does not answer has the message all the same.</summary>
    public async Task QuitAsync(CancellationToken cancel)
    {
        try
        {
            await CommandAsync("QUIT", "QUIT", cancel);
        }
        catch (Exception e) when (e is IOException or SmtpRefusedException or OperationCanceledException)
        {
            // It is over either way.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    // A line that begins with a dot gets another, and a dot alone ends the message (RFC 5321, 4.5.2).
    private static byte[] Stuffed(byte[] message)
    {
        var output = new MemoryStream(message.Length + 64);
        var atStart = true;
        foreach (var b in message)
        {
            if (atStart && b == (byte)'.')
            {
                output.WriteByte((byte)'.');
            }

            output.WriteByte(b);
            atStart = b == (byte)'\n';
        }

        output.Write(atStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return output.ToArray();
    }

    private async Task HelloAsync(string hello, CancellationToken cancel)
    {
        var reply = await CommandAsync($"EHLO {hello}", "EHLO", cancel);
        _extensions = [.. reply.Lines.Skip(1).Select(l => l.Split(' ')[0].ToUpperInvariant())];
        _auth = reply.Lines.Skip(1).FirstOrDefault(l => l.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?[5..] ?? "";
    }

    private async Task StartTlsAsync(SmtpChannel server, CancellationToken cancel)
    {
        if (!_extensions.Contains("STARTTLS"))
        {
            throw new SmtpProtocolException("the server does not offer STARTTLS");
        }

        await CommandAsync("STARTTLS", "STARTTLS", cancel);
        if (_from != _to)
        {
            // Whatever came in the open would count as said under protection.
            throw new SmtpProtocolException("the server sent more than its answer to STARTTLS");
        }

        await ProtectAsync(server, cancel);
    }

    private async Task ProtectAsync(SmtpChannel server, CancellationToken cancel)
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        var options = new SslClientAuthenticationOptions { TargetHost = server.Host };
        if (server.CaFile is { } file)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        await tls.AuthenticateAsClientAsync(options, cancel);
    }

    private async Task<SmtpReply> CommandAsync(string command, string step, CancellationToken cancel)
    {
        if (command.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new SmtpProtocolException($"{step}: a line break within a command");
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancel);
        await _stream.FlushAsync(cancel);
        return await ExpectAsync(step, cancel);
    }

    private async Task<SmtpReply> ExpectAsync(string step, CancellationToken cancel)
    {
        var reply = await ReadReplyAsync(cancel);
        return reply.IsPositive ? reply : throw new SmtpRefusedException(step, reply);
    }

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken cancel)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancel);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-')))
            {
                throw new SmtpProtocolException("the server does not speak SMTP");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new SmtpProtocolException("the server's answer does not end");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancel)
    {
        var scanned = _from;
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', scanned, _to - scanned);
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _from, end - _from).TrimEnd('\r');
                _from = end + 1;
                return line;
            }

            if (_from > 0)
            {
                Buffer.BlockCopy(_buffer, _from, _buffer, 0, _to - _from);
                (_from, _to) = (0, _to - _from);
            }

            scanned = _to;
            if (_to == _buffer.Length)
            {
                throw new SmtpProtocolException("the server's answer has a line that does not end");
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(_to), cancel);
            _to += read > 0 ? read : throw new SmtpProtocolException("the server closed the connection");
        }
    }
}
