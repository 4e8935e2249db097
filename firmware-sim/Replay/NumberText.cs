using System.Globalization;

namespace IOC.FirmwareSim.Replay;

/// <summary>Numbers as a file has them, made into JSON numbers without losing a digit.</summary>
internal static class NumberText
{
    /// <summary>Turns a field into a JSON number: the very text where JSON allows it, else the same digits in JSON's form
    /// (+5, .5, 5., 007).</summary>
    /// <returns>False when the text is no finite number.</returns>
    public static bool TryToJson(string field, decimal? factor, out string json)
    {
        json = field;
        if (factor is { } by)
        {
            return TryMultiply(field, by, out json);
        }

        return IsJson(field) || (IsNumber(field) && TryRepair(field, out json));
    }

    /// <summary>Tells whether a text is a number by JSON's grammar (RFC 8259, section 6).</summary>
    public static bool IsJson(ReadOnlySpan<char> text)
    {
        var i = 0;
        i += At(text, i) == '-' ? 1 : 0;
        var whole = Digits(text, i);
        if (whole == 0 || (whole > 1 && text[i] == '0'))
        {
            return false;
        }

        i += whole;
        if (At(text, i) == '.')
        {
            var fraction = Digits(text, i + 1);
            i += 1 + fraction;
            if (fraction == 0)
            {
                return false;
            }
        }

        if (At(text, i) is 'e' or 'E')
        {
            i += At(text, i + 1) is '+' or '-' ? 2 : 1;
            var exponent = Digits(text, i);
            i += exponent;
            if (exponent == 0)
            {
                return false;
            }
        }

        return i == text.Length && IsNumber(text);
    }

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number);

    private static bool TryRepair(string field, out string json)
    {
        var negative = field[0] == '-';
        var digits = field.TrimStart('+', '-');
        var exponentAt = digits.AsSpan().IndexOfAny('e', 'E');
        var (mantissa, exponent) = exponentAt < 0 ? (digits, "") : (digits[..exponentAt], digits[exponentAt..]);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? mantissa : mantissa[..point]).TrimStart('0');
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        json = $"{(negative ? "-" : "")}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : "." + fraction)}{exponent}";
        return IsJson(json);
    }

    private static bool TryMultiply(string field, decimal by, out string json)
    {
        json = field;
        if (!IsNumber(field))
        {
            return false;
        }

        if (decimal.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && Math.Abs(exact) < 1e15m && Math.Abs(by) < 1e12m)
        {
            // Normalised: trailing zeros of the product say nothing.
            json = (exact * by / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
            return true;
        }

        var product = double.Parse(field, CultureInfo.InvariantCulture) * (double)by;
        json = product.ToString("R", CultureInfo.InvariantCulture);
        return double.IsFinite(product);
    }

    private static char At(ReadOnlySpan<char> text, int index) => index < text.Length ? text[index] : '\0';

    private static int Digits(ReadOnlySpan<char> text, int from)
    {
        var rest = from < text.Length ? text[from..] : [];
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? rest.Length : end;
    }
}
