using IOC.Host.Rules;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Procedures;

/// <summary>What is known of the procedure files.</summary>
/// <param name="CheckedAt">When they were last read, Unix milliseconds.</param>
/// <param name="Errors">Mistakes; not empty = the procedures from before are in force.</param>
/// <param name="Notes">What people should know: what was overridden, what names rules that are not there.</param>
public sealed record ProcedureFilesState(long CheckedAt, IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Notes);

/// <summary>Takes changes of procedures from files and people.</summary>
internal sealed class ProcedureDesk(
    ProcedureBook book, Catalogue catalogue, RuleBook rules, RuleFolderPath folder, TimeProvider time, ILogger<ProcedureDesk> logger)
{
    /// <summary>The procedures.</summary>
    public ProcedureBook Book => book;

    /// <summary>What they are checked against, with the rules of now.</summary>
    public Catalogue Catalogue => catalogue with { Rules = rules.Set?.Rules ?? [] };

    /// <summary>The catalogue's folder.</summary>
    public string Folder => folder.Path;

    /// <summary>What is known of the procedure files.</summary>
    public ProcedureFilesState Files { get; private set; } = new(0, [], []);

    /// <summary>Takes what is stored, then the files.</summary>
    public async Task LoadAsync(CancellationToken stop)
    {
        await book.LoadAsync(stop);
        await ReloadAsync("start", stop);
    }

    /// <summary>Reads the files. With mistakes nothing changes: a typing error must not take the operators' procedures away.</summary>
    public async Task<ProcedureImport> ReloadAsync(string? note, CancellationToken stop)
    {
        var import = await book.ImportAsync(folder.Path, Catalogue, note, stop);
        Files = new ProcedureFilesState(time.GetUtcNow().ToUnixTimeMilliseconds(), import.Errors, import.Notes);
        if (import.Errors.Count > 0)
        {
            logger.LogError("The procedure files have {Count} mistakes; the procedures from before stay: {Errors}", import.Errors.Count, string.Join(" | ", import.Errors));
        }

        foreach (var remark in import.Notes)
        {
            logger.LogWarning("Procedures: {Note}", remark.En);
        }

        if (import.Changed > 0)
        {
            logger.LogInformation("Procedures: {Changed} new versions, {Count} procedures", import.Changed, book.Procedures.Count);
        }

        return import;
    }
}
