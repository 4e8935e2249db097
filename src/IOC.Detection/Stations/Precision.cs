namespace IOC.Detection;

/// <summary>Inverse of a small correlation matrix.</summary>
internal static class Precision
{
    /// <summary>Turns a symmetric positive matrix into its inverse, in place, by Cholesky's decomposition. False when it is
    /// not positive by the margin asked for; what is left of it then means nothing.</summary>
    /// <param name="matrix">n rows of n.</param>
    /// <param name="n">Number of rows.</param>
    /// <param name="least">Least pivot.</param>
    public static bool TryInvert(Span<double> matrix, int n, double least)
    {
        if (!TryDecompose(matrix, n, least))
        {
            return false;
        }

        InvertLower(matrix, n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                double sum = 0;
                for (var k = i; k < n; k++)
                {
                    sum += matrix[(k * n) + i] * matrix[(k * n) + j];
                }

                // Row i, column j of the product needs rows from i on only: the place is free.
                matrix[(j * n) + i] = sum;
            }

            for (var j = 0; j <= i; j++)
            {
                matrix[(i * n) + j] = matrix[(j * n) + i];
            }
        }

        return true;
    }

    private static bool TryDecompose(Span<double> matrix, int n, double least)
    {
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = matrix[(i * n) + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= matrix[(i * n) + k] * matrix[(j * n) + k];
                }

                if (i == j && sum < least)
                {
                    return false;
                }

                matrix[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / matrix[(j * n) + j];
            }
        }

        return true;
    }

    private static void InvertLower(Span<double> matrix, int n)
    {
        for (var j = 0; j < n; j++)
        {
            matrix[(j * n) + j] = 1 / matrix[(j * n) + j];
            for (var i = j + 1; i < n; i++)
            {
                double sum = 0;
                for (var k = j; k < i; k++)
                {
                    sum -= matrix[(i * n) + k] * matrix[(k * n) + j];
                }

                matrix[(i * n) + j] = sum / matrix[(i * n) + i];
            }
        }
    }
}
