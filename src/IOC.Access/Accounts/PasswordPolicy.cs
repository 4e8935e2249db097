using System.Text;
using IOC.Telemetry;

namespace IOC.Access.Accounts;

/// <summary>
/// Which passwords may be chosen (NIST SP 800-63B, 5.1.1.2): long ones, that are not among those which everybody tries first. No rules on
/// kinds of characters and no expiry: both make people choose worse ones.
/// </summary>
public static class PasswordPolicy
{
    /// <summary>Longest password, characters after normalisation.</summary>
    public const int MaxLength = 256;

    // What is left of a password when words that everybody knows are taken out must have as many different characters,
    private const int MinOwnCharacters = 4;

    // unless it is made of so many different words that their choice is what nobody guesses.
    private const int EnoughWords = 3;

    private static readonly string[] s_rows = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0123456789", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb", "qazwsxedcrfv"];

    // Words that lists of leaked passwords are made of, in the languages at hand, without diacritics. Longer ones first.
    private static readonly string[] s_words =
    [
        .. """
        password passwort passphrase motdepasse contrasena matkhau matkhaucuatoi mypassword changeme changeit default defaultpassword letmein letmeinnow welcome
        administrator admin root superuser supervisor user username operator viewer planner engineer manager quantri quantrivien guest test testing tester demo sample example
        secret topsecret private login signin master access iloveyou iloveu loveyou loveme lovely trustno monkey dragon sunshine princess princesa football baseball basketball
        superman batman spiderman starwars pokemon naruto michael jordan jessica ashley daniel thomas charlie andrew joshua matthew summer winter spring autumn monday friday
        january february march april june july august september october november december hello hellokitty helloworld whatever nothing computer internet samsung iphone apple
        google facebook microsoft windows linux ubuntu oracle cisco server system service database dragonball chelsea arsenal liverpool manchester barcelona realmadrid
        anhyeuem emyeuanh yeuem yeuanh anhnhoem emnhoanh matkhaumoi vietnam vietnamvodich hanoi saigon hochiminh danang haiphong bacgiang bacninh vietyen hiephoa langgiang
        tanyen yenthe lucngan lucnam sondong yendung chucmungnammoi songlabietcho khongbiet khongnoi xinchao camon concho conmeo chaobuoisang thanhpho thanhphothongminh trungtam
        dieuhanh smartcity operations operationscentre operationscenter control controlroom ioc ioccenter freedom security secure correcthorsebatterystaple blink shadow killer
        cheese cookie flower purple orange yellow silver golden diamond forever family mother father brother sister friend friends money success lucky angel angels heaven
        qwerty qwertz azerty asdf zxcv abc abcd pass word love god
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).OrderByDescending(w => w.Length),
    ];

    /// <summary>The form that is hashed and compared: one form for what different keyboards and input methods make of the same letters
    /// (NFKC, as SP 800-63B asks).</summary>
    public static string Normalise(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return password.Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Why a password may not be chosen; null when it may.</summary>
    /// <param name="password">The password.</param>
    /// <param name="minLength">Fewest characters.</param>
    /// <param name="own">Names of the person and of what is signed in to.</param>
    public static LocalText? Check(string? password, int minLength, params IReadOnlyList<string> own)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (string.IsNullOrEmpty(password) || !IsText(password))
        {
            return new LocalText("Hãy nhập mật khẩu.", "Type a password.");
        }

        var normal = Normalise(password);
        var length = normal.EnumerateRunes().Count();
        if (length < minLength)
        {
            return new LocalText($"Mật khẩu cần ít nhất {minLength} ký tự; vài từ liền nhau là dễ nhớ nhất.", $"A password needs at least {minLength} characters; a few words in a row are easiest to remember.");
        }

        if (length > MaxLength)
        {
            return new LocalText($"Mật khẩu có tối đa {MaxLength} ký tự.", $"A password has at most {MaxLength} characters.");
        }

        var plain = Plain(normal);
        var mine = own.SelectMany(o => Plain(o).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length >= 3);
        if (Left(plain, mine) < MinOwnCharacters)
        {
            return new LocalText("Mật khẩu chỉ gồm tên của bạn hoặc những từ ai cũng đoán.", "The password is made of your name or of words that everybody guesses.");
        }

        return Left(plain, []) < MinOwnCharacters
            ? new LocalText("Mật khẩu này nằm trong số những mật khẩu bị thử đầu tiên.", "This password is among those that are tried first.")
            : null;
    }

    // A lone surrogate cannot be normalised.
    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lower-case letters and digits, without diacritics; what looks like a letter counts as the letter.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            switch (c)
            {
                case 'đ':
                    plain.Append('d');
                    break;
                case '@':
                    plain.Append('a');
                    break;
                case '$':
                    plain.Append('s');
                    break;
                default:
                    if (char.IsWhiteSpace(c))
                    {
                        plain.Append(' ');
                    }
                    else if (char.IsLetterOrDigit(c))
                    {
                        plain.Append(c);
                    }

                    break;
            }
        }

        return plain.ToString();
    }

    /// <summary>How many different characters are left when known words, rows of keys, repetitions and digits at the end are taken out.</summary>
    private static int Left(string plain, IEnumerable<string> own)
    {
        var left = plain.Replace(" ", "", StringComparison.Ordinal);
        string[] mine = [.. own];
        return Math.Min(Strip(left, mine), Strip(Letters(left), mine));
    }

    private static int Strip(string left, string[] own)
    {
        foreach (var word in own)
        {
            left = left.Replace(word, " ", StringComparison.Ordinal);
        }

        var found = 0;
        foreach (var word in s_words)
        {
            var without = left.Replace(word, " ", StringComparison.Ordinal);
            found += without.Length < left.Length ? 1 : 0;
            left = without;
        }

        if (found >= EnoughWords)
        {
            return MinOwnCharacters;
        }

        var kept = new StringBuilder(left.Length);
        for (var i = 0; i < left.Length;)
        {
            var run = Math.Max(RowAt(left, i), RepeatAt(left, i));
            if (run >= 3)
            {
                i += run;
                continue;
            }

            if (left[i] != ' ')
            {
                kept.Append(left[i]);
            }

            i++;
        }

        // A number at the end is what people add when they are made to change something: a year, 123, 1.
        var rest = kept.ToString();
        return rest.TrimEnd("0123456789".ToCharArray()).Length == 0 ? Math.Max(0, rest.Distinct().Count() - 5) : rest.Distinct().Count();
    }

    private static string Letters(string text) => text.Replace('0', 'o').Replace('1', 'i').Replace('3', 'e').Replace('4', 'a').Replace('5', 's').Replace('7', 't');

    /// <summary>Length of the row of keys that begins at a place, forwards or backwards.</summary>
    private static int RowAt(string text, int at)
    {
        var longest = 0;
        foreach (var row in s_rows)
        {
            var start = row.IndexOf(text[at], StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            foreach (var direction in (int[])[1, -1])
            {
                var n = 1;
                while (at + n < text.Length && start + (direction * n) >= 0 && start + (direction * n) < row.Length && text[at + n] == row[start + (direction * n)])
                {
                    n++;
                }

                longest = Math.Max(longest, n);
            }
        }

        return longest;
    }

    /// <summary>Length of the repetition that begins at a place: of one to four characters, three times or more.</summary>
    private static int RepeatAt(string text, int at)
    {
        var longest = 0;
        for (var period = 1; period <= 4; period++)
        {
            var n = 0;
            while (at + period + n < text.Length && text[at + n] == text[at + period + n])
            {
                n++;
            }

            if (n + period >= period * 3)
            {
                longest = Math.Max(longest, n + period);
            }
        }

        return longest;
    }
}
