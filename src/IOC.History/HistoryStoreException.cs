namespace IOC.History;

/// <summary>The store itself failed: its disk, its file, or a block in it.</summary>
public sealed class HistoryStoreException : Exception
{
    /// <summary>Whether trying again is of no use: this store cannot do what was asked.</summary>
    public bool IsForGood { get; init; }

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
