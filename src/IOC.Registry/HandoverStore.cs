using IOC.Alerts;
using IOC.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Hand-overs in the registry's database.</summary>
/// <param name="database">The database.</param>
public sealed class HandoverStore(RegistryDatabase database) : IHandoverStore
{
    /// <inheritdoc/>
    public void Add(ShiftHandover handover)
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        context.ShiftHandovers.Add(ShiftHandoverRow.From(handover));
        context.SaveChanges();
    }

    /// <inheritdoc/>
    public bool Accept(string id, long atMs)
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        var accepted = context.ShiftHandovers.Where(h => h.Id == id && h.AcceptedAtMs == null && h.WithdrawnAtMs == null)
            .ExecuteUpdate(set => set.SetProperty(h => h.AcceptedAtMs, atMs)) == 1;
        transaction.Commit();
        return accepted;
    }

    /// <inheritdoc/>
    public bool Withdraw(string id, string by, long atMs)
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        var withdrawn = context.ShiftHandovers.Where(h => h.Id == id && h.AcceptedAtMs == null && h.WithdrawnAtMs == null)
            .ExecuteUpdate(set => set.SetProperty(h => h.WithdrawnAtMs, atMs).SetProperty(h => h.WithdrawnBy, by)) == 1;
        transaction.Commit();
        return withdrawn;
    }

    /// <inheritdoc/>
    public ShiftHandover? Find(string id)
    {
        using var context = database.NewContext();
        return context.ShiftHandovers.SingleOrDefault(h => h.Id == id)?.ToModel();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ShiftHandover> List(int limit, long? beforeMs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        using var context = database.NewContext();
        return context.ShiftHandovers.Where(h => beforeMs == null || h.CreatedAtMs < beforeMs)
            .OrderByDescending(h => h.CreatedAtMs).ThenByDescending(h => h.Id).Take(limit).ToList().ConvertAll(h => h.ToModel());
    }
}
