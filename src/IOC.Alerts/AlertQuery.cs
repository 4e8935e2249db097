using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IOC.Alerts;

/// <summary>Which alerts to list. Conditions are combined; times are Unix milliseconds, UTC.</summary>
public sealed record AlertQuery
{
    /// <summary>Largest page.</summary>
    public const int MaxLimit = 5000;

    /// <summary>Only alerts that are not closed (and those of <see cref="ClosedSinceMs"/>).</summary>
    public bool OpenOnly { get; init; }

    /// <summary>With <see cref="OpenOnly"/>: also those closed at or after this time.</summary>
    public long? ClosedSinceMs { get; init; }

    /// <summary>Only this sensor (slug).</summary>
    public string? Sensor { get; init; }

    /// <summary>Only this district (slug).</summary>
    public string? District { get; init; }

    /// <summary>Only these districts (slugs); null = all.</summary>
    public IReadOnlyCollection<string>? Districts { get; init; }

    /// <summary>Only this asset (slug).</summary>
    public string? Asset { get; init; }

    /// <summary>Only alerts of this domain (slug).</summary>
    public string? Domain { get; init; }

    /// <summary>Only alerts of this rule.</summary>
    public string? RuleId { get; init; }

    /// <summary>Only alerts raised at or after this time.</summary>
    public long? FromMs { get; init; }

    /// <summary>Only alerts raised before this time.</summary>
    public long? ToMs { get; init; }

    /// <summary>True: only alerts that are held back; false: only those that are not; null: both.</summary>
    public bool? Held { get; init; }

    /// <summary>Only alerts held back for this reason.</summary>
    public HoldKind? HeldAs { get; init; }

    /// <summary>Only alerts that this operator sees to.</summary>
    public string? Assignee { get; init; }

    /// <summary>Page size, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Only alerts after this place in the list, from <see cref="AlertPage.Next"/>.</summary>
    public AlertCursor? Before { get; init; }
}

/// <summary>A page of alerts, the most recently raised first.</summary>
/// <param name="Items">The alerts.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record AlertPage(IReadOnlyList<Alert> Items, AlertCursor? Next);

/// <summary>A place in the list: the last alert of a page. As text "{raisedAtMs}.{id}".</summary>
/// <param name="RaisedAtMs">When it was raised.</param>
/// <param name="Id">Its id.</param>
public sealed record AlertCursor(long RaisedAtMs, string Id)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RaisedAtMs}.{Id}");

    /// <summary>Reads a cursor; false when the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AlertCursor? cursor)
    {
        cursor = null;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot <= 0 || !long.TryParse(text.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var raisedAt)
            || !AlertId.TryParse(text![(dot + 1)..], out var id))
        {
            return false;
        }

        cursor = new AlertCursor(raisedAt, id.ToString());
        return true;
    }
}
