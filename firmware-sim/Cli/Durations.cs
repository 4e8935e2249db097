using System.Buffers;
using System.Globalization;

namespace IOC.FirmwareSim.Cli;

/// <summary>Spans of time as people write them: 500ms, 90s, 15m, 1h30m, 2d.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Ms)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Reads a span; numbers need a unit, so that nobody waits 90 days for 90 s.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        var rest = text.AsSpan().Trim();
        var total = 0.0;
        time = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var unit = rest.IndexOfAny(Digits) is var end and >= 0 ? rest[..end] : rest;
            if (!TryUnit(unit, out var ms))
            {
                return false;
            }

            total += number * ms;
            rest = rest[unit.Length..];
        }

        if (total > TimeSpan.FromDays(3660).TotalMilliseconds)
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds(total);
        return true;
    }

    private static bool TryUnit(ReadOnlySpan<char> text, out double ms)
    {
        foreach (var (unit, factor) in Units)
        {
            if (text.SequenceEqual(unit))
            {
                ms = factor;
                return true;
            }
        }

        ms = 0;
        return false;
    }
}
