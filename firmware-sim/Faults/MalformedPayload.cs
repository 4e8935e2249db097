using System.Buffers;
using System.Text;

namespace IOC.FirmwareSim.Faults;

/// <summary>Ways in which a payload can be no valid message.</summary>
internal enum MalformedForm
{
    /// <summary>Cut off in the middle, as by a full buffer.</summary>
    Truncated,

    /// <summary>A diagnostic text of the firmware.</summary>
    Text,

    /// <summary>A number that JSON does not have.</summary>
    NotANumber,

    /// <summary>A value as text.</summary>
    WrongType,

    /// <summary>Bytes that are no UTF-8.</summary>
    Binary,
}

/// <summary>Spoils payloads.</summary>
internal static class MalformedPayload
{
    /// <summary>Number of forms.</summary>
    public const int Forms = 5;

    /// <summary>Writes a spoilt version of a good payload.</summary>
    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> good, MalformedForm form, string property, long unixMs)
    {
        switch (form)
        {
            case MalformedForm.Truncated:
                to.Write(good[..(good.Length * 2 / 3)]);
                break;
            case MalformedForm.Text:
                to.Write("ERR 17: sensor bus timeout\r\n"u8);
                break;
            case MalformedForm.NotANumber:
                to.Write(Encoding.UTF8.GetBytes($"{{\"ts\":{unixMs},\"v\":{{\"{property}\":nan}}}}"));
                break;
            case MalformedForm.WrongType:
                to.Write(Encoding.UTF8.GetBytes($"{{\"ts\":{unixMs},\"v\":{{\"{property}\":\"--\"}}}}"));
                break;
            default:
                to.Write<byte>([0x7E, 0xFF, 0xFE, 0x03, 0xC3, 0x28, 0x00, 0x7E]);
                break;
        }
    }
}
