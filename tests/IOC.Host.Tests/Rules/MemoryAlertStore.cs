using IOC.Alerts;

namespace IOC.Host.Tests.Rules;

/// <summary>Alerts and their acts in memory; it can be made to fail.</summary>
internal sealed class MemoryAlertStore : IAlertStore
{
    private readonly Dictionary<string, Alert> _all = new(StringComparer.Ordinal);
    private readonly List<AlertAct> _acts = [];
    private long _watermark;

    public bool Fails { get; set; }

    public IReadOnlyList<AlertAct> Acts => _acts;

    public IReadOnlyList<Alert> All => [.. _all.Values.OrderBy(a => a.Id, StringComparer.Ordinal)];

    public AlertBookState Load(int partition, TimeSpan recent = default) =>
        new(_watermark, [.. _all.Values.Where(a => a.IsOpen)]) { RecentlyClosed = [.. _all.Values.Where(a => !a.IsOpen)] };

    public void Save(int partition, long watermark, IReadOnlyList<Alert> alerts, IReadOnlyList<AlertAct> acts, IReadOnlyList<Hold> holds)
    {
        if (Fails)
        {
            throw new IOException("the disk is full");
        }

        _watermark = watermark;
        _acts.AddRange(acts);
        foreach (var alert in alerts)
        {
            _all[alert.Id] = alert;
        }
    }

    public AlertPage Query(AlertQuery query) => new([.. _all.Values], null);

    public Alert? Find(string id) => _all.GetValueOrDefault(id);

    public IReadOnlyList<AlertAct> ActsOf(string id) => [.. _acts.Where(a => a.AlertId == id)];

    public IReadOnlyList<Hold> Holds(HoldKind kind, bool ended, int limit) => [];

    public IReadOnlyList<Alert> Members(string id, string? after, int limit) => [];
}
