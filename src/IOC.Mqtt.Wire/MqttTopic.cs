using System.Text;

namespace IOC.Mqtt.Wire;

/// <summary>Topic names and filters (5.0 and 3.1.1, 4.7), as UTF-8.</summary>
public static class MqttTopic
{
    private const byte Separator = (byte)'/';

    /// <summary>True for a topic that can be published to: 1 to 65,535 bytes without wildcards and U+0000. Does not check
    /// that the bytes are UTF-8.</summary>
    public static bool IsValidName(ReadOnlySpan<byte> topic) =>
        topic.Length is > 0 and <= ushort.MaxValue && topic.IndexOfAny((byte)'+', (byte)'#', (byte)0) < 0;

    /// <inheritdoc cref="IsValidName(ReadOnlySpan{byte})"/>
    public static bool IsValidName(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return IsValidName(Encoding.UTF8.GetBytes(topic));
    }

    /// <summary>True for a filter whose wildcards stand alone in their levels, with # only at the end.</summary>
    public static bool IsValidFilter(ReadOnlySpan<byte> filter)
    {
        if (filter.Length is 0 or > ushort.MaxValue || filter.Contains((byte)0))
        {
            return false;
        }

        while (true)
        {
            var end = filter.IndexOf(Separator);
            var level = end < 0 ? filter : filter[..end];
            if (level.Length > 1 && level.IndexOfAny((byte)'+', (byte)'#') >= 0)
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            if (level.SequenceEqual("#"u8))
            {
                return false;
            }

            filter = filter[(end + 1)..];
        }
    }

    /// <inheritdoc cref="IsValidFilter(ReadOnlySpan{byte})"/>
    public static bool IsValidFilter(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return IsValidFilter(Encoding.UTF8.GetBytes(filter));
    }

    /// <summary>True for the filter of a shared subscription, valid or not (5.0, 4.8.2).</summary>
    public static bool IsShared(ReadOnlySpan<byte> filter) => filter.StartsWith("$share/"u8);

    /// <summary>Takes a shared subscription's filter apart: <c>$share/{name}/{filter}</c>.</summary>
    /// <returns>False when the name is empty or has a wildcard, or when no filter follows. Does not check that filter.</returns>
    public static bool TrySplitShared(ReadOnlySpan<byte> shared, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> filter)
    {
        name = default;
        filter = default;
        if (!IsShared(shared))
        {
            return false;
        }

        var rest = shared["$share/"u8.Length..];
        var end = rest.IndexOf(Separator);
        if (end <= 0 || end == rest.Length - 1)
        {
            return false;
        }

        name = rest[..end];
        filter = rest[(end + 1)..];
        return name.IndexOfAny((byte)'+', (byte)'#') < 0;
    }

    /// <summary>Levels of a topic or filter: one more than it has slashes.</summary>
    public static int CountLevels(ReadOnlySpan<byte> topic) => topic.Count(Separator) + 1;

    /// <summary>True when a valid filter matches a valid topic name. A filter that begins with a wildcard does not match a
    /// topic that begins with $ (4.7.2).</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (filter.IsEmpty || topic.IsEmpty || (topic[0] == (byte)'$' && filter[0] is (byte)'+' or (byte)'#'))
        {
            return false;
        }

        while (true)
        {
            var filterLevel = TakeLevel(ref filter, out var filterEnds);
            if (filterLevel.SequenceEqual("#"u8))
            {
                return true;
            }

            var topicLevel = TakeLevel(ref topic, out var topicEnds);
            if (!filterLevel.SequenceEqual("+"u8) && !filterLevel.SequenceEqual(topicLevel))
            {
                return false;
            }

            if (topicEnds)
            {
                // "a/#" matches its parent "a" too.
                return filterEnds || filter.SequenceEqual("#"u8);
            }

            if (filterEnds)
            {
                return false;
            }
        }
    }

    /// <inheritdoc cref="Matches(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static bool Matches(string filter, string topic)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(topic);
        return Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic));
    }

    /// <summary>Takes the first level off <paramref name="topic"/>; <paramref name="wasLast"/> says that no slash followed.</summary>
    public static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> topic, out bool wasLast)
    {
        var end = topic.IndexOf(Separator);
        wasLast = end < 0;
        var level = wasLast ? topic : topic[..end];
        topic = wasLast ? [] : topic[(end + 1)..];
        return level;
    }
}
