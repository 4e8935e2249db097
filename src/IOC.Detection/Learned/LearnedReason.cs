using System.Globalization;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What the learned detector says to a person: "91 µg/m³, usual at this hour 20–45".</summary>
public static class LearnedReason
{
    private const int SignificantDigits = 3;

    /// <summary>The reason for a verdict, in both languages.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="value">The reading.</param>
    /// <param name="unit">Its unit as people write it; empty for none.</param>
    public static LocalText Of(in LearnedVerdict verdict, double value, string unit)
    {
        var now = Quantity(value, unit);
        var (low, high) = (Text(verdict.Low), Text(verdict.High));
        return verdict.Aspect switch
        {
            LearnedAspect.Step => new LocalText($"{now}, thay đổi đột ngột; lần đo tới thường trong khoảng {low}–{high}", $"{now}, a sudden step; usual for the next reading {low}–{high}"),
            LearnedAspect.Burst => new LocalText($"{now}, dao động mạnh đột ngột; gần đây thường {low}–{high}", $"{now}, suddenly unsteady; usual lately {low}–{high}"),
            LearnedAspect.Unrest => new LocalText($"{now}, dao động mạnh kéo dài; gần đây thường {low}–{high}", $"{now}, unsteady for long; usual lately {low}–{high}"),
            LearnedAspect.Frozen => new LocalText($"{now}, lặp lại lâu hơn mọi lần trước", $"{now}, repeated longer than ever before"),
            LearnedAspect.Hour => new LocalText($"{now}, giờ này thường {low}–{high}", $"{now}, usual at this hour {low}–{high}"),
            LearnedAspect.Season => new LocalText($"{now}, lệch lâu so với giờ này các ngày khác, thường {low}–{high}", $"{now}, long away from what is usual at these hours, now {low}–{high}"),
            _ => new LocalText($"{now}, gần đây thường {low}–{high}", $"{now}, usual lately {low}–{high}"),
        };
    }

    /// <summary>A value with its unit.</summary>
    internal static string Quantity(double value, string unit) => unit.Length == 0 ? Text(value) : $"{Text(value)} {unit}";

    /// <summary>Three digits, more only before the decimal point.</summary>
    internal static string Text(double value)
    {
        var size = value == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var decimals = Math.Clamp(SignificantDigits - 1 - size, 0, 6);
        return Math.Round(value, decimals).ToString("0.######", CultureInfo.InvariantCulture);
    }
}
