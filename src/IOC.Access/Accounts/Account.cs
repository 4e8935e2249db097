namespace IOC.Access.Accounts;

/// <summary>A person's account. A working copy: what is in force is in the <see cref="AccountBook"/>, and is never changed in place.</summary>
public sealed class Account
{
    /// <summary>Id; never changes.</summary>
    public required string Id { get; init; }

    /// <summary>Name to sign in with.</summary>
    public required string UserName { get; set; }

    /// <summary>The same in the form that is compared.</summary>
    public string NormalizedUserName { get; set; } = "";

    /// <summary>Name that acts are recorded under; no two accounts have the same.</summary>
    public required string DisplayName { get; set; }

    /// <summary>Who vouches for it where people sign in elsewhere (single sign-on); null = it signs in here, with a password.</summary>
    public ExternalIdentity? External { get; init; }

    /// <summary>What is stored of the password; null until the invitation has been taken up, and for accounts that sign in elsewhere.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Roles, and where they hold.</summary>
    public IReadOnlyList<Grant> Grants { get; set; } = [];

    /// <summary>Nobody can sign in with it.</summary>
    public bool Disabled { get; set; }

    /// <summary>The second factor's secret, encrypted; null = none.</summary>
    public string? TotpSecret { get; set; }

    /// <summary>Whether the second factor was tried out and is asked for.</summary>
    public bool TotpConfirmed { get; set; }

    /// <summary>Time step of the last code that was accepted: none counts twice (RFC 6238, 5.2).</summary>
    public long TotpLastStep { get; set; }

    /// <summary>Hashes of the recovery codes that are left.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];

    /// <summary>When it was made, Unix ms.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>By whom.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When it was changed last, Unix ms.</summary>
    public long ChangedAtMs { get; set; }

    /// <summary>By whom.</summary>
    public string ChangedBy { get; set; } = "";

    /// <summary>When somebody signed in with it last, Unix ms; null = never.</summary>
    public long? LastSignInMs { get; set; }

    /// <summary>What ends with the change for which this working copy was made; stored with it, in one transaction. Null = nothing.</summary>
    public AccountEnds? Ends { get; set; }

    /// <summary>A copy to work on.</summary>
    public Account Copy() => (Account)MemberwiseClone();

    /// <summary>Without anything secret.</summary>
    public override string ToString() => $"{UserName} ({Id})";
}

/// <summary>What ends with a change of an account: its sessions, and the link by which it was changed.</summary>
/// <param name="ButSession">Id of the session that goes on; null = none does.</param>
/// <param name="Link">Hash of the link; null = there was none.</param>
public sealed record AccountEnds(string? ButSession = null, string? Link = null);

/// <summary>A person or program as a provider of sign-in knows it: the subject never changes, and is told apart by the provider only.</summary>
/// <param name="Issuer">The provider: the address by which it calls itself.</param>
/// <param name="Subject">Its name for whom it vouches.</param>
public sealed record ExternalIdentity(string Issuer, string Subject);

/// <summary>A browser that is signed in. What it holds is in no store: only a hash of it.</summary>
public sealed class AccountSession
{
    private long _lastSeenMs;
    private volatile bool _ended;

    /// <summary>Id for lists.</summary>
    public required string Id { get; init; }

    /// <summary>Hash of what the browser holds.</summary>
    public required string Hash { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>When it was made, Unix ms.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When it ends in any case, Unix ms.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>When it was used last, Unix ms; stored now and then.</summary>
    public long LastSeenMs
    {
        get => Volatile.Read(ref _lastSeenMs);
        set => Volatile.Write(ref _lastSeenMs, value);
    }

    /// <summary>Address that signed in.</summary>
    public string Address { get; init; } = "";

    /// <summary>What the browser says it is.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Whether a second factor was shown.</summary>
    public bool SecondFactor { get; init; }

    /// <summary>It opens nothing any more, and is listed only until the store has removed it.</summary>
    public bool Ended
    {
        get => _ended;
        set => _ended = value;
    }

    /// <summary>Whether it is a video wall's: nobody sits there, so it only looks on, whatever its account may, and does not end for want of use.</summary>
    public bool Wall { get; init; }

    /// <summary>Worked out once for the rights that the account has, as with <see cref="ApiToken.Narrowed"/>.</summary>
    internal NarrowedRights? Narrowed { get; set; }

    /// <summary>Whether it lets nobody in any more.</summary>
    /// <param name="nowMs">Now, Unix ms.</param>
    /// <param name="idleMs">Time without use after which a session ends, ms.</param>
    public bool IsOver(long nowMs, long idleMs) => ExpiresAtMs <= nowMs || (!Wall && LastSeenMs + idleMs <= nowMs);
}

/// <summary>A program's way in: some of the permissions of its account.</summary>
public sealed class ApiToken
{
    private long _lastUsedMs;
    private volatile bool _revoked;

    /// <summary>Id for lists.</summary>
    public required string Id { get; init; }

    /// <summary>Hash of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>The account that it acts for.</summary>
    public required string AccountId { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>Permissions; none beyond those of the account counts.</summary>
    public required IReadOnlyList<Permission> Permissions { get; init; }

    /// <summary>Where.</summary>
    public required Scope Scope { get; init; }

    /// <summary>When it was made, Unix ms.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When it ends, Unix ms.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>When it was used last, Unix ms; 0 = never. Stored now and then.</summary>
    public long LastUsedMs
    {
        get => Volatile.Read(ref _lastUsedMs);
        set => Volatile.Write(ref _lastUsedMs, value);
    }

    /// <summary>It opens nothing any more, and is listed only until the store has removed it.</summary>
    public bool Revoked
    {
        get => _revoked;
        set => _revoked = value;
    }

    /// <summary>Worked out once for the rights that the account has: a stream that is open sees by it whether they changed.</summary>
    internal NarrowedRights? Narrowed { get; set; }
}

internal sealed record NarrowedRights(Rights Of, Rights Rights);

/// <summary>What a one-time link is for.</summary>
public enum LinkPurpose
{
    /// <summary>Makes the first administrator, or another one for whoever can read the data folder.</summary>
    Setup = 0,

    /// <summary>Lets the owner of an account that has no password choose one.</summary>
    Invitation = 1,

    /// <summary>Lets the owner of an account choose another password.</summary>
    Reset = 2,
}

/// <summary>A one-time link. What is in it is in no store: only a hash of it.</summary>
/// <param name="Hash">Hash of what is in the link.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="AccountId">Whose; null for <see cref="LinkPurpose.Setup"/>.</param>
/// <param name="CreatedAtMs">When it was made, Unix ms.</param>
/// <param name="ExpiresAtMs">When it ends, Unix ms.</param>
/// <param name="CreatedBy">Who made it.</param>
public sealed record AccountLink(string Hash, LinkPurpose Purpose, string? AccountId, long CreatedAtMs, long ExpiresAtMs, string CreatedBy);

/// <summary>A name or an address that has failed to sign in too often.</summary>
/// <param name="Key">Hash of the name or address: what people mistype as their name may be a password.</param>
/// <param name="Failures">How often it failed.</param>
/// <param name="LastMs">When it failed last, Unix ms.</param>
/// <param name="UntilMs">Until when it is not let in, Unix ms.</param>
public sealed record SignInLock(string Key, int Failures, long LastMs, long UntilMs);
