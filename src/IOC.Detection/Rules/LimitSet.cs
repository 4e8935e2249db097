namespace IOC.Detection;

/// <summary>Limits in the form that a value is compared with.</summary>
/// <param name="Above">Raise at or above; +infinity for none.</param>
/// <param name="Below">Raise at or below; -infinity for none.</param>
/// <param name="ClearAbove">At or below this, a value is back inside the upper limit.</param>
/// <param name="ClearBelow">At or above this, a value is back inside the lower limit.</param>
internal readonly record struct LimitSet(double Above, double Below, double ClearAbove, double ClearBelow)
{
    /// <summary>No limit: nothing is raised, and whatever is raised clears.</summary>
    public static readonly LimitSet None = new(double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);

    public static LimitSet Of(double? raiseAbove, double? raiseBelow, double hysteresis)
    {
        var above = raiseAbove ?? double.PositiveInfinity;
        var below = raiseBelow ?? double.NegativeInfinity;
        var inside = Math.Max(0, hysteresis);
        return new LimitSet(
            above, below, inside > 0 ? above - inside : double.BitDecrement(above), inside > 0 ? below + inside : double.BitIncrement(below));
    }

    /// <summary>Which side of the limits a value is on: 1 above, -1 below, 0 inside.</summary>
    public sbyte SideOf(double value) => value >= Above ? (sbyte)1 : value <= Below ? (sbyte)-1 : (sbyte)0;

    /// <summary>Whether a value is back inside.</summary>
    public bool IsInside(double value) => value <= ClearAbove && value >= ClearBelow;

    /// <summary>The limit of a side; null when there is none.</summary>
    public double? LimitOf(sbyte side)
    {
        var limit = side > 0 ? Above : Below;
        return double.IsFinite(limit) ? limit : null;
    }
}
