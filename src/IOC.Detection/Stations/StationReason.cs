using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What the comparison within a station says to a person: "PM2.5 8 µg/m³, while PM10 180 µg/m³ suggests 60–110".</summary>
public static class StationReason
{
    /// <summary>The reason for a verdict, in both languages.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="property">The property that disagrees.</param>
    /// <param name="value">Its value.</param>
    /// <param name="partner">The property that tells most about it.</param>
    /// <param name="beside">That one's value.</param>
    public static LocalText Of(in StationVerdict verdict, PropertyDefinition property, double value, PropertyDefinition partner, double beside)
    {
        ArgumentNullException.ThrowIfNull(property);
        ArgumentNullException.ThrowIfNull(partner);
        var (now, other) = (LearnedReason.Quantity(value, property.UnitLabel), LearnedReason.Quantity(beside, partner.UnitLabel));
        var (low, high) = (LearnedReason.Text(verdict.Low), LearnedReason.Text(verdict.High));
        return verdict.Others > 1
            ? new LocalText(
                $"{property.Name.Vi} {now}, trong khi {partner.Name.Vi} {other} và các đại lượng khác của trạm cho thấy phải trong khoảng {low}–{high}",
                $"{property.Name.En} {now}, while {partner.Name.En} {other} and the rest of the station suggest {low}–{high}")
            : new LocalText(
                $"{property.Name.Vi} {now}, trong khi {partner.Name.Vi} {other} cho thấy phải trong khoảng {low}–{high}",
                $"{property.Name.En} {now}, while {partner.Name.En} {other} suggests {low}–{high}");
    }
}
