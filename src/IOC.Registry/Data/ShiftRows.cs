using System.Globalization;
using System.Text;
using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Registry.Data;

internal sealed class ShiftEntryRow
{
    public long Number { get; init; }

    public long AtMs { get; init; }

    public long AboutMs { get; init; }

    public ShiftCategory Category { get; init; }

    public string? Operator { get; init; }

    public required string TextVi { get; init; }

    public required string TextEn { get; init; }

    public byte? Severity { get; init; }

    public string? AlertId { get; init; }

    public string? District { get; init; }

    public string? Domain { get; init; }

    public long? Corrects { get; init; }

    /// <summary>Unique; those of operators have none.</summary>
    public string? Source { get; init; }

    /// <summary>The texts and the operator in lower case without diacritics: what a search looks in.</summary>
    public required string Folded { get; init; }

    public static ShiftEntryRow From(ShiftEntry e, long number) => new()
    {
        Number = number,
        AtMs = e.AtMs,
        AboutMs = e.AboutMs,
        Category = e.Category,
        Operator = e.Operator,
        TextVi = e.Text.Vi,
        TextEn = e.Text.En,
        Severity = e.Severity is { } s ? (byte)s : null,
        AlertId = e.AlertId,
        District = e.District,
        Domain = e.Domain,
        Corrects = e.Corrects,
        Source = e.Source,
        Folded = Fold(e.Text.Vi == e.Text.En ? $"{e.Operator} {e.Text.Vi}" : $"{e.Operator} {e.Text.Vi} {e.Text.En}"),
    };

    public ShiftEntry ToModel() => new()
    {
        Number = Number,
        AtMs = AtMs,
        AboutMs = AboutMs,
        Category = Category,
        Operator = Operator,
        Text = new LocalText(TextVi, TextEn),
        Severity = Severity is { } s ? (Severity)s : null,
        AlertId = AlertId,
        District = District,
        Domain = Domain,
        Corrects = Corrects,
        Source = Source,
    };

    /// <summary>Lower case without diacritics, so that "ngap lut" finds "Ngập lụt".</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(c is 'đ' or 'Đ' ? 'd' : char.ToLowerInvariant(c));
            }
        }

        return folded.ToString();
    }
}

internal sealed class ShiftDutyRow
{
    public required string Id { get; init; }

    public required string Operator { get; init; }

    public long FromMs { get; init; }

    public DutyChange Began { get; init; }

    public long? UntilMs { get; init; }

    public DutyChange? Ended { get; init; }

    public static ShiftDutyRow From(Duty d) => new() { Id = d.Id, Operator = d.Operator, FromMs = d.FromMs, Began = d.Began, UntilMs = d.UntilMs, Ended = d.Ended };

    public Duty ToModel() => new(Id, Operator, FromMs, Began, UntilMs, Ended);
}
