using IOC.Access;
using IOC.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Device credentials, profiles and bans in the registry's database.</summary>
/// <param name="database">The database.</param>
public sealed class DeviceStore(RegistryDatabase database) : IDeviceStore
{
    // A statement takes so many parameters everywhere.
    private const int NamesAtOnce = 500;

    /// <inheritdoc/>
    public DeviceState Load()
    {
        using var context = database.NewContext();
        var secrets = context.DeviceSecrets.ToList().ToLookup(s => s.Credential, StringComparer.Ordinal);
        var certificates = context.DeviceCertificates.ToList().ToLookup(c => c.Credential, StringComparer.Ordinal);
        return new DeviceState(
            context.DeviceCredentials.ToList().ConvertAll(c => c.ToModel(secrets[c.Name], certificates[c.Name])),
            context.DeviceProfiles.ToList().ConvertAll(p => p.ToModel()),
            context.DeviceBans.ToList().ConvertAll(b => b.ToModel()));
    }

    /// <inheritdoc/>
    public Task SaveAsync(IReadOnlyList<DeviceCredential> credentials, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        List<DeviceCredentialRow> rows = [.. credentials.Select(DeviceCredentialRow.From)];
        List<DeviceSecretRow> secrets = [.. credentials.SelectMany(c => c.Secrets.Select(s => DeviceSecretRow.From(c.Name, s)))];
        List<DeviceCertificateRow> certificates =
            [.. credentials.SelectMany(c => c.Certificates.Select(x => new DeviceCertificateRow { Binding = x.Binding, Value = x.Value, Credential = c.Name }))];
        return WriteAsync(
            async context =>
            {
                foreach (var names in credentials.Select(c => c.Name).Chunk(NamesAtOnce))
                {
                    await DeleteAsync(context, names, cancel);
                }

                RowWriter<DeviceCredentialRow>.Insert(context, rows);
                RowWriter<DeviceSecretRow>.Insert(context, secrets);
                RowWriter<DeviceCertificateRow>.Insert(context, certificates);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, CancellationToken cancel) => WriteAsync(context => DeleteAsync(context, [name], cancel), cancel);

    /// <inheritdoc/>
    public Task SaveProfileAsync(DeviceProfile profile, CancellationToken cancel) => WriteAsync(
        async context =>
        {
            await context.DeviceProfiles.Where(p => p.Name == profile.Name).ExecuteDeleteAsync(cancel);
            RowWriter<DeviceProfileRow>.Insert(context, [DeviceProfileRow.From(profile)]);
        },
        cancel);

    /// <inheritdoc/>
    public Task RemoveProfileAsync(string name, CancellationToken cancel) =>
        WriteAsync(context => context.DeviceProfiles.Where(p => p.Name == name).ExecuteDeleteAsync(cancel), cancel);

    /// <inheritdoc/>
    public Task SaveBanAsync(ManualBan ban, CancellationToken cancel) => WriteAsync(
        async context =>
        {
            await context.DeviceBans.Where(b => b.Subject == ban.Subject).ExecuteDeleteAsync(cancel);
            RowWriter<DeviceBanRow>.Insert(context, [DeviceBanRow.From(ban)]);
        },
        cancel);

    /// <inheritdoc/>
    public Task RemoveBanAsync(string subject, CancellationToken cancel) =>
        WriteAsync(context => context.DeviceBans.Where(b => b.Subject == subject).ExecuteDeleteAsync(cancel), cancel);

    private static async Task DeleteAsync(RegistryContext context, string[] names, CancellationToken cancel)
    {
        await context.DeviceCredentials.Where(c => names.Contains(c.Name)).ExecuteDeleteAsync(cancel);
        await context.DeviceSecrets.Where(s => names.Contains(s.Credential)).ExecuteDeleteAsync(cancel);
        await context.DeviceCertificates.Where(c => names.Contains(c.Credential)).ExecuteDeleteAsync(cancel);
    }

    private async Task WriteAsync(Func<RegistryContext, Task> change, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        using var write = await database.EnterWriteAsync(cancel);
        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        await change(context);
        await transaction.CommitAsync(cancel);
    }
}
