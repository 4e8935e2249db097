using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IOC.Testing;

namespace IOC.Access.Tests;

/// <summary>Everything of the room around a store in memory and a clock of the test's.</summary>
internal sealed class Shop : IDisposable
{
    public Shop(Action<AccessOptions>? configure = null, MemoryStore? store = null)
    {
        Options.PasswordRounds = 10_000;
        configure?.Invoke(Options);
        Store = store ?? new MemoryStore();
        Book = new DeviceBook(Store.Load());
        Bans = new BanList(Options, Time);
        Verifier = new SecretVerifier(Options.PasswordThreads, Options.PasswordQueue);
        Door = new DeviceDoor(Book, Verifier, Bans, Time);
        Desk = new DeviceDesk(Store, Book, Bans, Options, Time) { Evict = Evictions.Add };
        Door.NewSecretUsed = c => Desk.RetireAsync(c.Name, default).GetAwaiter().GetResult();
    }

    public ManualTimeProvider Time { get; } = new();

    public AccessOptions Options { get; } = new();

    public MemoryStore Store { get; }

    public DeviceBook Book { get; }

    public BanList Bans { get; }

    public SecretVerifier Verifier { get; }

    public DeviceDoor Door { get; }

    public DeviceDesk Desk { get; }

    public List<Eviction> Evictions { get; } = [];

    public async Task<string> AddAsync(DeviceDraft draft)
    {
        var made = Assert.Single(await Desk.AddAsync([draft], "test", default));
        return made.Problem is null ? made.Secret! : throw new InvalidOperationException(made.Problem.Text.En);
    }

    public Task<string> AddAsync(string name) => AddAsync(new DeviceDraft { Name = name });

    public async Task<LoginAnswer> LoginAsync(string? name, string? secret, string address = "203.0.113.7", string clientId = "c", X509Certificate2? certificate = null, bool vouched = false) =>
        await Door.LoginAsync(
            new LoginAttempt(clientId, name, secret is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(secret), IPAddress.Parse(address), certificate) { CertificateIsVouchedFor = vouched }, default);

    public async Task<LoginOutcome> TryAsync(string? name, string? secret, string address = "203.0.113.7", string clientId = "c") =>
        (await LoginAsync(name, secret, address, clientId)).Outcome;

    public void Dispose()
    {
        Verifier.Dispose();
        Desk.Dispose();
    }
}

internal sealed class MemoryStore : IDeviceStore
{
    public Dictionary<string, DeviceCredential> Credentials { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, DeviceProfile> Profiles { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ManualBan> Bans { get; } = new(StringComparer.Ordinal);

    public bool Fails { get; set; }

    public DeviceState Load() => new([.. Credentials.Values], [.. Profiles.Values], [.. Bans.Values]);

    public Task SaveAsync(IReadOnlyList<DeviceCredential> credentials, CancellationToken cancel) => Do(() =>
    {
        foreach (var credential in credentials)
        {
            Credentials[credential.Name] = credential;
        }
    });

    public Task RemoveAsync(string name, CancellationToken cancel) => Do(() => Credentials.Remove(name));

    public Task SaveProfileAsync(DeviceProfile profile, CancellationToken cancel) => Do(() => Profiles[profile.Name] = profile);

    public Task RemoveProfileAsync(string name, CancellationToken cancel) => Do(() => Profiles.Remove(name));

    public Task SaveBanAsync(ManualBan ban, CancellationToken cancel) => Do(() => Bans[ban.Subject] = ban);

    public Task RemoveBanAsync(string subject, CancellationToken cancel) => Do(() => Bans.Remove(subject));

    private Task Do(Action action)
    {
        if (Fails)
        {
            return Task.FromException(new IOException("The disk is full."));
        }

        action();
        return Task.CompletedTask;
    }
}
