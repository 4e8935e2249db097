using System.Globalization;
using System.Text;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>A mistake in a catalogue file.</summary>
/// <param name="File">File name within the folder.</param>
/// <param name="Line">Line, from 1; 0 = the whole file.</param>
/// <param name="Column">Column's name, or a place in the document; null = the whole line.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record CatalogueError(string File, int Line, string? Column, LocalText Message)
{
    /// <summary>"file:line column: English / Vietnamese".</summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");
        return $"{place}{(Column is null ? "" : " " + Column)}: {Message.En} / {Message.Vi}";
    }
}

/// <summary>A catalogue folder with mistakes. Nothing of it was imported.</summary>
public sealed class CatalogueException : Exception
{
    /// <summary>Makes it from all mistakes found.</summary>
    public CatalogueException(IReadOnlyList<CatalogueError> errors)
        : base(Text(errors)) => Errors = errors;

    /// <summary>Every mistake found, by file and line.</summary>
    public IReadOnlyList<CatalogueError> Errors { get; }

    private static string Text(IReadOnlyList<CatalogueError> errors)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"The catalogue has {errors.Count} mistake(s); nothing was imported. / Danh mục có {errors.Count} lỗi; chưa nhập gì.");
        foreach (var error in errors)
        {
            text.AppendLine().Append("  ").Append(error);
        }

        return text.ToString();
    }
}

/// <summary>Collects mistakes, so that all are told at once.</summary>
internal sealed class CatalogueErrors
{
    private readonly List<CatalogueError> _all = [];

    public int Count => _all.Count;

    public IReadOnlyList<CatalogueError> All => _all;

    public void Add(string file, int line, string? column, string en, string vi) =>
        _all.Add(new CatalogueError(file, line, column, new LocalText(vi, en)));

    public void AddRange(IEnumerable<CatalogueError> errors) => _all.AddRange(errors);

    /// <summary>All of them by file and line, each once.</summary>
    public IReadOnlyList<CatalogueError> Sorted() =>
        [.. _all.Distinct().OrderBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Line).ThenBy(e => e.Column, StringComparer.Ordinal)];

    public void ThrowIfAny()
    {
        if (_all.Count > 0)
        {
            throw new CatalogueException(Sorted());
        }
    }
}
