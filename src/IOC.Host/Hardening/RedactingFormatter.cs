using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace IOC.Host.Hardening;

/// <summary>Takes secrets out of a log entry as it is written: its message, what it is about, and its exception with all that is inside.</summary>
internal sealed class RedactingFormatter(ITextFormatter inner, Redactor redactor) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        inner.Format(logEvent, text);
        output.Write(redactor.Clean(text.ToString()));
    }
}
