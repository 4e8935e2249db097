using IOC.Host.Api;

namespace IOC.Host.Alerts;

/// <summary>Checks what operators send.</summary>
internal static class OperatorInput
{
    private const int MaxOperatorLength = 64;
    private const int MaxIds = 1000;

    /// <summary>A problem with an operator's name; null when there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="field">Field that it is in.</param>
    public static IResult? CheckOperator(string? name, string field = "operator") =>
        string.IsNullOrWhiteSpace(name) || name.Trim().Length > MaxOperatorLength || name.Any(char.IsControl)
            ? Problems.BadRequest(
                $"bad_{field}", $"{field} phải là tên người trực, tối đa {MaxOperatorLength} ký tự.", $"{field} must be the operator's name, at most {MaxOperatorLength} characters.")
            : null;

    /// <summary>A problem with a text that has to be given; null when there is none.</summary>
    public static IResult? CheckText(string? text, string field, int maxLength) =>
        string.IsNullOrWhiteSpace(text) || text.Trim().Length > maxLength
            ? Problems.BadRequest($"bad_{field}", $"{field} không được để trống, tối đa {maxLength} ký tự.", $"{field} must not be empty and have at most {maxLength} characters.")
            : null;

    /// <summary>A problem with a list of ids; null when there is none.</summary>
    public static IResult? CheckIds(IReadOnlyList<string>? ids) =>
        ids is null || ids.Count > MaxIds || ids.Any(string.IsNullOrEmpty)
            ? Problems.BadRequest("bad_ids", $"ids phải có tối đa {MaxIds} mã cảnh báo.", $"ids must hold at most {MaxIds} alert ids.")
            : null;
}
