namespace IOC.FirmwareSim.Cli;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>All done; whatever was sent was acknowledged.</summary>
    public const int Ok = 0;

    /// <summary>Something that was sent was not acknowledged.</summary>
    public const int NotAcknowledged = 1;

    /// <summary>The command line, or a file that it names, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The broker could not be reached.</summary>
    public const int NoConnection = 3;

    /// <summary>Stopped by Ctrl-C or SIGTERM before it was done.</summary>
    public const int Interrupted = 130;
}
