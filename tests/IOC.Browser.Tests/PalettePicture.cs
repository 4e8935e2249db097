using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace IOC.Browser.Tests;

/// <summary>Makes a picture of a page small enough to be kept with the documentation: 96 colours, the most frequent ones, are plenty for lines and letters.
/// PNG as in its specification (W3C, third edition), 8 bits a channel and not interlaced, which is how the browser writes it.</summary>
internal static class PalettePicture
{
    private const int Colours = 96;

    // Up to this many colours are taken for being unlike the others: by the square of their distance, and at least so many pixels of each.
    private const int Distinct = 32;
    private const int Unlike = 40 * 40;
    private const int LeastPixels = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The same picture with a palette.</summary>
    /// <exception cref="InvalidDataException">It is no PNG as above.</exception>
    public static byte[] Shrink(byte[] png)
    {
        var (width, height, pixels) = Read(png);
        var palette = PaletteOf(pixels);
        var nearest = new Dictionary<int, byte>();
        var rows = new byte[height * (width + 1)];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var colour = pixels[(y * width) + x];
                if (!nearest.TryGetValue(colour, out var index))
                {
                    nearest[colour] = index = Nearest(palette, colour);
                }

                rows[(y * (width + 1)) + x + 1] = index;
            }
        }

        return Write(width, height, palette, rows);
    }

    private static int[] PaletteOf(int[] pixels)
    {
        var counts = new Dictionary<int, int>();
        foreach (var colour in pixels)
        {
            counts[colour] = counts.GetValueOrDefault(colour) + 1;
        }

        // Signs are small, and their colours mean something: first what is unlike all that is there already, then whatever fills most of the picture.
        var frequent = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => c.Key).ToList();
        var chosen = new List<int>();
        foreach (var colour in frequent.TakeWhile(c => counts[c] >= LeastPixels))
        {
            if (chosen.Count < Distinct && chosen.TrueForAll(c => Distance(c, colour) > Unlike))
            {
                chosen.Add(colour);
            }
        }

        return [.. chosen.Union(frequent).Take(Colours)];
    }

    private static int Distance(int a, int b)
    {
        var (red, green, blue) = ((a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255));
        return (red * red) + (green * green) + (blue * blue);
    }

    private static byte Nearest(int[] palette, int colour)
    {
        var (best, least) = (0, int.MaxValue);
        for (var i = 0; i < palette.Length; i++)
        {
            var distance = Distance(palette[i], colour);
            if (distance < least)
            {
                (best, least) = (i, distance);
            }
        }

        return (byte)best;
    }

    private static (int Width, int Height, int[] Pixels) Read(byte[] png)
    {
        if (!png.AsSpan().StartsWith(Signature))
        {
            throw new InvalidDataException("not a PNG");
        }

        var (width, height, channels) = (0, 0, 0);
        using var data = new MemoryStream();
        for (var at = Signature.Length; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 8, length);
            switch (Encoding.ASCII.GetString(png, at + 4, 4))
            {
                case "IHDR":
                    (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                    channels = (body[8], body[9], body[12]) switch { (8, 2, 0) => 3, (8, 6, 0) => 4, _ => throw new InvalidDataException("another kind of PNG") };
                    break;
                case "IDAT":
                    data.Write(body);
                    break;
            }

            at += length + 12;
        }

        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        return (width, height, Unfilter(inflated, width, height, channels));
    }

    private static int[] Unfilter(Stream rows, int width, int height, int channels)
    {
        var pixels = new int[width * height];
        var (row, above) = (new byte[width * channels], new byte[width * channels]);
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            rows.ReadExactly(row);
            for (var i = 0; i < row.Length; i++)
            {
                var (left, up, corner) = (i < channels ? 0 : row[i - channels], above[i], i < channels ? 0 : above[i - channels]);
                row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }

            for (var x = 0; x < width; x++)
            {
                pixels[(y * width) + x] = (row[x * channels] << 16) | (row[(x * channels) + 1] << 8) | row[(x * channels) + 2];
            }

            (row, above) = (above, row);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static byte[] Write(int width, int height, int[] palette, byte[] rows)
    {
        using var png = new MemoryStream();
        png.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3);
        WriteChunk(png, "IHDR", header);
        WriteChunk(png, "PLTE", [.. palette.SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c })]);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(rows);
        }

        WriteChunk(png, "IDAT", packed.ToArray());
        WriteChunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void WriteChunk(MemoryStream png, string type, byte[] body)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        png.Write(number);
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. body];
        png.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(typed));
        png.Write(number);
    }

    // CRC-32 of ISO 3309, bit by bit: a picture has a few chunks.
    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~crc;
    }
}
