namespace IOC.History;

/// <summary>The bytes of a stored block of history, or of its outline, are not what was written.</summary>
public sealed class CorruptBlockException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CorruptBlockException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public CorruptBlockException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public CorruptBlockException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
