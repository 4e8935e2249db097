using IOC.Telemetry;

namespace IOC.Access;

/// <summary>Which connections are to end.</summary>
/// <param name="Which">Judges a connection by its client identifier and login; the login is null for nobody's.</param>
/// <param name="ByAdministrator">Whether somebody decided so; otherwise the credential is not valid any more.</param>
/// <param name="EndSessionsOf">A credential whose stored sessions end as well.</param>
public sealed record Eviction(Func<string, System.Net.IPAddress?, DeviceLogin?, bool> Which, bool ByAdministrator, string? EndSessionsOf = null);

/// <summary>What became of one draft.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Credential">The credential; null when there is a problem.</param>
/// <param name="Secret">Its secret, told only here; null when it has none.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record DeviceMade(string Name, DeviceCredential? Credential, string? Secret, AccessProblem? Problem)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Name}: {Problem?.Code ?? "made"}";
}

/// <summary>Makes and changes credentials, profiles and bans: one at a time, stored first, then in force, then the connections that
/// it takes away are ended.</summary>
public sealed partial class DeviceDesk(IDeviceStore store, DeviceBook book, BanList bans, AccessOptions options, TimeProvider time) : IDisposable
{
    private const int MaxNote = 1000;
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Told which connections are to end.</summary>
    public Action<Eviction>? Evict { get; set; }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>Makes credentials: those without a problem, in one transaction. A dry run only tells the problems.</summary>
    public async Task<IReadOnlyList<DeviceMade>> AddAsync(IReadOnlyList<DeviceDraft> drafts, string by, CancellationToken cancel, bool dryRun = false)
    {
        ArgumentNullException.ThrowIfNull(drafts);
        await _gate.WaitAsync(cancel);
        try
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            var certificates = new HashSet<DeviceCertificate>();
            var made = drafts.Select(d => Make(d, by, names, certificates, dryRun)).ToList();
            if (dryRun)
            {
                return made.ConvertAll(m => m with { Secret = null });
            }

            DeviceCredential[] good = [.. made.Select(m => m.Credential).OfType<DeviceCredential>()];
            await store.SaveAsync(good, cancel);
            Array.ForEach(good, book.Put);
            return made;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives a credential a new secret; the one before stays valid as <paramref name="rotation"/> says, and older ones are void.</summary>
    public async Task<DeviceMade> RotateAsync(string name, Rotation rotation, string by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        await _gate.WaitAsync(cancel);
        try
        {
            if (!book.TryGet(name, out var entry))
            {
                return new DeviceMade(name, null, null, AccessProblem.NotFound(name));
            }

            if (rotation.Secret is not null && DraftReader.CheckSecret(rotation.Secret, rotation.SecretIsRandom) is { } problem)
            {
                return new DeviceMade(name, null, null, problem);
            }

            if (rotation.Grace < TimeSpan.Zero || rotation.Grace > TimeSpan.FromDays(365))
            {
                return new DeviceMade(name, null, null, AccessProblem.Of("bad_grace", "Thời gian chuyển tiếp từ 0 đến 365 ngày.", "The grace is 0 to 365 days."));
            }

            var now = NowMs;
            var grace = rotation.Grace ?? options.RotationGrace;
            var secrets = entry.Credential.Secrets;
            var current = secrets.Where(s => !s.IsVoid(now)).MaxBy(s => s.Number);
            var text = rotation.Secret ?? Secrets.Generate();
            var next = new DeviceSecret(secrets.Select(s => s.Number).DefaultIfEmpty().Max() + 1, Hash(text, rotation.Secret is null || rotation.SecretIsRandom), now, by);
            var kept = current is null || grace == TimeSpan.Zero ? [] : new[] { current.Until(now + (long)grace.TotalMilliseconds, rotation.UntilUsed) };
            var changed = entry.Credential with { Secrets = [.. kept, next], Audit = entry.Credential.Audit with { ChangedAtMs = now, ChangedBy = by } };
            await PutAsync(changed, cancel);
            EvictVoid(name, byAdministrator: false);
            return new DeviceMade(name, changed, text, null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes a credential. Its connections end when their rights change, so that what they were granted is asked for anew.</summary>
    public async Task<DeviceMade> ChangeAsync(string name, DeviceChange change, string by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _gate.WaitAsync(cancel);
        try
        {
            if (!book.TryGet(name, out var entry))
            {
                return new DeviceMade(name, null, null, AccessProblem.NotFound(name));
            }

            if (!TryApply(entry.Credential, change, by, out var changed, out var problem))
            {
                return new DeviceMade(name, null, null, problem);
            }

            await PutAsync(changed!, cancel);
            if (change is not { Note: not null, Profile: null, Sensors: null, Rules: null, Limits: null, Fingerprints: null, Subjects: null, Disabled: null, ExpiresAtMs: null })
            {
                Evict?.Invoke(new Eviction((_, _, login) => login?.Entry.Credential.Name == name, ByAdministrator: true));
            }

            return new DeviceMade(name, changed, null, null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Removes a credential, its connections and its stored sessions.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (!book.TryGet(name, out _))
            {
                return false;
            }

            await store.RemoveAsync(name, cancel);
            book.Remove(name);
            Evict?.Invoke(new Eviction((_, _, login) => login?.Entry.Credential.Name == name, ByAdministrator: false, name));
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends connections whose secret or credential has become void with time, and drops such secrets. To be called now and then.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        var now = NowMs;
        foreach (var entry in book.All)
        {
            if (entry.Credential.Secrets.Any(s => s.IsVoid(now)))
            {
                await DropVoidAsync(entry.Credential.Name, cancel);
            }
            else if (entry.Credential.ExpiresAtMs <= now)
            {
                var name = entry.Credential.Name;
                Evict?.Invoke(new Eviction((_, _, login) => login?.Entry.Credential.Name == name, ByAdministrator: false));
            }
        }
    }

    /// <summary>The newest secret of a credential was used: those that waited for that are void.</summary>
    public async Task RetireAsync(string name, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (book.TryGet(name, out var entry) && entry.Credential.Secrets.Any(s => s.UntilNextUsed))
            {
                await PutAsync(entry.Credential with { Secrets = [.. entry.Credential.Secrets.Where(s => !s.UntilNextUsed)] }, cancel);
                EvictVoid(name, byAdministrator: false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task DropVoidAsync(string name, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var now = NowMs;
            if (book.TryGet(name, out var entry))
            {
                await PutAsync(entry.Credential with { Secrets = [.. entry.Credential.Secrets.Where(s => !s.IsVoid(now))] }, cancel);
                EvictVoid(name, byAdministrator: false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task PutAsync(DeviceCredential credential, CancellationToken cancel)
    {
        await store.SaveAsync([credential], cancel);
        book.Put(credential);
    }

    private void EvictVoid(string name, bool byAdministrator)
    {
        var now = NowMs;
        Evict?.Invoke(new Eviction(
            (_, _, login) => login?.Entry.Credential.Name == name
                && !(book.TryGet(name, out var current) && DeviceDoor.IsStillGood(current.Credential, login.SecretNumber, login.Certificate, now)),
            byAdministrator));
    }

    private SecretHash Hash(string secret, bool isRandom) => isRandom ? SecretHash.OfGenerated(secret) : SecretHash.OfChosen(secret, options.PasswordRounds);

    private DeviceMade Make(DeviceDraft draft, string by, HashSet<string> names, HashSet<DeviceCertificate> taken, bool dryRun)
    {
        var problem = CheckDraft(draft, names);
        IReadOnlyList<AclRule> rules = [];
        IReadOnlyList<DeviceCertificate> certificates = [];
        if (problem is null && DraftReader.TryRules(draft.Rules ?? [], out rules, out problem))
        {
            DraftReader.TryCertificates(draft.Fingerprints ?? [], draft.Subjects ?? [], out certificates, out problem);
        }

        problem ??= CheckCertificates(draft.Name, certificates, taken);
        if (problem is not null)
        {
            return new DeviceMade(draft.Name, null, null, problem);
        }

        var now = NowMs;
        var secret = draft.WithoutSecret ? null : draft.Secret ?? Secrets.Generate();
        var credential = new DeviceCredential
        {
            Name = draft.Name,
            Profile = draft.Profile ?? BuiltInProfiles.Default,
            Sensors = draft.Sensors ?? (Slug.IsValid(draft.Name) ? [draft.Name] : []),
            Rules = rules,
            Limits = draft.Limits ?? new DeviceLimits(),
            Disabled = draft.Disabled,
            ExpiresAtMs = draft.ExpiresAtMs,
            Note = draft.Note,
            Secrets = secret is null ? [] : [new DeviceSecret(1, Hash(secret, dryRun || draft.Secret is null || draft.SecretIsRandom), now, by)],
            Certificates = certificates,
            Audit = new Audit(now, by, now, by),
        };
        names.Add(draft.Name);
        return new DeviceMade(draft.Name, credential, secret, null);
    }

    private AccessProblem? CheckDraft(DeviceDraft draft, HashSet<string> names)
    {
        if (!DeviceCredential.IsName(draft.Name))
        {
            return AccessProblem.Of(
                "bad_name", $"Tên '{draft.Name}' phải có 1 đến 64 ký tự A-Z, a-z, 0-9, '.', '_', '-', ':', '@', bắt đầu bằng chữ hoặc số.",
                $"Name '{draft.Name}' must have 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-', ':', '@', beginning with a letter or digit.");
        }

        if (names.Contains(draft.Name) || book.TryGet(draft.Name, out _))
        {
            return AccessProblem.Of("exists", $"Đã có '{draft.Name}'.", $"There is a '{draft.Name}' already.");
        }

        if (draft.WithoutSecret && draft.Fingerprints is not { Count: > 0 } && draft.Subjects is not { Count: > 0 })
        {
            return AccessProblem.Of("no_secret", "Cần mật khẩu hoặc chứng thư.", "It needs a secret or a certificate.");
        }

        return CheckProfile(draft.Profile) ?? CheckNote(draft.Note) ?? DraftReader.CheckSensors(draft.Sensors ?? [])
            ?? Problem(draft.Limits) ?? (draft.Secret is { } secret ? DraftReader.CheckSecret(secret, draft.SecretIsRandom) : null);
    }

    private AccessProblem? CheckProfile(string? profile) => profile is null || book.TryGetProfile(profile, out _)
        ? null
        : AccessProblem.Of("no_profile", $"Không có hồ sơ quyền '{profile}'.", $"There is no profile '{profile}'.");

    private static AccessProblem? CheckNote(string? note) => note?.Length > MaxNote
        ? AccessProblem.Of("bad_note", $"Ghi chú tối đa {MaxNote} ký tự.", $"A note has {MaxNote} characters at most.")
        : null;

    private static AccessProblem? Problem(DeviceLimits? limits) => limits?.Problem() is { } text ? new AccessProblem("bad_limit", text) : null;

    private AccessProblem? CheckCertificates(string name, IReadOnlyList<DeviceCertificate> certificates, HashSet<DeviceCertificate> taken)
    {
        foreach (var certificate in certificates)
        {
            if (!taken.Add(certificate) || (book.TryFind(certificate, out var other) && other.Credential.Name != name))
            {
                return AccessProblem.Of(
                    "certificate_taken", $"Chứng thư '{certificate.Value}' đã thuộc về thiết bị khác.", $"Certificate '{certificate.Value}' belongs to another credential.");
            }
        }

        return null;
    }

    private bool TryApply(DeviceCredential before, DeviceChange change, string by, out DeviceCredential? changed, out AccessProblem? problem)
    {
        changed = null;
        var rules = before.Rules;
        var certificates = before.Certificates;
        problem = CheckProfile(change.Profile) ?? CheckNote(change.Note) ?? DraftReader.CheckSensors(change.Sensors ?? []) ?? Problem(change.Limits);
        if (problem is not null || (change.Rules is not null && !DraftReader.TryRules(change.Rules, out rules, out problem)))
        {
            return false;
        }

        if (change.Fingerprints is not null || change.Subjects is not null)
        {
            var fingerprints = change.Fingerprints ?? [.. before.Certificates.Where(c => c.Binding == CertificateBinding.Fingerprint).Select(c => c.Value)];
            var subjects = change.Subjects ?? [.. before.Certificates.Where(c => c.Binding == CertificateBinding.Subject).Select(c => c.Value)];
            if (!DraftReader.TryCertificates(fingerprints, subjects, out certificates, out problem)
                || (problem = CheckCertificates(before.Name, certificates, [])) is not null)
            {
                return false;
            }
        }

        changed = before with
        {
            Profile = change.Profile ?? before.Profile,
            Sensors = change.Sensors ?? before.Sensors,
            Rules = rules,
            Limits = change.Limits ?? before.Limits,
            Certificates = certificates,
            Disabled = change.Disabled ?? before.Disabled,
            ExpiresAtMs = change.ExpiresAtMs is { } expiry ? (expiry == 0 ? null : expiry) : before.ExpiresAtMs,
            Note = change.Note is { } note ? (note.Length == 0 ? null : note) : before.Note,
            Audit = before.Audit with { ChangedAtMs = NowMs, ChangedBy = by },
        };
        return true;
    }
}
