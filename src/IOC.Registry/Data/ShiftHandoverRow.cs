using System.Text.Json;
using IOC.Alerts;

namespace IOC.Registry.Data;

internal sealed class ShiftHandoverRow
{
    public required string Id { get; init; }

    public long CreatedAtMs { get; init; }

    public required string FromOperator { get; init; }

    public required string ToOperator { get; init; }

    public required string Summary { get; init; }

    /// <summary>A JSON array of <see cref="HandoverAlert"/>: never asked for by part.</summary>
    public required string Alerts { get; init; }

    public long? AcceptedAtMs { get; set; }

    public long? WithdrawnAtMs { get; set; }

    public string? WithdrawnBy { get; set; }

    public static ShiftHandoverRow From(ShiftHandover h) => new()
    {
        Id = h.Id,
        CreatedAtMs = h.CreatedAtMs,
        FromOperator = h.From,
        ToOperator = h.To,
        Summary = h.Summary,
        Alerts = JsonSerializer.Serialize(h.Alerts),
        AcceptedAtMs = h.AcceptedAtMs,
        WithdrawnAtMs = h.WithdrawnAtMs,
        WithdrawnBy = h.WithdrawnBy,
    };

    public ShiftHandover ToModel() => new(
        Id, CreatedAtMs, FromOperator, ToOperator, Summary, JsonSerializer.Deserialize<List<HandoverAlert>>(Alerts)!, AcceptedAtMs)
    {
        WithdrawnAtMs = WithdrawnAtMs,
        WithdrawnBy = WithdrawnBy,
    };
}
