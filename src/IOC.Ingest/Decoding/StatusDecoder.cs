using System.Text.Json;

namespace IOC.Ingest.Decoding;

/// <summary>Reads the payload of a status topic: online or offline, bare, as a JSON string, or as {"status": ...}.</summary>
internal static class StatusDecoder
{
    /// <summary>Returns true for online, false for offline, null when it is neither.</summary>
    public static bool? Decode(ReadOnlySpan<byte> payload)
    {
        var bare = payload.Trim(" \t\r\n"u8);
        return bare.SequenceEqual("online"u8) ? true : bare.SequenceEqual("offline"u8) ? false : FromJson(payload);
    }

    private static bool? FromJson(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            bool? online = null;
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.String)
                {
                    online = Word(ref reader);
                }
                else if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("status"u8))
                {
                    reader.Read();
                    online = reader.TokenType == JsonTokenType.String ? Word(ref reader) : null;
                    reader.Skip();
                }
            }

            return online;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool? Word(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("online"u8) ? true : reader.ValueTextEquals("offline"u8) ? false : null;
}
