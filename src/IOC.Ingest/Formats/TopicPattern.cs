using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace IOC.Ingest.Formats;

/// <summary>An MQTT topic filter that may capture a level as the sensor's slug. Immutable.</summary>
internal sealed class TopicPattern
{
    private const string SensorLevel = "{sensor}";

    private readonly byte[]?[] _levels;
    private readonly bool _anyRest;
    private readonly int _sensor;

    private TopicPattern(byte[]?[] levels, bool anyRest, int sensor)
    {
        _levels = levels;
        _anyRest = anyRest;
        _sensor = sensor;
    }

    /// <summary>Whether it captures a sensor.</summary>
    public bool NamesSensor => _sensor >= 0;

    /// <summary>Reads "a/+/{sensor}/#".</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern)
    {
        pattern = null;
        var parts = text.Split('/');
        var anyRest = parts[^1] == "#";
        var fixedParts = anyRest ? parts[..^1] : parts;
        var sensors = fixedParts.Count(p => p == SensorLevel);
        var literal = fixedParts.Where(p => p is not ("+" or SensorLevel));
        if (text.Length == 0 || sensors > 1 || literal.Any(p => p.AsSpan().IndexOfAny("+#{}\0") >= 0))
        {
            return false;
        }

        var levels = fixedParts.Select(p => p is "+" or SensorLevel ? null : Encoding.UTF8.GetBytes(p)).ToArray();
        pattern = new TopicPattern(levels, anyRest, Array.IndexOf(fixedParts, SensorLevel));
        return true;
    }

    /// <summary>Tells whether a topic matches.</summary>
    /// <param name="topic">The topic, UTF-8.</param>
    /// <param name="sensor">What stands for the sensor; empty when the pattern names none.</param>
    public bool Matches(ReadOnlySpan<byte> topic, out ReadOnlySpan<byte> sensor)
    {
        sensor = default;
        var rest = topic;
        for (var i = 0; i < _levels.Length; i++)
        {
            var end = rest.IndexOf((byte)'/');
            var level = end < 0 ? rest : rest[..end];
            if (_levels[i] is { } expected ? !level.SequenceEqual(expected) : i == 0 && level.StartsWith("$"u8))
            {
                return false;
            }

            sensor = i == _sensor ? level : sensor;
            if (i == _levels.Length - 1)
            {
                // "a/#" matches "a" too (MQTT 5, 4.7.1.2).
                return end < 0 || _anyRest;
            }

            if (end < 0)
            {
                return false;
            }

            rest = rest[(end + 1)..];
        }

        return _anyRest && !topic.StartsWith("$"u8);
    }
}
