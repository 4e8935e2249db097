namespace IOC.Host.Cli;

/// <summary>What the command line returns to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>All done.</summary>
    public const int Ok = 0;

    /// <summary>The host refused it, or a part of it.</summary>
    public const int Refused = 1;

    /// <summary>The command line, or a file that it names, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The host could not be reached.</summary>
    public const int NoHost = 3;
}

/// <summary>Something that the user can put right: told in a sentence, without a stack trace.</summary>
/// <param name="code">Exit code.</param>
/// <param name="message">The sentence, in the user's language.</param>
internal sealed class CliException(int code, string message) : Exception(message)
{
    /// <summary>Exit code.</summary>
    public int Code => code;
}
