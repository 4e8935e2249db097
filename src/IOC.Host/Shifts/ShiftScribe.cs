using System.Data.Common;
using System.Globalization;
using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Live;
using IOC.Host.Pump;
using Microsoft.EntityFrameworkCore;

namespace IOC.Host.Shifts;

/// <summary>
/// Writes into the shift log what is worth reading later and needs no operator to write it: P1 and P2 alerts raised and
/// acknowledged, floods, commands, outages, who came and went. Each entry has a source and is written once, whatever is told again.
/// </summary>
internal sealed class ShiftScribe(
    ShiftDesk desk, IShiftLog log, IAlertStore alerts, LiveView live, OperatorsOnShift operators, ShiftOptions options, ShiftWords words, DataFolder data, TimeProvider time,
    ILogger<ShiftScribe> logger) : BackgroundService
{
    private const long SlackMs = 3_600_000;
    private const long RetryMs = 30_000;
    private const int MaxWaiting = 1000;
    private const int TogetherFrom = 4;
    private const int MaxCriticalInFlood = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);
    private readonly PresenceWatch _presence = new(options);
    private readonly Dictionary<string, string?> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _commands = new(StringComparer.Ordinal);
    private long _version = -1;
    private long _since;
    private long? _flood;
    private int _unlisted;
    private int _criticalInFlood;
    private string _storage = LiveStorage.Ok;
    private long _storageSince;
    private long _aliveAt;
    private long _againAt;
    private readonly List<ShiftEntry> _waiting = [];

    private string AliveFile => data.Combine("run", "alive");

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            End();
        }
        catch (Exception e) when (e is DbException or DbUpdateException or IOException)
        {
            logger.LogWarning(e, "The shift log does not have that the host was stopped");
        }
    }

    /// <summary>Tells of the start, and what was missed meanwhile.</summary>
    internal void Begin()
    {
        var now = NowMs();
        _since = log.LastNumber == 0 ? now : log.List(new ShiftLogQuery { Limit = 1 })[0].AtMs - SlackMs;
        TellStart(now);
        CatchUp(now);
    }

    /// <summary>Tells of the end.</summary>
    internal void End()
    {
        Look();
        var now = NowMs();
        desk.Write([ShiftWords.System($"host/{live.Epoch}/stop", now, now, "Máy chủ được dừng", "The host was stopped")]);
        File.WriteAllText(AliveFile, string.Create(CultureInfo.InvariantCulture, $"{now} stopped"));
    }

    /// <summary>Writes what happened since the last look.</summary>
    internal void Look()
    {
        var now = NowMs();
        if (now < _againAt)
        {
            return;
        }

        try
        {
            var news = live.NewsSince(_version);
            // What is told once only waits until it is written; the rest can be told again.
            TakeFlood(news.Flood, now, _waiting);
            TakeStorage(news.Storage, now, _waiting);
            TakePresence(now, _waiting);
            var entries = new List<ShiftEntry>();
            TakeAlerts(news.Alerts, now, entries);
            TakeCommands(news.Commands, now, entries);
            desk.Write([.. _waiting.TakeLast(MaxWaiting), .. entries]);
            _waiting.Clear();
            _version = news.Version;
        }
        catch
        {
            // Alerts and commands are looked at anew from the beginning: what was written has its source and is left out.
            (_version, _againAt) = (-1, now + RetryMs);
            _seen.Clear();
            _commands.Clear();
            throw;
        }

        if (now - _aliveAt >= (long)SignOfLife.TotalMilliseconds)
        {
            _aliveAt = now;
            File.WriteAllText(AliveFile, now.ToString(CultureInfo.InvariantCulture));
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Recurring.RunAsync(
        "The shift log's own entries", Interval,
        _ =>
        {
            Look();
            return Task.CompletedTask;
        },
        time, logger, stoppingToken);

    private void TellStart(long now)
    {
        var last = File.Exists(AliveFile) ? File.ReadAllText(AliveFile).Split(' ') : [];
        if (last.Length == 0 || !long.TryParse(last[0], NumberStyles.None, CultureInfo.InvariantCulture, out var alive))
        {
            desk.Write([ShiftWords.System($"host/{live.Epoch}", now, now, "Máy chủ bắt đầu chạy", "The host started")]);
            return;
        }

        var minutes = ((now - alive) / 60_000.0).ToString(now - alive < 600_000 ? "0.0" : "0", CultureInfo.InvariantCulture);
        desk.Write(
        [
            last.Length > 1
                ? ShiftWords.System(
                    $"host/{live.Epoch}", alive, now, $"Máy chủ chạy lại; đã dừng từ {words.Clock(alive)}, {minutes} phút", $"The host started again; it was stopped at {words.Clock(alive)}, {minutes} min")
                : ShiftWords.System(
                    $"host/{live.Epoch}", alive, now, $"Máy chủ chạy lại sau khi ngừng đột ngột; lần cuối còn hoạt động lúc {words.Clock(alive)}, gián đoạn {minutes} phút",
                    $"The host started again after it had ended abruptly; last alive at {words.Clock(alive)}, {minutes} min without it"),
        ]);
    }

    // What was raised and closed between the last look and a crash is in no live view.
    private void CatchUp(long now)
    {
        if (_since >= now)
        {
            return;
        }

        var closed = alerts.Query(new AlertQuery { FromMs = _since, Limit = AlertQuery.MaxLimit }).Items.Where(a => !a.IsOpen).Reverse().Select(LiveMapping.Alert).ToList();
        var entries = new List<ShiftEntry>();
        TakeAlerts(closed, now, entries);
        desk.Write(entries);
    }

    private void TakeAlerts(IReadOnlyList<LiveAlert> changed, long now, List<ShiftEntry> entries)
    {
        var acknowledged = new List<LiveAlert>();
        foreach (var a in changed.Where(a => a.Severity <= 2).OrderBy(a => a.ReceivedAt))
        {
            // What a bigger alert explains was never asked of anybody.
            var known = _seen.TryGetValue(a.Id, out var told);
            if (!known && a.Hold?.Kind == "suppressed")
            {
                continue;
            }

            if (!known && a.ReceivedAt >= _since)
            {
                // In a flood the first critical ones are told one by one, the others as a number.
                if (_flood is not null && (a.Severity == 2 || ++_criticalInFlood > MaxCriticalInFlood))
                {
                    _unlisted++;
                }
                else
                {
                    entries.Add(words.Raised(a, now));
                }
            }

            var source = a.AcknowledgedAt is null ? null : ShiftWords.AcknowledgedSource(a);
            if (source is not null && source != told && a.AcknowledgedAt >= _since)
            {
                acknowledged.Add(a);
            }

            if (a.State == "closed")
            {
                _seen.Remove(a.Id);
            }
            else
            {
                _seen[a.Id] = source;
            }
        }

        foreach (var together in acknowledged.GroupBy(a => (a.AcknowledgedBy, Critical: a.Severity == 1)))
        {
            entries.AddRange(!together.Key.Critical && together.Count() >= TogetherFrom
                ? [ShiftWords.AcknowledgedTogether(together.Key.AcknowledgedBy!, [.. together], now)]
                : together.Select(a => words.Acknowledged(a, now)));
        }
    }

    private void TakeCommands(IReadOnlyList<LiveCommand> changed, long now, List<ShiftEntry> entries)
    {
        var recent = changed.Where(c => c.CreatedAt >= _since).ToList();
        entries.AddRange(recent.Where(c => _commands.Add(c.Id)).GroupBy(c => c.Group ?? c.Id, StringComparer.Ordinal).Select(g => words.Commanded([.. g], now)));
        entries.AddRange(recent.Where(c => c.State is "failed" or "rejected" or "timed_out" or "expired").GroupBy(c => (c.Group ?? c.Id, c.State)).Select(g => words.NotDone([.. g], now)));
        _commands.ExceptWith(recent.Where(c => c.FinishedAt < now - SlackMs).Select(c => c.Id));
        if (_commands.Count > 100_000)
        {
            _commands.Clear();
        }
    }

    private void TakeFlood(LiveFlood flood, long now, List<ShiftEntry> entries)
    {
        if (flood.InFlood && _flood is null)
        {
            (_flood, _unlisted, _criticalInFlood) = (flood.Since ?? now, 0, 0);
            entries.Add(ShiftWords.FloodBegan(flood with { Since = _flood }, now));
        }
        else if (!flood.InFlood && _flood is { } since)
        {
            entries.Add(words.FloodEnded(since, _unlisted, now));
            _flood = null;
        }
    }

    private void TakeStorage(string storage, long now, List<ShiftEntry> entries)
    {
        if (storage == _storage)
        {
            return;
        }

        var source = string.Create(CultureInfo.InvariantCulture, $"storage/{now}");
        entries.Add(storage switch
        {
            LiveStorage.Full => ShiftWords.System(source, now, now, "Đĩa đã đầy: bản tin của thiết bị bị từ chối", "The disk is full: devices' messages are refused"),
            LiveStorage.Failing => ShiftWords.System(source, now, now, "Không ghi được đĩa: bản tin của thiết bị không được xác nhận", "The disk cannot be written: devices' messages are not acknowledged"),
            _ => ShiftWords.System(source, _storageSince, now, $"Ghi đĩa được trở lại (gián đoạn từ {words.Clock(_storageSince)})", $"The disk can be written again (it could not since {words.Clock(_storageSince)})"),
        });
        (_storage, _storageSince) = (storage, now);
    }

    private void TakePresence(long now, List<ShiftEntry> entries)
    {
        foreach (var (kind, name, since) in _presence.Look(operators.Names, desk.Roster.OnDuty, now))
        {
            switch (kind)
            {
                case PresenceChangeKind.Came:
                    desk.Come(name, DutyChange.Presence);
                    break;
                case PresenceChangeKind.Went:
                    desk.Go(name, since, DutyChange.Presence);
                    break;
                case PresenceChangeKind.TooLong:
                    desk.Go(name, now, DutyChange.Limit);
                    break;
                case PresenceChangeKind.LinkLost:
                    entries.Add(ShiftWords.System(
                        string.Create(CultureInfo.InvariantCulture, $"link/{name}/{since}"), since, now, $"Trang của {name} mất kết nối từ {words.Clock(since)}", $"No page of {name} has been connected since {words.Clock(since)}", name));
                    break;
                default:
                    entries.Add(ShiftWords.System(
                        string.Create(CultureInfo.InvariantCulture, $"link/{name}/{since}/back"), now, now, $"Trang của {name} kết nối lại (mất từ {words.Clock(since)})", $"A page of {name} is connected again (none was since {words.Clock(since)})", name));
                    break;
            }
        }
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
