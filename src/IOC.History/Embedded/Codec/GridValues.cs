namespace IOC.History.Embedded.Codec;

/// <summary>Writes values by grids: which one (given the last one), then how far from the place that is expected.</summary>
internal sealed class GridValues
{
    private const int TreeBits = 4;

    private readonly Odds[] _choices = new Odds[(GridPlan.Raw + 1) << TreeBits];
    private readonly NumberModel?[] _models = new NumberModel?[GridPlan.Raw];
    private int _grid;
    private double _before;
    private double _slope;
    private int _order;

    public void Reset(int grids, int order)
    {
        Odds.Reset(_choices);
        for (var i = 0; i < grids; i++)
        {
            (_models[i] ??= new NumberModel()).Reset();
        }

        (_grid, _before, _slope, _order) = (0, 0, 0, order);
    }

    public void Write(ref RangeEncoder into, List<Grid> grids, byte choice, long place, double value)
    {
        var tree = _choices.AsSpan(_grid << TreeBits, 1 << TreeBits);
        for (int i = TreeBits - 1, node = 1; i >= 0; i--)
        {
            var bit = (choice >> i) & 1;
            into.Bit(ref tree[node], bit);
            node = (node << 1) | bit;
        }

        if (choice == GridPlan.Raw)
        {
            into.Raw(BitConverter.DoubleToUInt64Bits(value), 64);
        }
        else
        {
            _models[choice]!.Write(ref into, unchecked(place - grids[choice].Near(Expected)));
        }

        Follow(choice, value);
    }

    public double Read(ref RangeDecoder from, ReadOnlySpan<Grid> grids)
    {
        var tree = _choices.AsSpan(_grid << TreeBits, 1 << TreeBits);
        var node = 1;
        for (var i = 0; i < TreeBits; i++)
        {
            node = (node << 1) | from.Bit(ref tree[node]);
        }

        var choice = node - (1 << TreeBits);
        double value;
        if (choice == GridPlan.Raw)
        {
            value = BitConverter.UInt64BitsToDouble(from.Raw(64));
        }
        else
        {
            value = choice < grids.Length
                ? grids[choice].ValueOf(grids[choice].Near(Expected) + _models[choice]!.Read(ref from))
                : throw new CorruptBlockException($"A value of the block lies on grid {choice} of {grids.Length}.");
        }

        Follow(choice, value);
        return value;
    }

    // Plain IEEE 754 operations in this order: reader and writer must come to the same.
    private double Expected => _order switch { 2 => _before + _slope, _ => _before };

    private void Follow(int choice, double value)
    {
        _grid = choice;
        if (choice != GridPlan.Raw)
        {
            (_slope, _before) = (value - _before, value);
        }
    }
}
