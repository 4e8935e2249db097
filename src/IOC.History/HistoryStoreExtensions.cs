using System.Runtime.CompilerServices;

namespace IOC.History;

/// <summary>What every store can do on top of its port.</summary>
public static class HistoryStoreExtensions
{
    /// <summary>Streams all readings of a range page by page, for exports. The query's limit is the page size.</summary>
    /// <exception cref="HistoryQueryException">The question cannot be answered as asked.</exception>
    public static async IAsyncEnumerable<HistoryPoint> StreamRawAsync(
        this IHistoryStore store, RawQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        for (var next = query; ;)
        {
            var page = await store.ReadRawAsync(next, cancellationToken);
            foreach (var point in page.Points)
            {
                yield return point;
            }

            if (page.Next is null)
            {
                yield break;
            }

            next = next with { Cursor = page.Next };
        }
    }
}
