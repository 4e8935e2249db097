using System.Runtime.CompilerServices;
using IOC.Alerts;
using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>The lives of alerts, read one after the other along the index of their beginnings.</summary>
/// <param name="database">The database.</param>
/// <param name="book">Where sensor addresses are interned.</param>
public sealed class AlertLives(RegistryDatabase database, AddressBook book) : IAlertLives
{
    // Devices' clocks run ahead, by at most so much.
    private const long AheadMs = 3_600_000;

    /// <inheritdoc/>
    public async IAsyncEnumerable<AlertLife> LivesAsync(long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var context = database.NewContext();

        // What is old and was open still: few, found by when they closed. Then those of the period itself.
        foreach (var alerts in new[]
        {
            context.Alerts.Where(a => a.RaisedAtMs < fromMs && (a.ClosedAtMs == null || a.ClosedAtMs >= fromMs)),
            context.Alerts.Where(a => a.RaisedAtMs >= fromMs && a.RaisedAtMs < toMs + AheadMs),
        })
        {
            var rows = alerts.Join(context.AlertActs, a => a.Id, act => act.AlertId, (a, act) => new { Alert = a, Act = act })
                .OrderBy(r => r.Alert.RaisedAtMs).ThenBy(r => r.Alert.Id).ThenBy(r => r.Act.Sequence).AsAsyncEnumerable();
            AlertRow? alert = null;
            List<AlertAct> acts = [];
            await foreach (var row in rows.WithCancellation(cancel))
            {
                if (alert is not null && alert.Id != row.Alert.Id)
                {
                    yield return new AlertLife(alert.ToModel(book), acts);
                    acts = [];
                }

                alert = row.Alert;
                acts.Add(row.Act.ToModel());
            }

            if (alert is not null)
            {
                yield return new AlertLife(alert.ToModel(book), acts);
            }
        }
    }
}
