using IOC.History;
using IOC.History.Embedded;
using IOC.Host.State;
using IOC.Ingest.Log;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.Data.Sqlite;

namespace IOC.Host.Backup;

/// <summary>How far the stores in a backup are, and whether a host could start on them.</summary>
internal static class BackupPositions
{
    /// <summary>Reads them from the copies.</summary>
    /// <exception cref="BackupException">A copy cannot be read, or the stores do not fit together.</exception>
    public static IReadOnlyList<BackupPosition> Read(string folder)
    {
        try
        {
            var positions = Collect(folder);
            foreach (var p in positions)
            {
                Require(p, "state/grains.db", p.State, behind: true);
                Require(p, "history", p.History, behind: true);

                // While nothing is abnormal no alert is stored, and the mark rests.
                Require(p, "registry/registry.db", p.Alerts, behind: false);
            }

            return positions;
        }
        catch (Exception e) when (e is SqliteException or ReadingLogException or HistoryStoreException or InvalidOperationException)
        {
            throw new BackupException(new LocalText($"Không đọc được bản sao: {e.Message}", $"A copy cannot be read: {e.Message}"), e);
        }
    }

    private static List<BackupPosition> Collect(string folder)
    {
        string At(params string[] parts) => Path.Combine([folder, .. parts]);
        var log = At("log", ReadingLogFile.Name);
        if (!File.Exists(log))
        {
            return [];
        }

        var states = File.Exists(At("state", "grains.db")) ? SqliteGrainStore.OffsetsOf(At("state", "grains.db")) : new Dictionary<int, long>();
        var alerts = File.Exists(At("registry", "registry.db")) ? RegistryFile.AlertWatermarks(At("registry", "registry.db")) : null;
        var history = Directory.Exists(At("history"))
            ? Directory.EnumerateFiles(At("history")).Select(f => (File: f, Partition: HistoryFile.PartitionOf(Path.GetFileName(f)))).Where(f => f.Partition is not null)
                .ToDictionary(f => f.Partition!.Value, f => HistoryFile.CheckpointOf(f.File))
            : [];
        return
        [
            .. ReadingLogFile.Ranges(log).Select((range, p) => new BackupPosition(
                p, range.First, range.Last, states.GetValueOrDefault(p), history.Count == 0 ? null : history.GetValueOrDefault(p), alerts is null ? null : alerts.GetValueOrDefault(p))),
        ];
    }

    private static void Require(BackupPosition p, string what, long? at, bool behind)
    {
        if (at > p.LogLast || (behind && at < p.LogFirst - 1))
        {
            throw new BackupException(new LocalText(
                $"{what} ở vị trí {at} của phân vùng {p.Partition}, nhật ký giữ từ {p.LogFirst} đến {p.LogLast}: các bản sao không khớp nhau.",
                $"{what} is at offset {at} of partition {p.Partition}, and the log holds {p.LogFirst} to {p.LogLast}: the copies do not fit together."));
        }
    }
}
