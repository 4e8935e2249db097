namespace IOC.Host.Notification;

/// <summary>A server's reply: code and text (RFC 5321, 4.2).</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Lines">Text of each line.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsPositive => Code is >= 200 and < 400;

    /// <summary>4xx: another time perhaps.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    public override string ToString() => $"{Code} {string.Join(' ', Lines)}";
}

/// <summary>The server said no.</summary>
/// <param name="step">What was asked, without secrets.</param>
/// <param name="reply">What it said.</param>
internal sealed class SmtpRefusedException(string step, SmtpReply reply) : Exception($"{step}: {reply}")
{
    public string Step { get; } = step;

    public SmtpReply Reply { get; } = reply;
}

/// <summary>The server does not speak as it should, or does not offer what is needed.</summary>
internal sealed class SmtpProtocolException(string message) : IOException(message);
