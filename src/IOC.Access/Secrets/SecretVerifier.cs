using System.Security.Cryptography;

namespace IOC.Access;

/// <summary>What a check of a secret found.</summary>
public enum SecretVerdict
{
    /// <summary>It is the secret.</summary>
    Right,

    /// <summary>It is not.</summary>
    Wrong,

    /// <summary>Too many wait to be checked.</summary>
    Busy,
}

/// <summary>Checks secrets at a bounded cost. A chosen secret is stretched once in the life of the process for each credential, on few
/// threads; from then on a login with it costs one keyed hash, whose key no file holds. So a fleet that comes back at once
/// is let in at once, and guessing costs the guesser's place in the queue.</summary>
/// <param name="threads">Stretchings at once.</param>
/// <param name="queue">Stretchings that may wait.</param>
public sealed class SecretVerifier(int threads, int queue) : IDisposable
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim _turn = new(threads, threads);
    private int _waiting;
    private long _stretched;

    /// <summary>Secrets stretched since the start.</summary>
    public long Stretched => Volatile.Read(ref _stretched);

    /// <summary>Checks a secret against one that is stored.</summary>
    public ValueTask<SecretVerdict> VerifyAsync(DeviceSecret stored, ReadOnlyMemory<byte> secret, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (secret.Length > Secrets.MaxBytes)
        {
            return ValueTask.FromResult(SecretVerdict.Wrong);
        }

        if (stored.Hash.IsCheap)
        {
            return ValueTask.FromResult(stored.Hash.IsOf(secret.Span) ? SecretVerdict.Right : SecretVerdict.Wrong);
        }

        if (IsKnown(stored, secret.Span))
        {
            return ValueTask.FromResult(SecretVerdict.Right);
        }

        return StretchAsync(stored, secret, cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _turn.Dispose();
    }

    private async ValueTask<SecretVerdict> StretchAsync(DeviceSecret stored, ReadOnlyMemory<byte> secret, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > queue)
        {
            Interlocked.Decrement(ref _waiting);
            return SecretVerdict.Busy;
        }

        try
        {
            await _turn.WaitAsync(cancel);
            try
            {
                // The same device may have been let in while this one waited.
                return IsKnown(stored, secret.Span) || await Task.Run(() => Stretch(stored, secret), cancel) ? SecretVerdict.Right : SecretVerdict.Wrong;
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private bool Stretch(DeviceSecret stored, ReadOnlyMemory<byte> secret)
    {
        Interlocked.Increment(ref _stretched);
        if (!stored.Hash.IsOf(secret.Span))
        {
            return false;
        }

        var tag = new byte[HMACSHA256.HashSizeInBytes];
        Tag(stored, secret.Span, tag);
        stored.VerifiedTag = tag;
        return true;
    }

    private bool IsKnown(DeviceSecret stored, ReadOnlySpan<byte> secret)
    {
        if (stored.VerifiedTag is not { } known)
        {
            return false;
        }

        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Tag(stored, secret, tag);
        return CryptographicOperations.FixedTimeEquals(tag, known);
    }

    private void Tag(DeviceSecret stored, ReadOnlySpan<byte> secret, Span<byte> tag)
    {
        var salt = stored.Hash.Salt;
        Span<byte> input = stackalloc byte[salt.Length + secret.Length];
        salt.CopyTo(input);
        secret.CopyTo(input[salt.Length..]);
        HMACSHA256.HashData(_key, input, tag);
        CryptographicOperations.ZeroMemory(input);
    }
}
