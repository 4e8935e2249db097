namespace IOC.FirmwareSim.World;

/// <summary>
/// A random field over the province and time: about normal, mean 0 and deviation 1, smooth over
/// <paramref name="scaleKm"/> and <paramref name="scaleHours"/>. Points nearer than the scale have nearly the same value,
/// which is what makes neighbouring sensors agree.
/// </summary>
internal sealed class NoiseField(ulong seed, double scaleKm, double scaleHours)
{
    // Interpolated lattice values vary less than the lattice itself; this brings the deviation back to about 1.
    private const double Spread = 1.75;

    private const int Cells = 2039;
    private readonly Cell?[] _cells = new Cell?[Cells];

    /// <summary>The field's value at a place (km) and moment.</summary>
    public double At(double x, double y, long unixMs)
    {
        var coarse = Octave(seed, x / scaleKm, y / scaleKm, unixMs / (scaleHours * 3_600_000.0));
        var fine = Octave(seed ^ 0xF1BE, 2.3 * x / scaleKm, 2.3 * y / scaleKm, 2.3 * unixMs / (scaleHours * 3_600_000.0));
        return Spread * ((0.92 * coarse) + (0.39 * fine));
    }

    private double Octave(ulong key, double x, double y, double t)
    {
        var (x0, fx) = Split(x);
        var (y0, fy) = Split(y);
        var (t0, ft) = Split(t);
        var corners = Corners(key, x0, y0, t0);
        var sum = 0.0;
        for (var corner = 0; corner < 8; corner++)
        {
            int dx = corner & 1, dy = (corner >> 1) & 1, dt = corner >> 2;
            var weight = (dx == 0 ? 1 - fx : fx) * (dy == 0 ? 1 - fy : fy) * (dt == 0 ? 1 - ft : ft);
            sum += weight * corners[corner];
        }

        return sum;
    }

    // A sensor stays in one cell of the lattice for hours, and the normal numbers of its corners are most of the cost of a value.
    private double[] Corners(ulong key, long x0, long y0, long t0)
    {
        var place = (int)(((ulong)((x0 * 73_856_093) ^ (y0 * 19_349_663) ^ (t0 * 83_492_791)) + key) % Cells);
        if (Volatile.Read(ref _cells[place]) is { } known && known.Key == key && known.X == x0 && known.Y == y0 && known.T == t0)
        {
            return known.Corners;
        }

        var corners = new double[8];
        for (var corner = 0; corner < 8; corner++)
        {
            int dx = corner & 1, dy = (corner >> 1) & 1, dt = corner >> 2;
            corners[corner] = Hash.Gauss(Hash.Mix(key, (ulong)(x0 + dx), (ulong)(y0 + dy), (ulong)(t0 + dt)));
        }

        Volatile.Write(ref _cells[place], new Cell(key, x0, y0, t0, corners));
        return corners;
    }

    private static (long Cell, double Fraction) Split(double value)
    {
        var cell = Math.Floor(value);
        var f = value - cell;
        return ((long)cell, f * f * (3 - (2 * f)));
    }

    // Never changed once made: threads may share a field.
    private sealed record Cell(ulong Key, long X, long Y, long T, double[] Corners);
}
