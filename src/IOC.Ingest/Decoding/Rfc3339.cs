namespace IOC.Ingest.Decoding;

/// <summary>Times as RFC 3339 writes them, offset required.</summary>
internal static class Rfc3339
{
    /// <summary>Reads "2024-11-21T18:00:00.123+07:00" (T may be t or a space, Z may be z, seconds may be 60).</summary>
    /// <param name="text">The text.</param>
    /// <param name="unixMs">Unix milliseconds; digits beyond the millisecond are cut off.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long unixMs)
    {
        unixMs = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't' or ' ')
            || text[13] != ':' || text[16] != ':'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var rest = text[19..];
        if (!TryFraction(ref rest, out var milliseconds) || !TryOffset(rest, out var offsetMinutes))
        {
            return false;
        }

        var days = new DateOnly(year, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        var minutes = (((days * 24L) + hour) * 60) + minute - offsetMinutes;
        unixMs = (((minutes * 60) + second) * 1000) + milliseconds;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> rest, out int milliseconds)
    {
        milliseconds = 0;
        if (rest.Length == 0 || rest[0] != '.')
        {
            return true;
        }

        var digits = 0;
        while (digits + 1 < rest.Length && char.IsAsciiDigit(rest[digits + 1]))
        {
            digits++;
        }

        for (var i = 1; i <= 3; i++)
        {
            milliseconds = (milliseconds * 10) + (i <= digits ? rest[i] - '0' : 0);
        }

        rest = rest[(digits + 1)..];
        return digits > 0;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !TryDigits(text[1..3], out var hours) || !TryDigits(text[4..6], out var rest) || hours > 23 || rest > 59)
        {
            return false;
        }

        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            number = (number * 10) + (c - '0');
        }

        return true;
    }
}
