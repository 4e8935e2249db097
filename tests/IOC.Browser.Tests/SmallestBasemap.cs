using System.Buffers.Binary;
using System.Text;

namespace IOC.Browser.Tests;

/// <summary>
/// A base map that is all water: a PMTiles archive (specification version 3) of one vector tile (Mapbox vector tile specification 2.1) with one polygon
/// in the layer that Protomaps' basemaps have water in.
/// </summary>
internal static class SmallestBasemap
{
    private const int HeaderBytes = 127;

    public static byte[] Make()
    {
        byte[] tile = Tile();
        byte[] metadata = Encoding.UTF8.GetBytes("""{"name":"all water","attribution":"<b>Nguồn thử</b>","vector_layers":[{"id":"water","fields":{}}]}""");

        // One entry: tile 0, once, so many bytes, at the beginning.
        byte[] directory = [1, 0, 1, .. Varint(tile.Length), 1];
        var header = new byte[HeaderBytes];
        "PMTiles"u8.CopyTo(header);
        header[7] = 3;
        var (metadataAt, tileAt) = (HeaderBytes + directory.Length, HeaderBytes + directory.Length + metadata.Length);
        long[] places = [HeaderBytes, directory.Length, metadataAt, metadata.Length, tileAt, 0, tileAt, tile.Length, 1, 1, 1];
        for (var i = 0; i < places.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8 + (8 * i)), places[i]);
        }

        // Clustered; nothing compressed, neither within the archive nor the tile; vector tiles; zoom 0 only; the whole world.
        (header[96], header[97], header[98], header[99], header[100], header[101]) = (1, 1, 1, 1, 0, 0);
        int[] corners = [-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000];
        for (var i = 0; i < corners.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(102 + (4 * i)), corners[i]);
        }

        return [.. header, .. directory, .. metadata, .. tile];
    }

    private static byte[] Tile()
    {
        // Move to the corner, three lines around (steps in zigzag), close.
        int[] commands = [9, 0, 0, 26, 8192, 0, 0, 8192, 8191, 0, 15];
        byte[] geometry = [.. commands.SelectMany(Varint)];
        byte[] feature = [0x18, 3, 0x22, .. Varint(geometry.Length), .. geometry];
        byte[] layer = [0x0A, 5, .. "water"u8, 0x12, .. Varint(feature.Length), .. feature, 0x28, .. Varint(4096), 0x78, 2];
        return [0x1A, .. Varint(layer.Length), .. layer];
    }

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            yield return (byte)((value & 0x7F) | 0x80);
        }

        yield return (byte)value;
    }
}
