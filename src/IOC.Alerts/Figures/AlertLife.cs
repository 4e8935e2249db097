namespace IOC.Alerts;

/// <summary>An alert with all its acts, in order.</summary>
/// <param name="Alert">The alert in its latest state.</param>
/// <param name="Acts">Its acts.</param>
public sealed record AlertLife(Alert Alert, IReadOnlyList<AlertAct> Acts);

/// <summary>Port: the lives of alerts, for figures over a long time. Safe for use from any thread.</summary>
public interface IAlertLives
{
    /// <summary>The lives of all alerts that were open at some time of a period, one after the other: those of one key in the order in
    /// which they were opened. Never all in memory.</summary>
    /// <param name="fromMs">Beginning, Unix milliseconds.</param>
    /// <param name="toMs">End, not contained.</param>
    /// <param name="cancel">Cancels.</param>
    IAsyncEnumerable<AlertLife> LivesAsync(long fromMs, long toMs, CancellationToken cancel = default);
}
