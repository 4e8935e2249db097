using System.Buffers;
using System.Text.Json;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Fleet;

/// <summary>How a lamp treats commands.</summary>
internal enum LampTemper
{
    /// <summary>It obeys.</summary>
    Obedient,

    /// <summary>It never answers and does nothing.</summary>
    Mute,

    /// <summary>It accepts and then fails.</summary>
    Failing,
}

/// <summary>
/// The part of a lighting cabinet's firmware that obeys commands (docs/commands.md): each id is done once, and a repeated
/// one is answered again with what became of it.
/// </summary>
internal sealed class LampFirmware(LampControl control, LampTemper temper)
{
    /// <summary>Ids remembered; a cabinet gets a few commands a day.</summary>
    private const int Memory = 256;

    private const int MaxForSeconds = 30 * 86_400;
    private readonly Dictionary<string, (string Status, string? Detail)> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Commands done.</summary>
    public int Obeyed { get; private set; }

    /// <summary>Takes a command.</summary>
    /// <param name="payload">What came.</param>
    /// <param name="simulatedMs">The time of the simulated world, in which the lamp burns.</param>
    /// <param name="realMs">The time by which commands expire.</param>
    /// <returns>The answers, in order; none to what has no id to answer to, or when mute.</returns>
    public IReadOnlyList<byte[]> Obey(ReadOnlyMemory<byte> payload, long simulatedMs, long realMs)
    {
        if (temper == LampTemper.Mute || Parse(payload) is not { } command)
        {
            return [];
        }

        if (_known.TryGetValue(command.Id, out var before))
        {
            return [Answer(command.Id, before)];
        }

        var outcome = command.Problem is { } problem ? ("rejected", problem)
            : command.ExpiresMs <= realMs ? ("rejected", "expired")
            : temper == LampTemper.Failing ? ("failed", "lamp driver does not respond")
            : ("done", (string?)null);
        Remember(command.Id, outcome);
        if (outcome.Item1 == "rejected")
        {
            return [Answer(command.Id, outcome)];
        }

        if (outcome.Item1 == "done")
        {
            Do(command, simulatedMs);
        }

        return [Answer(command.Id, ("accepted", null)), Answer(command.Id, outcome)];
    }

    private static Command? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id", out var id) || id.GetString() is not { Length: > 0 and <= 200 } name)
            {
                return null;
            }

            var expires = root.TryGetProperty("expires", out var e) && e.TryGetInt64(out var ms) ? ms : long.MaxValue;
            return Read(root, new Command(name, expires, null, null, null));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Command Read(JsonElement root, Command command)
    {
        var args = root.TryGetProperty("args", out var a) && a.ValueKind == JsonValueKind.Object ? a : default;
        int? held = args.ValueKind == JsonValueKind.Object && args.TryGetProperty("for", out var f) ? (f.TryGetInt32(out var s) && s is > 0 and <= MaxForSeconds ? s : -1) : null;
        if (held == -1)
        {
            return command with { Problem = "'for' is out of range" };
        }

        return (root.TryGetProperty("name", out var name) ? name.GetString() : null) switch
        {
            "switch" when args.ValueKind == JsonValueKind.Object && args.TryGetProperty("on", out var on) && on.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                command with { Level = args.GetProperty("on").GetBoolean() ? 100 : 0, ForSeconds = held },
            "dim" when args.ValueKind == JsonValueKind.Object && args.TryGetProperty("level", out var level) && level.TryGetInt32(out var percent) && percent is >= 0 and <= 100 =>
                command with { Level = percent, ForSeconds = held },
            "auto" => command,
            "switch" or "dim" => command with { Problem = "arguments are missing or out of range" },
            _ => command with { Problem = "unknown command" },
        };
    }

    private static byte[] Answer(string id, (string Status, string? Detail) outcome)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("status", outcome.Status);
            if (outcome.Detail is not null)
            {
                json.WriteString("detail", outcome.Detail);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Do(Command command, long simulatedMs)
    {
        Obeyed++;
        if (command.Level is { } percent)
        {
            control.Hold(percent / 100.0, simulatedMs, command.ForSeconds is { } seconds ? simulatedMs + (seconds * 1000L) : long.MaxValue);
        }
        else
        {
            control.Release(simulatedMs);
        }
    }

    private void Remember(string id, (string Status, string? Detail) outcome)
    {
        _known[id] = outcome;
        _order.Enqueue(id);
        if (_order.Count > Memory)
        {
            _known.Remove(_order.Dequeue());
        }
    }

    private sealed record Command(string Id, long ExpiresMs, int? Level, int? ForSeconds, string? Problem);
}
