using IOC.Telemetry;

namespace IOC.Host.Security.Accounts;

/// <summary>Bounds what checking passwords costs: ingest needs the other core.</summary>
internal sealed class PasswordTurn : IDisposable
{
    private const int MaxWaiting = 50;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _waiting;

    /// <summary>Does work that stretches a password.</summary>
    /// <exception cref="RefusalException">Too many wait.</exception>
    public async Task<T> DoAsync<T>(Func<Task<T>> work, CancellationToken stop)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RefusalException(
                StatusCodes.Status503ServiceUnavailable, "busy", new LocalText("Có quá nhiều người đang đăng nhập; hãy thử lại.", "Too many are signing in; try again."), TimeSpan.FromSeconds(5));
        }

        try
        {
            await _turn.WaitAsync(stop);
            try
            {
                return await Task.Run(work, stop);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _turn.Dispose();
}
