namespace IOC.Access.Accounts;

/// <summary>How failures to sign in slow down the next tries.</summary>
/// <param name="FreeTries">Failures of a name, or of an address, that cost nothing.</param>
/// <param name="FirstDelay">Wait after the next failure; each further one doubles it.</param>
/// <param name="LongestDelay">Longest wait.</param>
/// <param name="Memory">Time without a failure after which all is forgotten.</param>
public sealed record SignInDelays(int FreeTries, TimeSpan FirstDelay, TimeSpan LongestDelay, TimeSpan Memory);

/// <summary>
/// Counts failures to sign in, by name and by address, and makes each wait longer than the one before. A name is counted whether there is
/// such an account or not, so that nobody learns from it which there are. Nobody is locked out for good: whoever knows a
/// name could lock its owner out. Thread-safe.
/// </summary>
public sealed class SignInGuard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SignInLock> _locks = new(StringComparer.Ordinal);
    private readonly SignInDelays _names;
    private readonly SignInDelays _addresses;
    private readonly TimeProvider _time;
    private readonly int _most;

    /// <summary>Makes a guard.</summary>
    /// <param name="names">For names.</param>
    /// <param name="addresses">For addresses: many people may come from one.</param>
    /// <param name="known">What is stored.</param>
    /// <param name="time">The clock.</param>
    /// <param name="most">Most names and addresses that are remembered.</param>
    public SignInGuard(SignInDelays names, SignInDelays addresses, IEnumerable<SignInLock> known, TimeProvider time, int most = 100_000)
    {
        ArgumentNullException.ThrowIfNull(known);
        (_names, _addresses, _time, _most) = (names, addresses, time, most);
        foreach (var one in known)
        {
            _locks[one.Key] = one;
        }
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The key of a name.</summary>
    public static string KeyOfName(string normalizedName) => AccountKeys.HashOf($"name {normalizedName}");

    /// <summary>The key of an address.</summary>
    public static string KeyOfAddress(string address) => AccountKeys.HashOf($"address {address}");

    /// <summary>How long a name from an address has to wait; zero = not at all.</summary>
    public TimeSpan WaitOf(string normalizedName, string address)
    {
        lock (_gate)
        {
            var until = Math.Max(UntilOf(KeyOfName(normalizedName)), UntilOf(KeyOfAddress(address)));
            return TimeSpan.FromMilliseconds(Math.Max(0, until - NowMs));
        }
    }

    /// <summary>How long an address has to wait that gives no name; zero = not at all.</summary>
    public TimeSpan WaitOf(string address)
    {
        lock (_gate)
        {
            return TimeSpan.FromMilliseconds(Math.Max(0, UntilOf(KeyOfAddress(address)) - NowMs));
        }
    }

    /// <summary>Until when a name has to wait, Unix ms; null = it has not.</summary>
    public long? LockedUntil(string normalizedName)
    {
        lock (_gate)
        {
            return UntilOf(KeyOfName(normalizedName)) is var until && until > NowMs ? until : null;
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>What has to be stored: those that have to wait from now on.</returns>
    public IReadOnlyList<SignInLock> Fail(string normalizedName, string address)
    {
        lock (_gate)
        {
            SignInLock[] both = [Fail(KeyOfName(normalizedName), _names), Fail(KeyOfAddress(address), _addresses)];
            return [.. both.Where(one => one.UntilMs > NowMs)];
        }
    }

    /// <summary>Counts a failure of an address that gave no name. It is not to be stored: what it guards against ends with the host.</summary>
    public void Fail(string address)
    {
        lock (_gate)
        {
            Fail(KeyOfAddress(address), _addresses);
        }
    }

    /// <summary>Forgets a name's failures: somebody has signed in with it, or an administrator says so. An address's stay.</summary>
    /// <returns>What has to be removed from the store; empty when there is nothing.</returns>
    public IReadOnlyList<string> Forgive(string normalizedName)
    {
        lock (_gate)
        {
            var key = KeyOfName(normalizedName);
            return _locks.Remove(key, out var former) && former.UntilMs > 0 ? [key] : [];
        }
    }

    /// <summary>Forgets what is old enough.</summary>
    /// <returns>What has to be removed from the store.</returns>
    public IReadOnlyList<string> Sweep()
    {
        lock (_gate)
        {
            var memory = (long)Math.Max(_names.Memory.TotalMilliseconds, _addresses.Memory.TotalMilliseconds);
            SignInLock[] old = [.. _locks.Values.Where(one => Math.Max(one.LastMs, one.UntilMs) + memory < NowMs)];
            foreach (var one in old)
            {
                _locks.Remove(one.Key);
            }

            return [.. old.Where(one => one.UntilMs > 0).Select(one => one.Key)];
        }
    }

    private long UntilOf(string key) => _locks.TryGetValue(key, out var held) ? held.UntilMs : 0;

    private SignInLock Fail(string key, SignInDelays delays)
    {
        var now = NowMs;
        var failures = 1 + (_locks.TryGetValue(key, out var former) && now - Math.Max(former.LastMs, former.UntilMs) <= (long)delays.Memory.TotalMilliseconds ? former.Failures : 0);
        var over = failures - delays.FreeTries;
        var wait = over <= 0 ? 0 : (long)Math.Min(delays.FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(over - 1, 30)), delays.LongestDelay.TotalMilliseconds);
        var held = new SignInLock(key, failures, now, wait > 0 ? now + wait : 0);
        if (former is null && _locks.Count >= _most)
        {
            _locks.Remove(_locks.Values.MinBy(one => Math.Max(one.LastMs, one.UntilMs))!.Key);
        }

        _locks[key] = held;
        return held;
    }
}
