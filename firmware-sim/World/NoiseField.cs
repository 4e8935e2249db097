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

    /// <summary>The field's value at a place (km) and moment.</summary>
    public double At(double x, double y, long unixMs)
    {
        var coarse = Octave(seed, x / scaleKm, y / scaleKm, unixMs / (scaleHours * 3_600_000.0));
        var fine = Octave(seed ^ 0xF1BE, 2.3 * x / scaleKm, 2.3 * y / scaleKm, 2.3 * unixMs / (scaleHours * 3_600_000.0));
        return Spread * ((0.92 * coarse) + (0.39 * fine));
    }

    private static double Octave(ulong key, double x, double y, double t)
    {
        var (x0, fx) = Split(x);
        var (y0, fy) = Split(y);
        var (t0, ft) = Split(t);
        var sum = 0.0;
        for (var corner = 0; corner < 8; corner++)
        {
            int dx = corner & 1, dy = (corner >> 1) & 1, dt = corner >> 2;
            var weight = (dx == 0 ? 1 - fx : fx) * (dy == 0 ? 1 - fy : fy) * (dt == 0 ? 1 - ft : ft);
            sum += weight * Hash.Gauss(Hash.Mix(key, (ulong)(x0 + dx), (ulong)(y0 + dy), (ulong)(t0 + dt)));
        }

        return sum;
    }

    private static (long Cell, double Fraction) Split(double value)
    {
        var cell = Math.Floor(value);
        var f = value - cell;
        return ((long)cell, f * f * (3 - (2 * f)));
    }
}
