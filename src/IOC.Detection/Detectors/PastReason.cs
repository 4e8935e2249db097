using System.Globalization;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What the detectors that look back say to a person: "24 h mean 63 µg/m³".</summary>
internal static class PastReason
{
    private const double MinutesPerHour = 60;
    private const double HoursPerDay = 24;
    private const double LongestInHours = 48;

    /// <summary>A mean.</summary>
    public static LocalText OfMean(double mean, long lengthMs, PropertyDefinition property)
    {
        var (vi, en) = Length(lengthMs);
        var value = Text(mean, property);
        return new LocalText($"trung bình {vi} {value}", $"{en} mean {value}");
    }

    /// <summary>A change per hour.</summary>
    public static LocalText OfRate(double perHour, PropertyDefinition property)
    {
        var value = Text(Math.Abs(perHour), property);
        return perHour < 0
            ? new LocalText($"giảm {value} mỗi giờ", $"falling {value} per hour")
            : new LocalText($"tăng {value} mỗi giờ", $"rising {value} per hour");
    }

    /// <summary>A share of readings that are missing.</summary>
    public static LocalText OfMissing(double share, long windowMs)
    {
        var (vi, en) = Length(windowMs);
        var percent = Math.Round(share * 100).ToString("0", CultureInfo.InvariantCulture);
        return new LocalText($"thiếu {percent} % số liệu trong {vi}", $"{percent} % of the readings missing over {en}");
    }

    /// <summary>A value at a time when it must not be so.</summary>
    public static LocalText OfSchedule(double value, double limit, sbyte side, long localMs, PropertyDefinition property)
    {
        var time = DateTime.UnixEpoch.AddMilliseconds(localMs).ToString("HH:mm", CultureInfo.InvariantCulture);
        var (now, bound) = (Text(value, property), Text(limit, property));
        return side > 0
            ? new LocalText($"{now} lúc {time}, giờ này phải dưới {bound}", $"{now} at {time}, when it should be below {bound}")
            : new LocalText($"{now} lúc {time}, giờ này phải trên {bound}", $"{now} at {time}, when it should be above {bound}");
    }

    private static (string Vi, string En) Length(long ms)
    {
        var minutes = ms / 60_000.0;
        var hours = minutes / MinutesPerHour;
        if (hours > LongestInHours)
        {
            return ($"{Number(hours / HoursPerDay)} ngày", $"{Number(hours / HoursPerDay)} days");
        }

        return hours >= 1 ? ($"{Number(hours)} giờ", $"{Number(hours)} h") : ($"{Number(minutes)} phút", $"{Number(minutes)} min");
    }

    private static string Text(double value, PropertyDefinition property)
    {
        var number = Math.Round(value, Math.Clamp(property.Decimals, 0, 6)).ToString("0.######", CultureInfo.InvariantCulture);
        return property.UnitLabel.Length == 0 ? number : $"{number} {property.UnitLabel}";
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
