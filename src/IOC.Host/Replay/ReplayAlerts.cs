using System.Text.Json;
using IOC.Alerts;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Replay;

/// <summary>The alerts of a replay: each with the states that it went through, by when the centre knew.</summary>
/// <param name="lives">Where they are.</param>
internal sealed class ReplayAlerts(IAlertLives lives)
{
    /// <summary>Most alerts in one answer.</summary>
    public const int Most = 5000;

    /// <summary>Writes `alerts` and `alertsLeftOut` into an open object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="fromMs">First moment.</param>
    /// <param name="toMs">Last moment.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="wanted">Which districts and domains.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task WriteAsync(Utf8JsonWriter json, long fromMs, long toMs, Caller caller, Func<string, string?, bool> wanted, CancellationToken cancel)
    {
        var (written, leftOut) = (0, 0);
        json.WriteStartArray("alerts");
        await foreach (var life in lives.LivesAsync(fromMs, toMs + 1, cancel))
        {
            var subject = life.Alert.Subject;
            if (!caller.Sees(subject.District, subject.Domain) || !wanted(subject.District, subject.Domain))
            {
                continue;
            }

            var phases = PhasesOf(life.Acts, fromMs, toMs);
            if (phases.Count == 0)
            {
                continue;
            }

            if (written == Most)
            {
                leftOut++;
                continue;
            }

            Write(json, life.Alert, phases);
            written++;
        }

        json.WriteEndArray();
        json.WriteNumber("alertsLeftOut", leftOut);
    }

    /// <summary>The states of a life from a moment on, the one that it had then first; empty when it was in nobody's sight between the two.</summary>
    public static IReadOnlyList<(long AtMs, string State)> PhasesOf(IReadOnlyList<AlertAct> acts, long fromMs, long toMs)
    {
        List<(long AtMs, string State)> phases = [];
        foreach (var act in acts)
        {
            if (act.RecordedAtMs > toMs)
            {
                break;
            }

            var state = act.StateAfter == AlertState.Closed ? "closed" : act.HoldAfter != HoldKind.None ? "held" : LiveMapping.Name(act.StateAfter);

            // What happened before the first moment only matters by where it led to; so does what happened at one time.
            if (phases.Count > 0 && (act.RecordedAtMs <= fromMs || phases[^1].AtMs == act.RecordedAtMs))
            {
                phases.RemoveAt(phases.Count - 1);
            }

            if (phases.Count == 0 || phases[^1].State != state)
            {
                phases.Add((act.RecordedAtMs, state));
            }
        }

        return phases.Exists(p => p.State is not ("closed" or "held")) ? phases : [];
    }

    private static void Write(Utf8JsonWriter json, Alert alert, IReadOnlyList<(long AtMs, string State)> phases)
    {
        json.WriteStartObject();
        json.WriteString("id", alert.Id);
        json.WriteString("sensor", alert.Sensor?.Sensor);
        json.WriteString("asset", alert.Subject.Kind == SubjectKind.Asset ? alert.Subject.Id : null);
        json.WriteString("district", alert.Subject.District);
        json.WriteString("domain", alert.Subject.Domain);
        json.WriteString("kind", LiveMapping.Name(alert.Kind));
        json.WriteStartObject("title");
        json.WriteString("vi", alert.Title.Vi);
        json.WriteString("en", alert.Title.En);
        json.WriteEndObject();
        json.WriteString("property", alert.Property);
        json.WriteNumber("severity", (int)alert.Severity);
        json.WriteNumber("raisedAt", alert.RaisedAtMs);
        json.WriteStartArray("phases");
        foreach (var (at, state) in phases)
        {
            json.WriteStartArray();
            json.WriteNumberValue(at);
            json.WriteStringValue(state);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
