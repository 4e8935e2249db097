namespace IOC.Mqtt;

/// <summary>Bytes that many share, never more than <paramref name="limit"/>. Thread-safe.</summary>
internal sealed class ByteBudget(long limit)
{
    private long _used;

    /// <summary>Bytes taken.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes bytes; false, and nothing taken, when they do not fit. A negative number gives back and always fits.</summary>
    public bool TryTake(long bytes)
    {
        var used = Used;
        while (bytes <= 0 || bytes <= limit - used)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }

    /// <summary>Gives taken bytes back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
