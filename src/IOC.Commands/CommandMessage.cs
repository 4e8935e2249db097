using System.Buffers;
using System.Text;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Commands;

/// <summary>A device's answer as it came.</summary>
/// <param name="Id">Id of the command.</param>
/// <param name="Answer">What it says.</param>
/// <param name="Detail">Its words; null when it said none.</param>
public sealed record CommandAck(string Id, CommandAnswer Answer, string? Detail);

/// <summary>Commands and answers on the wire (docs/commands.md).</summary>
public static class CommandMessage
{
    /// <summary>Largest answer that is read, bytes.</summary>
    public const int MaxAckBytes = 4096;

    /// <summary>Media type of commands.</summary>
    public const string ContentType = "application/json";

    private const string Prefix = "ioc/v1/";
    private const string AckSuffix = "/cmd/ack";

    /// <summary>Where a device's commands go.</summary>
    public static string Topic(SensorAddress sensor) => $"{Prefix}{sensor.Path}/cmd";

    /// <summary>Where it answers.</summary>
    public static string AckTopic(SensorAddress sensor) => $"{Prefix}{sensor.Path}{AckSuffix}";

    /// <summary>Tells whether a topic is one of answers.</summary>
    public static bool IsAckTopic(ReadOnlySpan<byte> topic) => topic.StartsWith("ioc/v1/"u8) && topic.EndsWith("/cmd/ack"u8);

    /// <summary>"district/domain/sensor" of a topic of answers.</summary>
    public static string PathOfAckTopic(ReadOnlySpan<byte> topic) => Encoding.UTF8.GetString(topic[Prefix.Length..^AckSuffix.Length]);

    /// <summary>A command's payload, UTF-8 JSON.</summary>
    public static byte[] Write(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", command.Id);
            json.WriteString("name", command.Kind.Name());
            json.WriteStartObject("args");
            if (command.Arguments.On is { } on)
            {
                json.WriteBoolean("on", on);
            }

            if (command.Arguments.Level is { } level)
            {
                json.WriteNumber("level", level);
            }

            if (command.Arguments.ForSeconds is { } seconds)
            {
                json.WriteNumber("for", seconds);
            }

            json.WriteEndObject();
            json.WriteNumber("issued", command.CreatedAtMs);
            json.WriteNumber("expires", command.ExpiresAtMs);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="problem">What is wrong with it, when the result is null.</param>
    public static CommandAck? ReadAck(ReadOnlySpan<byte> payload, out string problem)
    {
        problem = "";
        if (payload.Length > MaxAckBytes)
        {
            problem = $"more than {MaxAckBytes} bytes";
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 8 });
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read())
            {
                problem = "something follows the object";
                return null;
            }

            return Read(document.RootElement, out problem);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid UTF-8 or UTF-16.
            problem = e.Message;
            return null;
        }
    }

    private static CommandAck? Read(JsonElement root, out string problem)
    {
        problem = "";
        if (root.ValueKind != JsonValueKind.Object || Text(root, "id") is not { } id || Text(root, "status") is not { } status)
        {
            problem = "not an object with the texts 'id' and 'status'";
            return null;
        }

        CommandAnswer? answer = status switch
        {
            "accepted" => CommandAnswer.Accepted,
            "done" => CommandAnswer.Done,
            "failed" => CommandAnswer.Failed,
            "rejected" => CommandAnswer.Rejected,
            _ => null,
        };
        if (answer is null)
        {
            problem = "'status' is not accepted, done, failed or rejected";
            return null;
        }

        if (!CommandId.IsValid(id))
        {
            problem = "'id' is not the id of a command";
            return null;
        }

        return new CommandAck(id, answer.Value, Text(root, "detail"));
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
