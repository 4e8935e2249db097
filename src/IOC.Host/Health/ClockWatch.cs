using System.Globalization;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Health;

/// <summary>
/// Notices that the clock of the machine was set: that it went forward or back by other than the time that passed. Who was silent
/// meanwhile cannot be told from it, so time in the log begins anew as after a start (ADR 33). Told for an hour: in the log, on health,
/// on the operators' page; counted for good.
/// </summary>
internal sealed class ClockWatch(TimeProvider time, LiveView live, ILogger<ClockWatch> logger)
{
    /// <summary>A difference from which on the clock was set. Time services correct less than that by and by.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_toldFor = TimeSpan.FromHours(1);
    private DateTimeOffset _clock = time.GetUtcNow();
    private long _passed = time.GetTimestamp();
    private long _setAt;
    private LocalText? _warning;
    private long _count;

    /// <summary>How often it was set since the host started.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>What people are told; null when there is nothing to tell.</summary>
    public LocalText? Warning => Volatile.Read(ref _warning);

    /// <summary>Looks; to be called every second or so, by one caller.</summary>
    /// <returns>True when the clock was set since the last call.</returns>
    public bool WasSet()
    {
        var (clock, passed) = (time.GetUtcNow(), time.GetTimestamp());
        var by = clock - _clock - time.GetElapsedTime(_passed, passed);
        var before = _clock;
        (_clock, _passed) = (clock, passed);
        if (by.Duration() < Least)
        {
            if (Warning is not null && time.GetElapsedTime(_setAt, passed) > s_toldFor)
            {
                Tell(null);
            }

            return false;
        }

        _setAt = passed;
        Interlocked.Increment(ref _count);
        logger.LogWarning("The clock of this machine was set by {By}: from {Before:O} to {Now:O}", by, before, clock);
        var (at, much) = (clock.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), Text(by));
        Tell(new LocalText(
            $"Đồng hồ của máy chủ vừa bị chỉnh {much} (nay là {at}): hãy kiểm tra giờ và dịch vụ đồng bộ giờ. Thời gian im lặng của cảm biến được tính lại từ đầu.",
            $"The clock of this machine was set by {much} (it says {at} now): check the time and what synchronises it. The silence of sensors is counted anew."));
        return true;
    }

    private void Tell(LocalText? warning)
    {
        Volatile.Write(ref _warning, warning);
        live.UpdateWarning(LiveWarning.Clock, warning);
    }

    private static string Text(TimeSpan by)
    {
        var whole = TimeSpan.FromSeconds(Math.Round(by.Duration().TotalSeconds));
        return (by < TimeSpan.Zero ? "−" : "+") + whole.ToString(whole >= TimeSpan.FromDays(1) ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);
    }
}
