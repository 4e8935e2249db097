using IOC.Registry;

namespace IOC.Host.Live;

/// <summary>What the live stream tells of rules and procedures. Asked for with each update: they change seldom, and an update goes out every two seconds at least.</summary>
internal sealed class CatalogueRevisions(RuleBook rules, ProcedureBook procedures)
{
    /// <summary>Those of now.</summary>
    public LiveCatalogue Now => new(rules.Set?.Number ?? 0, procedures.Revision);
}
