using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>
/// Finds a property by the bytes of its code without making a string: open addressing over the first eight bytes as one
/// number. Immutable.
/// </summary>
internal sealed class PropertyTable
{
    private readonly Entry[] _slots;
    private readonly int _shift;
    private readonly UnitDefinition?[] _units;
    private readonly int[] _slotOf;

    public PropertyTable(PropertyCatalogue catalogue)
    {
        Catalogue = catalogue;
        _slotOf = new int[catalogue.Count];
        _units = [.. catalogue.All.Select(p => Units.Find(p.Unit))];
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, catalogue.Count * 4));
        _shift = 64 - BitOperations.Log2((uint)size);
        _slots = new Entry[size];
        for (var index = 0; index < catalogue.Count; index++)
        {
            var definition = catalogue[index];
            var code = Encoding.UTF8.GetBytes(definition.Code);
            var head = Head(code);
            var slot = Slot(head, code.Length);
            while (_slots[slot].Code is not null)
            {
                slot = (slot + 1) & (size - 1);
            }

            _slotOf[index] = slot;
            _slots[slot] = new Entry(head, index, code, definition.PlausibleMin, definition.PlausibleMax);
        }
    }

    public PropertyCatalogue Catalogue { get; }

    /// <summary>A property by its index.</summary>
    public ref readonly Entry At(int index) => ref _slots[_slotOf[index]];

    /// <summary>The unit of a property; null when it is none of <see cref="Units"/>.</summary>
    public UnitDefinition? UnitOf(int property) => _units[property];

    /// <summary>Finds a property.</summary>
    /// <param name="code">The key's bytes.</param>
    /// <returns>Null reference when there is none.</returns>
    public ref readonly Entry Find(ReadOnlySpan<byte> code) => ref Find(Head(code), code);

    /// <summary>Finds a property by a key whose first eight bytes, little-endian and zero-padded, are at hand.</summary>
    public ref readonly Entry Find(ulong head, ReadOnlySpan<byte> code)
    {
        var slots = _slots;
        var slot = Slot(head, code.Length);
        while (true)
        {
            ref readonly var entry = ref slots[slot];
            if (entry.Code is null)
            {
                return ref Unsafe.NullRef<Entry>();
            }

            if (entry.Head == head && entry.Code.Length == code.Length && (code.Length <= 8 || code.SequenceEqual(entry.Code)))
            {
                return ref entry;
            }

            slot = (slot + 1) & (slots.Length - 1);
        }
    }

    private static ulong Head(ReadOnlySpan<byte> code)
    {
        if (code.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(code);
        }

        var head = 0UL;
        for (var i = code.Length - 1; i >= 0; i--)
        {
            head = (head << 8) | code[i];
        }

        return head;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(ulong head, int length) => (int)(((head + (ulong)length) * 0x9E3779B97F4A7C15UL) >> _shift);

    internal readonly record struct Entry(ulong Head, int Index, byte[] Code, double Min, double Max);
}
