using IOC.Telemetry;

namespace IOC.Access;

/// <summary>The part for profiles and bans.</summary>
public sealed partial class DeviceDesk
{
    /// <summary>Makes or replaces a profile; the connections of its credentials end, so that they ask anew.</summary>
    /// <returns>What is wrong, or null.</returns>
    public async Task<AccessProblem?> SaveProfileAsync(
        string name, LocalText title, IReadOnlyList<string> rules, DeviceLimits limits, string by, CancellationToken cancel)
    {
        if (!Slug.IsValid(name))
        {
            return AccessProblem.Of("bad_name", $"'{name}' không phải là mã hợp lệ (a-z, 0-9, '-', '_').", $"'{name}' is no slug (a-z, 0-9, '-', '_').");
        }

        if (!DraftReader.TryRules(rules, out var read, out var problem) || (problem = Problem(limits)) is not null)
        {
            return problem;
        }

        await _gate.WaitAsync(cancel);
        try
        {
            var now = NowMs;
            var before = book.TryGetProfile(name, out var known) ? known.Audit : null;
            var profile = new DeviceProfile(name, title, read, limits, new Audit(before?.CreatedAtMs ?? now, before?.CreatedBy ?? by, now, by));
            await store.SaveProfileAsync(profile, cancel);
            book.PutProfile(profile);
            EvictProfile(name);
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Removes a profile that no credential has; a built-in one is as it was at first.</summary>
    /// <returns>What is wrong, or null.</returns>
    public async Task<AccessProblem?> RemoveProfileAsync(string name, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (!book.TryGetProfile(name, out var profile))
            {
                return AccessProblem.NotFound(name);
            }

            var builtIn = BuiltInProfiles.All.Any(p => p.Name == name);
            if (builtIn ? profile.Audit is null : book.All.Any(e => e.Credential.Profile == name))
            {
                return AccessProblem.Of(
                    "profile_in_use", $"Hồ sơ '{name}' đang được dùng hoặc là hồ sơ có sẵn.", $"Profile '{name}' is in use, or one that is always there.");
            }

            await store.RemoveProfileAsync(name, cancel);
            book.RemoveProfile(name);
            EvictProfile(name);
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Bans an address, a prefix or a client, and ends its connections.</summary>
    /// <param name="subject">203.0.113.7, 203.0.113.0/24, or client:ID.</param>
    /// <param name="reason">Why.</param>
    /// <param name="duration">How long; null = until it is lifted.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>What is wrong, or null.</returns>
    public async Task<AccessProblem?> BanAsync(string subject, string reason, TimeSpan? duration, string by, CancellationToken cancel)
    {
        if (BanList.Normalise(subject) is not { } plain || duration <= TimeSpan.Zero || reason.Length > MaxNote)
        {
            return AccessProblem.Of(
                "bad_ban", "Cấm một địa chỉ (203.0.113.7), một dải (203.0.113.0/24) hoặc client:MÃ; thời hạn lớn hơn 0.",
                "Ban an address (203.0.113.7), a prefix (203.0.113.0/24) or client:ID, for more than no time.");
        }

        var now = NowMs;
        var ban = new ManualBan(plain, reason, duration is { } d ? now + (long)d.TotalMilliseconds : null, now, by);
        await store.SaveBanAsync(ban, cancel);
        bans.Set(ban);
        Evict?.Invoke(new Eviction((client, address, _) => bans.IsBannedByHand(client, address), ByAdministrator: true));
        return null;
    }

    /// <summary>Lifts a ban, whoever made it.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> LiftAsync(string subject, CancellationToken cancel)
    {
        await store.RemoveBanAsync(subject, cancel);
        return bans.Lift(subject);
    }

    private void EvictProfile(string name) =>
        Evict?.Invoke(new Eviction((_, _, login) => login?.Entry.Credential.Profile == name, ByAdministrator: true));
}
