using System.Buffers.Binary;
using System.Numerics;

namespace IOC.Ingest.Log;

/// <summary>Constants of the batch format, version 1. docs/log-format.md describes it; never change what a constant here
/// means, add a version.</summary>
internal static class BatchFormat
{
    /// <summary>"IOCB", then the version.</summary>
    public const int HeaderLength = 5;

    /// <summary>Message count, then CRC-32C; both 32-bit little-endian.</summary>
    public const int TrailerLength = 8;

    public const byte Version = 1;

    /// <summary>Head byte of a message: kind.</summary>
    public const int KindMask = 0b0000_0011;

    /// <summary>Head byte: the sensor went online.</summary>
    public const int Online = 0b0000_0100;

    /// <summary>Head byte: every value is followed by its quality.</summary>
    public const int Qualities = 0b0000_1000;

    /// <summary>Head byte: measured at the time of receipt.</summary>
    public const int MeasuredAtReceipt = 0b0001_0000;

    /// <summary>Head byte: bits that version 1 leaves zero.</summary>
    public const int ReservedMask = 0b1110_0000;

    public static ReadOnlySpan<byte> Magic => "IOCB"u8;

    /// <summary>CRC-32C (Castagnoli, as in RFC 3720) of some bytes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
