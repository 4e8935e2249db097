namespace IOC.History.Embedded.Sqlite;

/// <summary>Keeps a few reading connections of a partition open for the next query.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private const int MostIdle = 4;

    private readonly Lock _gate = new();
    private readonly Stack<PartitionReader> _idle = new();
    private bool _disposed;

    public PartitionReader Rent()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new PartitionReader(path);
    }

    public void Return(PartitionReader reader)
    {
        lock (_gate)
        {
            if (!_disposed && _idle.Count < MostIdle)
            {
                _idle.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }
    }
}
