using System.Runtime.CompilerServices;

namespace IOC.Detection;

/// <summary>
/// The stretches of a series from which readings are missing so far: what arrives late for one of them is new, and what arrives
/// late for any other time was there before. So nothing is ever learned twice, at the price that what arrives for a stretch
/// that is forgotten is not learned at all.
/// </summary>
/// <remarks>A stretch is one of more than <see cref="LeastPeriods"/> usual intervals between two good readings. The
/// <see cref="Places"/> longest of the last <see cref="KeptFor"/> are known. A late reading cuts its stretch in two.</remarks>
internal struct ReadingGaps
{
    /// <summary>Stretches known at most.</summary>
    public const int Places = 6;

    /// <summary>A stretch that ended longer ago than this before the newest reading is forgotten, milliseconds: 31 days.</summary>
    public const long KeptFor = 31L * 86_400_000;

    private const double LeastPeriods = 1.5;
    private Stretches _stretches;
    private byte _count;

    /// <summary>Number of stretches known.</summary>
    public readonly int Count => _count;

    /// <summary>Notes that two good readings came one after the other.</summary>
    /// <param name="fromMs">When the earlier was measured.</param>
    /// <param name="toMs">When the later was measured.</param>
    /// <param name="usualMs">Usual time between two; 0 when it is not known.</param>
    public void Note(long fromMs, long toMs, double usualMs)
    {
        if (usualMs > 0 && toMs - fromMs > LeastPeriods * usualMs)
        {
            Forget(toMs - KeptFor);
            Add(new Stretch(fromMs, toMs));
        }
    }

    /// <summary>Takes a late reading. False when it was there before, or is for a stretch that is forgotten.</summary>
    /// <param name="atMs">When it was measured.</param>
    /// <param name="usualMs">Usual time between two readings.</param>
    public bool TryFill(long atMs, double usualMs)
    {
        for (var i = 0; i < _count; i++)
        {
            var stretch = _stretches[i];
            if (atMs > stretch.FromMs && atMs < stretch.ToMs)
            {
                _stretches[i] = _stretches[--_count];
                AddRest(new Stretch(stretch.FromMs, atMs), usualMs);
                AddRest(new Stretch(atMs, stretch.ToMs), usualMs);
                return true;
            }
        }

        return false;
    }

    public readonly void Write(StateWriter writer)
    {
        writer.Byte(_count);
        for (var i = 0; i < _count; i++)
        {
            writer.Int64(_stretches[i].FromMs);
            writer.Int64(_stretches[i].ToMs);
        }
    }

    public static ReadingGaps Read(ref StateReader reader)
    {
        var gaps = new ReadingGaps { _count = reader.Byte() };
        if (gaps._count > Places)
        {
            throw new InvalidDataException("The detector state holds an impossible number of gaps.");
        }

        for (var i = 0; i < gaps._count; i++)
        {
            gaps._stretches[i] = new Stretch(reader.Int64(), reader.Int64());
        }

        return gaps;
    }

    private void AddRest(Stretch rest, double usualMs)
    {
        if (rest.LengthMs > LeastPeriods * usualMs)
        {
            Add(rest);
        }
    }

    private void Add(Stretch stretch)
    {
        if (_count < Places)
        {
            _stretches[_count++] = stretch;
            return;
        }

        var shortest = 0;
        for (var i = 1; i < Places; i++)
        {
            shortest = _stretches[i].LengthMs < _stretches[shortest].LengthMs ? i : shortest;
        }

        if (stretch.LengthMs >= _stretches[shortest].LengthMs)
        {
            _stretches[shortest] = stretch;
        }
    }

    private void Forget(long endedBeforeMs)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_stretches[i].ToMs < endedBeforeMs)
            {
                _stretches[i] = _stretches[--_count];
            }
        }
    }

    /// <summary>Between two good readings, neither included.</summary>
    private readonly record struct Stretch(long FromMs, long ToMs)
    {
        public long LengthMs => ToMs - FromMs;
    }

    [InlineArray(Places)]
    private struct Stretches
    {
        private Stretch _first;
    }
}
