using System.Globalization;

namespace IOC.History.Windows;

/// <summary>
/// An ISO 8601 duration as used for windows: a number of calendar months, or of calendar days, or of elapsed
/// milliseconds. Exactly one of the three is above 0.
/// </summary>
/// <param name="Months">Calendar months (a year is twelve).</param>
/// <param name="Days">Calendar days (a week is seven).</param>
/// <param name="Milliseconds">Hours, minutes and seconds; days too when mixed with them (then of 24 hours each).</param>
internal readonly record struct IsoDuration(int Months, int Days, long Milliseconds)
{
    private const long DayMs = 86_400_000;
    private const long MaxYears = 1000;

    /// <summary>About how long it is, in milliseconds.</summary>
    public long ApproximateMs => (long)(Months * 30.436875 * DayMs) + (Days * DayMs) + Milliseconds;

    /// <exception cref="HistoryQueryException">The text is no usable duration.</exception>
    public static IsoDuration Parse(string text)
    {
        var parts = new Parts();
        if (!parts.TryRead(text))
        {
            throw HistoryQueryException.BadDuration(text);
        }

        var months = (parts.Years * 12) + parts.Months;
        var days = (parts.Weeks * 7) + parts.Days;
        var result = (months, days, parts.Milliseconds) switch
        {
            ( > 0 and <= MaxYears * 12, 0, 0) => new IsoDuration((int)months, 0, 0),
            (0, > 0 and <= MaxYears * 366, 0) => new IsoDuration(0, (int)days, 0),
            (0, >= 0 and <= MaxYears * 366, > 0 and <= MaxYears * 366 * DayMs) => new IsoDuration(0, 0, (days * DayMs) + parts.Milliseconds),
            _ => throw HistoryQueryException.BadDuration(text),
        };
        return result;
    }

    private struct Parts
    {
        private const string Designators = "YMWDHMS";

        public long Years;
        public long Months;
        public long Weeks;
        public long Days;
        public long Milliseconds;

        public bool TryRead(string text)
        {
            if (text.Length is < 3 or > 40 || text[0] != 'P')
            {
                return false;
            }

            // Designators must come in order; the fourth and later ones stand behind the T.
            var next = 0;
            var inTime = false;
            for (var at = 1; at < text.Length;)
            {
                if (text[at] == 'T')
                {
                    if (inTime || at + 1 == text.Length)
                    {
                        return false;
                    }

                    inTime = true;
                    next = 4;
                    at++;
                    continue;
                }

                var end = at;
                while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or ','))
                {
                    end++;
                }

                if (end == text.Length)
                {
                    return false;
                }

                var designator = Designators.IndexOf(text[end], next);
                if (designator < 0 || (!inTime && designator > 3) || !Take(text.AsSpan(at, end - at), designator, end + 1 == text.Length))
                {
                    return false;
                }

                next = designator + 1;
                at = end + 1;
            }

            return true;
        }

        private bool Take(ReadOnlySpan<char> digits, int designator, bool isLast)
        {
            if (designator >= 4)
            {
                return TakeTime(digits, designator switch { 4 => 3_600_000, 5 => 60_000, _ => 1_000 }, isLast);
            }

            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) || whole > 1_000_000)
            {
                return false;
            }

            switch (designator)
            {
                case 0: Years = whole; break;
                case 1: Months = whole; break;
                case 2: Weeks = whole; break;
                default: Days = whole; break;
            }

            return true;
        }

        private bool TakeTime(ReadOnlySpan<char> digits, long unitMs, bool isLast)
        {
            // Only the smallest part may have a fraction (ISO 8601-1, 5.5.2.3); a comma is its preferred sign.
            Span<char> plain = stackalloc char[digits.Length];
            digits.Replace(plain, ',', '.');
            var hasFraction = plain.Contains('.');
            if ((hasFraction && !isLast)
                || !decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > 1_000_000_000)
            {
                return false;
            }

            var milliseconds = number * unitMs;
            Milliseconds += (long)milliseconds;
            return milliseconds == decimal.Truncate(milliseconds);
        }
    }
}
