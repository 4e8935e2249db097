using IOC.Access;
using IOC.Telemetry;

namespace IOC.Registry.Tests;

public abstract class DeviceStoreTests(RegistryStoreKind kind) : IDisposable
{
    private readonly TestRegistry _home = TestRegistry.Of(kind);

    [Fact]
    public async Task Everything_is_there_after_the_database_is_closed_and_opened_again()
    {
        using (var database = Open())
        {
            var store = new DeviceStore(database);
            await store.SaveAsync([Full("a"), Plain("b"), Plain("gone")], default);
            await store.SaveAsync([Plain("b") with { Note = "second" }], default);
            await store.RemoveAsync("gone", default);
            await store.SaveProfileAsync(Profile(["allow all x/#"]), default);
            await store.SaveProfileAsync(Profile(["allow publish p/%u", "deny retain #"]), default);
            await store.SaveBanAsync(new ManualBan("198.51.100.0/24", "scan", null, 5, "me"), default);
            await store.SaveBanAsync(new ManualBan("client:x", "broken", 99, 5, "me"), default);
            await store.RemoveBanAsync("client:x", default);
        }

        using var again = Open();
        var state = new DeviceStore(again).Load();
        var a = state.Credentials.Single(c => c.Name == "a");
        var expected = Full("a");
        Assert.Equal((expected.Limits, expected.Audit, expected.Disabled, expected.ExpiresAtMs, expected.Note), (a.Limits, a.Audit, a.Disabled, a.ExpiresAtMs, a.Note));
        Assert.Equal(expected.Sensors, a.Sensors);
        Assert.Equal(expected.Rules.Select(r => r.ToString()), a.Rules.Select(r => r.ToString()));
        Assert.Equal(expected.Certificates.ToHashSet(), a.Certificates.ToHashSet());
        Assert.Equal([(1, 77L, true), (2, null, false)], a.Secrets.Select(s => (s.Number, s.ExpiresAtMs, s.UntilNextUsed)));
        Assert.Equal("second", state.Credentials.Single(c => c.Name == "b").Note);
        Assert.Equal(2, state.Credentials.Count);
        Assert.Equal(["allow publish p/%u", "deny retain #"], Assert.Single(state.Profiles).Rules.Select(r => r.ToString()));
        Assert.Equal(new ManualBan("198.51.100.0/24", "scan", null, 5, "me"), Assert.Single(state.Bans));
        using var verifier = new SecretVerifier(1, 1);
        Assert.Equal(SecretVerdict.Right, await verifier.VerifyAsync(a.Secrets[1], "the second secret"u8.ToArray(), default));
    }

    [Fact]
    public async Task A_certificate_of_two_credentials_changes_nothing()
    {
        using var database = Open();
        var store = new DeviceStore(database);
        await store.SaveAsync([Full("a")], default);
        await Assert.ThrowsAnyAsync<Exception>(() => store.SaveAsync([Plain("b"), Full("c")], default));
        Assert.Equal("a", Assert.Single(store.Load().Credentials).Name);
    }

    [Fact]
    public async Task A_city_of_credentials_is_one_transaction()
    {
        using var database = Open();
        var store = new DeviceStore(database);
        await store.SaveAsync([.. Enumerable.Range(0, 3000).Select(i => Plain($"dev-{i}"))], default);
        Assert.Equal(3000, store.Load().Credentials.Count);
    }

    public void Dispose()
    {
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    private static DeviceCredential Plain(string name) => new()
    {
        Name = name,
        Profile = "device",
        Secrets = [new DeviceSecret(1, SecretHash.OfGenerated("x"), 1, "me")],
        Audit = new Audit(1, "me", 2, "you"),
    };

    private static DeviceCredential Full(string name) => Plain(name) with
    {
        Sensors = ["air-1", "air-2"],
        Rules = [Rule("allow publish x/%c"), Rule("deny subscribe y/#")],
        Limits = new DeviceLimits
        {
            MaxConnections = 1,
            PublishesPerSecond = 2.5,
            BytesPerSecond = 3,
            ConnectionPublishesPerSecond = 4,
            ConnectionBytesPerSecond = 5,
            MaxPacketSize = 600,
            MaxInFlight = 7,
            MaxSubscriptions = 8,
        },
        Disabled = true,
        ExpiresAtMs = 9,
        Note = "ghi chú",
        Secrets =
        [
            new DeviceSecret(1, SecretHash.OfGenerated("first"), 1, "me", 77, untilNextUsed: true),
            new DeviceSecret(2, SecretHash.OfChosen("the second secret", 10_000), 2, "you"),
        ],
        Certificates = [new DeviceCertificate(CertificateBinding.Fingerprint, new string('A', 64)), new DeviceCertificate(CertificateBinding.Subject, "air-1")],
    };

    private static DeviceProfile Profile(string[] rules) =>
        new("pumps", new LocalText("Bơm", "Pumps"), [.. rules.Select(Rule)], new DeviceLimits { MaxConnections = 3 }, new Audit(1, "me", 2, "you"));

    private static AclRule Rule(string text) => AclRule.TryParse(text, out var rule, out _) ? rule : throw new InvalidOperationException(text);

    private RegistryDatabase Open() => _home.Open();
}
