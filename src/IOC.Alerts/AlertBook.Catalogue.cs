using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What a new catalogue changes.</summary>
public sealed partial class AlertBook
{
    /// <summary>Takes a catalogue without ending anything: the one whose rules the partition worked with when it was stored.</summary>
    public void UseCatalogue(Catalogue catalogue)
    {
        lock (_gate)
        {
            Take(catalogue);
        }
    }

    /// <summary>Takes a new catalogue between two batches and ends what nobody would ever clear after it, as
    /// <see cref="Withdraw(long, IReadOnlyList{Finding})"/> does.</summary>
    /// <param name="catalogue">The new catalogue.</param>
    /// <param name="offset">Offset of the batch before. When the book has applied later ones already, this is a replay: what
    /// was to be ended was ended then, and what looks alike now was opened since.</param>
    /// <param name="atMs">When the alerts count as ended: the partition's time, Unix milliseconds.</param>
    /// <param name="cleared">What the detectors let go of.</param>
    /// <returns>The alerts changed, stored in one transaction.</returns>
    public IReadOnlyList<Alert> ReplaceCatalogue(Catalogue catalogue, long offset, long atMs, IReadOnlyList<Finding> cleared)
    {
        lock (_gate)
        {
            Recover();
            Take(catalogue);
            return offset < _watermark ? [] : Withdraw(atMs, cleared);
        }
    }

    private void Take(Catalogue catalogue)
    {
        _texts = new AlertTexts(catalogue);
        _scope = new AlertScope(catalogue);
        _correlator?.ReplaceCatalogue(catalogue, [.. _open.Values], [.. _holds.All]);
    }
}
