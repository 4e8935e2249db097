namespace IOC.Bench.History;

/// <summary>A store that is measured. Series are numbered from 0; a step is one reading of each of a range of series at one instant.</summary>
internal interface IHistoryCandidate : IAsyncDisposable
{
    /// <summary>Name in the table.</summary>
    string Name { get; }

    /// <summary>Takes one reading of each series at an instant. Called from one thread.</summary>
    void Write(long atMs, ReadOnlySpan<double> values);

    /// <summary>Makes everything written durable and readable.</summary>
    Task FlushAsync();

    /// <summary>Lets the store settle (compactions) and returns its size on disk, bytes.</summary>
    Task<long> SettleAsync();

    /// <summary>Hourly means of series 0 to <paramref name="series"/> - 1 over a range; returns how many came back.</summary>
    Task<long> HourlyMeansAsync(int series, long fromMs, long toMs);

    /// <summary>The latest value of every series; returns how many came back.</summary>
    Task<long> LatestAsync(long nowMs);

    /// <summary>All readings of one series in a range; returns how many.</summary>
    Task<long> RawAsync(int series, long fromMs, long toMs);
}

/// <summary>Sizes of folders.</summary>
internal static class Disk
{
    public static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
