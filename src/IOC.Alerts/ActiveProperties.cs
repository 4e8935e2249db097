namespace IOC.Alerts;

/// <summary>
/// The properties of a sensor for which a rule's condition holds. A rule may watch every property of a sensor
/// (implausible values), and a detector tells of each by itself; the alert is one, and ends when the last of them has.
/// </summary>
/// <param name="Text">Property codes with spaces between, in order of arrival; <see cref="WholeSensor"/> for a finding
/// without a property. The form kept in stores.</param>
public readonly record struct ActiveProperties(string Text)
{
    /// <summary>Stands for a finding that concerns the whole sensor. No property can have that code.</summary>
    public const string WholeSensor = "*";

    /// <summary>For none.</summary>
    public static ActiveProperties None { get; } = new("");

    /// <summary>True when the condition holds for nothing.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <summary>With one more; the same when it is there.</summary>
    public ActiveProperties With(string? property) =>
        Contains(property) ? this : new ActiveProperties(IsEmpty ? Token(property) : $"{Text} {Token(property)}");

    /// <summary>Without one; the same when it is not there.</summary>
    public ActiveProperties Without(string? property) =>
        Contains(property) ? new ActiveProperties(string.Join(' ', Text.Split(' ').Where(t => t != Token(property)))) : this;

    /// <summary>Only those of them that are to be kept; the function gets null for the whole sensor.</summary>
    public ActiveProperties Where(Func<string?, bool> keep) => new(string.Join(' ', Text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(t => keep(t == WholeSensor ? null : t))));

    /// <summary>Tells whether the condition holds for a property (null: for the whole sensor).</summary>
    public bool Contains(string? property) => Text == Token(property) || Text.Split(' ').Contains(Token(property), StringComparer.Ordinal);

    private static string Token(string? property) => property ?? WholeSensor;
}
