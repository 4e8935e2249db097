namespace IOC.History;

/// <summary>The store itself failed: its disk, its file, or a block in it.</summary>
public sealed class HistoryStoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    public HistoryStoreException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public HistoryStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public HistoryStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
