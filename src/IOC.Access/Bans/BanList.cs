using System.Net;
using System.Net.Sockets;

namespace IOC.Access;

/// <summary>A ban that is in force.</summary>
/// <param name="Subject">Address or prefix; <c>name@address</c>; or <c>client:ID</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="SinceMs">Since when, Unix ms.</param>
/// <param name="UntilMs">Until when; null = until it is lifted.</param>
/// <param name="By">Who made it; null = the failures.</param>
public sealed record Ban(string Subject, string Reason, long SinceMs, long? UntilMs, string? By);

/// <summary>Counts failed logins by name and address and by address, and bans whose failures add up. What is banned is refused
/// before any work is done for it, and counts no further. Memory is bounded: the subjects that failed longest ago are forgotten
/// first. Safe for many threads.</summary>
public sealed class BanList(AccessOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Failures>> _failures = new(StringComparer.Ordinal);
    private readonly LinkedList<Failures> _byAge = new();
    private readonly Dictionary<string, ManualBan> _manual = new(StringComparer.Ordinal);
    private IPNetwork[] _networks = [];

    /// <summary>Logins refused because of a ban.</summary>
    public long Refused { get; private set; }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The form in which a subject is stored, or null when it is no address, prefix or client.</summary>
    public static string? Normalise(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var text = subject.Trim();
        if (text.StartsWith("client:", StringComparison.Ordinal))
        {
            return text.Length > "client:".Length ? text : null;
        }

        return IPAddress.TryParse(text, out var address) ? Plain(address).ToString() : IPNetwork.TryParse(text, out var network) ? network.ToString() : null;
    }

    /// <summary>Whether a login is to be refused.</summary>
    public bool IsBanned(string? name, string clientId, IPAddress? address)
    {
        var now = NowMs;
        lock (_gate)
        {
            if (_failures.Count == 0 && _manual.Count == 0)
            {
                return false;
            }

            var banned = IsBannedByHand(clientId, address, now)
                || (address is not null && (IsBannedNow(AddressKey(address), now) || (name is not null && IsBannedNow(PairKey(name, address), now))));
            Refused += banned ? 1 : 0;
            return banned;
        }
    }

    /// <summary>Counts a failed login.</summary>
    /// <returns>The bans that it led to.</returns>
    public IReadOnlyList<Ban> Fail(string? name, IPAddress? address)
    {
        if (address is null)
        {
            return [];
        }

        var now = NowMs;
        var made = new List<Ban>();
        lock (_gate)
        {
            if (name is not null)
            {
                Count(PairKey(name, address), options.BanFailures, now, made);
            }

            Count(AddressKey(address), options.BanAddressFailures, now, made);
        }

        return made;
    }

    /// <summary>A login was good: the failures of the name from that address are forgotten.</summary>
    public void Succeed(string name, IPAddress? address)
    {
        lock (_gate)
        {
            if (address is not null && _failures.Count > 0)
            {
                Forget(PairKey(name, address));
            }
        }
    }

    /// <summary>All bans in force.</summary>
    public IReadOnlyList<Ban> All()
    {
        var now = NowMs;
        lock (_gate)
        {
            return
            [
                .. _manual.Values.Where(b => b.UntilMs is null || b.UntilMs > now).Select(b => new Ban(b.Subject, b.Reason, b.CreatedAtMs, b.UntilMs, b.CreatedBy)),
                .. _byAge.Where(f => f.BannedUntilMs > now).Select(ToBan),
            ];
        }
    }

    /// <summary>Puts a person's ban in force.</summary>
    public void Set(ManualBan ban)
    {
        ArgumentNullException.ThrowIfNull(ban);
        lock (_gate)
        {
            _manual[ban.Subject] = ban;
            FindNetworks();
        }
    }

    /// <summary>Lifts a ban; false when there is none.</summary>
    public bool Lift(string subject)
    {
        lock (_gate)
        {
            var found = _manual.Remove(subject) | Forget(subject);
            FindNetworks();
            return found;
        }
    }

    /// <summary>Whether a person's ban names this client or address.</summary>
    public bool IsBannedByHand(string clientId, IPAddress? address)
    {
        lock (_gate)
        {
            return IsBannedByHand(clientId, address, NowMs);
        }
    }

    private static string PairKey(string name, IPAddress address) => $"{name}@{Plain(address)}";

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // A host on IPv6 has the whole /64 to come from.
    private static string AddressKey(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(plain))
        {
            return plain.ToString();
        }

        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPNetwork(new IPAddress(bytes), 64).ToString();
    }

    private static Ban ToBan(Failures f) => new(f.Subject, "failed_logins", f.BannedSinceMs, f.BannedUntilMs, By: null);

    private bool IsBannedByHand(string clientId, IPAddress? address, long now)
    {
        if (_manual.Count == 0)
        {
            return false;
        }

        if (Holds("client:" + clientId) || (address is not null && Holds(Plain(address).ToString())))
        {
            return true;
        }

        return address is not null && Array.Exists(_networks, n => n.Contains(Plain(address)) && Holds(n.ToString()));

        bool Holds(string subject) => _manual.TryGetValue(subject, out var ban) && (ban.UntilMs is null || ban.UntilMs > now);
    }

    private void FindNetworks() => _networks = [.. _manual.Keys.Where(k => k.Contains('/', StringComparison.Ordinal) && !k.StartsWith("client:", StringComparison.Ordinal)).Select(IPNetwork.Parse)];

    private bool IsBannedNow(string subject, long now) => _failures.TryGetValue(subject, out var node) && node.Value.BannedUntilMs > now;

    private void Count(string subject, int most, long now, List<Ban> made)
    {
        if (most == 0)
        {
            return;
        }

        if (_failures.TryGetValue(subject, out var node))
        {
            _byAge.Remove(node);
        }
        else
        {
            while (_failures.Count >= options.MaxTrackedFailures)
            {
                Forget(_byAge.First!.Value.Subject);
            }

            node = new LinkedListNode<Failures>(new Failures { Subject = subject, WindowStartMs = now });
            _failures.Add(subject, node);
        }

        _byAge.AddLast(node);
        var failures = node.Value;
        if (now - failures.WindowStartMs > options.BanWindow.TotalMilliseconds)
        {
            failures.WindowStartMs = now;
            failures.Number = 0;
        }

        if (++failures.Number >= most && failures.BannedUntilMs <= now)
        {
            failures.BannedSinceMs = now;
            failures.BannedUntilMs = now + (long)options.BanDuration.TotalMilliseconds;
            failures.Number = 0;
            made.Add(ToBan(failures));
        }
    }

    private bool Forget(string subject)
    {
        if (!_failures.Remove(subject, out var node))
        {
            return false;
        }

        _byAge.Remove(node);
        return true;
    }

    private sealed class Failures
    {
        public required string Subject { get; init; }

        public long WindowStartMs { get; set; }

        public int Number { get; set; }

        public long BannedSinceMs { get; set; }

        public long BannedUntilMs { get; set; }
    }
}
