using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IOC.Access.Auditing;

/// <summary>
/// The chain of the audit: the hash of an entry is SHA-256 over the hash before it (32 bytes, zeros for the first), the entry's number and
/// its fields. So whoever changes, removes, adds or moves an entry has to change the hashes of all after it, and the last one is told elsewhere
/// (the host's log, exports).
/// </summary>
/// <remarks>Numbers are 8 bytes, big-endian; a text is its length in bytes of UTF-8 (4 bytes, big-endian; -1 for one that is absent), then
/// those. The order is that of the fields of <see cref="AuditEntry"/>, behind the number. docs/audit.md says the same for whoever writes a
/// verifier of their own.</remarks>
public static class AuditChain
{
    private static readonly string s_first = new('0', 64);

    /// <summary>The hash that stands before the first entry.</summary>
    public static string First => s_first;

    /// <summary>The hash of an entry.</summary>
    /// <param name="before">Hash of the entry before it, or <see cref="First"/>.</param>
    /// <param name="number">Its number.</param>
    /// <param name="entry">The entry.</param>
    /// <exception cref="FormatException"><paramref name="before"/> is no hash.</exception>
    public static string HashOf(string before, long number, AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(before));
        Add(hash, number);
        Add(hash, entry.AtMs);
        Add(hash, entry.Who);
        Add(hash, entry.AccountId);
        Add(hash, entry.By);
        Add(hash, entry.KeyId);
        Add(hash, entry.Address);
        Add(hash, entry.Action);
        Add(hash, entry.Target);
        Add(hash, (long)entry.Status);
        Add(hash, entry.Detail);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Checks a chain from its first entry on.</summary>
    /// <param name="records">All entries, in order.</param>
    /// <param name="cancel">Stops it.</param>
    public static AuditVerdict Verify(IEnumerable<AuditRecord> records, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        var (before, last) = (First, 0L);
        foreach (var record in records)
        {
            cancel.ThrowIfCancellationRequested();
            if (record.Number != last + 1)
            {
                return new AuditVerdict(last, before, last + 1, AuditFault.Missing);
            }

            if (!string.Equals(HashOf(before, record.Number, record.Entry), record.Hash, StringComparison.Ordinal))
            {
                return new AuditVerdict(last, before, record.Number, AuditFault.Changed);
            }

            (before, last) = (record.Hash, record.Number);
        }

        return new AuditVerdict(last, before, null, null);
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

/// <summary>What is wrong with a chain.</summary>
public enum AuditFault
{
    /// <summary>An entry is not there.</summary>
    Missing = 1,

    /// <summary>An entry is not what it was, or the one before it is not.</summary>
    Changed = 2,
}

/// <summary>What a check of the chain found.</summary>
/// <param name="Good">Number of the last entry that is as it was written.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Wrong">Number of the first entry that is not; null when all are.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record AuditVerdict(long Good, string Hash, long? Wrong, AuditFault? Fault)
{
    /// <summary>Whether all is as it was written.</summary>
    public bool IsWhole => Wrong is null;
}
