using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace IOC.Access;

/// <summary>Whom rules are judged for: the values of %c, %u and %s.</summary>
public sealed class AclSubject
{
    private readonly FrozenSet<byte[]> _sensors;

    /// <summary>Makes a subject.</summary>
    /// <param name="clientId">Client identifier of the connection.</param>
    /// <param name="userName">Name of the credential.</param>
    /// <param name="sensors">Its sensors, from <see cref="SensorSet"/>.</param>
    public AclSubject(string clientId, string userName, FrozenSet<byte[]> sensors)
    {
        ClientId = Encoding.UTF8.GetBytes(clientId);
        UserName = Encoding.UTF8.GetBytes(userName);
        _sensors = sensors;
        ClientIdIsPlain = IsPlain(ClientId);
        UserNameIsPlain = IsPlain(UserName);
    }

    internal byte[] ClientId { get; }

    internal byte[] UserName { get; }

    internal bool ClientIdIsPlain { get; }

    internal bool UserNameIsPlain { get; }

    internal bool HasSensors => _sensors.Count > 0;

    /// <summary>A set of sensors that can be asked with a topic's bytes.</summary>
    public static FrozenSet<byte[]> SensorSet(IEnumerable<string> slugs)
    {
        ArgumentNullException.ThrowIfNull(slugs);
        return slugs.Select(Encoding.UTF8.GetBytes).ToFrozenSet(Bytes.Comparer);
    }

    internal bool HasSensor(ReadOnlySpan<byte> slug) => _sensors.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(slug);

    /// <summary>A value with wildcards, levels or a leading $ stands for nothing: rules that use it do not allow, and deny all the more.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> value) =>
        value.Length > 0 && value[0] != (byte)'$' && value.IndexOfAny("+#/\0"u8) < 0;

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Bytes Comparer { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
