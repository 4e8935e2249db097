using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Kinds of stored states: those of findings, and some that are no kind of finding by themselves. Never renumber.</summary>
internal enum StoredKind : byte
{
    Limit = FindingKind.Limit,
    Spike = FindingKind.Spike,
    Flatline = FindingKind.Flatline,
    Silence = FindingKind.Silence,
    Implausible = FindingKind.Implausible,
    Learned = FindingKind.Learned,
    RateOfChange = FindingKind.RateOfChange,
    MissingShare = FindingKind.MissingShare,
    Schedule = FindingKind.Schedule,

    /// <summary>A limit on a mean.</summary>
    Average = 64,

    /// <summary>The stretches of a series from which readings are missing; of no rule.</summary>
    Gaps = 65,
}

/// <summary>What stored kinds mean.</summary>
internal static class StoredKinds
{
    /// <summary>Kind of the findings.</summary>
    public static FindingKind FindingOf(StoredKind kind) => kind is StoredKind.Average or StoredKind.Gaps ? FindingKind.Limit : (FindingKind)kind;
}

/// <summary>States of the detectors that look back, and of the silence of a property.</summary>
internal sealed partial class SensorCodec
{
    private int EncodePast(Series series)
    {
        if (series.Past is not { } past)
        {
            return 0;
        }

        var count = 0;
        for (var i = 0; i < past.Averages.Length; i++)
        {
            if (past.Averages[i].IsSaid)
            {
                count += Begin(series.Rules.Averages[i], past.Averages[i].Limit.Raised, StoredKind.Average);
                past.Averages[i].Write(_writer);
            }
        }

        for (var i = 0; i < past.Rates.Length; i++)
        {
            if (past.Rates[i].IsSaid)
            {
                count += Begin(series.Rules.Rates[i], past.Rates[i].Limit.Raised);
                past.Rates[i].Write(_writer);
            }
        }

        for (var i = 0; i < past.Missing.Length; i++)
        {
            if (past.Missing[i].IsSaid)
            {
                count += Begin(series.Rules.Missing[i], past.Missing[i].Limit.Raised);
                past.Missing[i].Write(_writer);
            }
        }

        for (var i = 0; i < past.Schedules.Length; i++)
        {
            if (past.Schedules[i].IsSaid)
            {
                count += Begin(series.Rules.Schedules[i], past.Schedules[i].Limit.Raised);
                past.Schedules[i].Write(_writer);
            }
        }

        return count + EncodeGaps(series);
    }

    /// <summary>The gaps of a series with a learner are with that.</summary>
    private int EncodeGaps(Series series)
    {
        if (series.Learner is not null || series.Gaps.Count == 0)
        {
            return 0;
        }

        _writer.Slug("");
        _writer.Byte((byte)StoredKind.Gaps);
        _writer.Byte(0);
        _writer.Byte(0);
        series.Gaps.Write(_writer);
        return 1;
    }

    private int EncodeSilences(Series series)
    {
        if (series.HeardMs == Series.Never)
        {
            return 0;
        }

        for (var i = 0; i < series.Silences.Length; i++)
        {
            Begin(series.Rules.Silences[i], series.Silences[i]);
            _writer.Int64(series.HeardMs);
        }

        return series.Silences.Length;
    }

    private static bool DecodePast(ref StateReader reader, StoredKind kind, Series? series, string id, bool raised)
    {
        switch (kind)
        {
            case StoredKind.Average:
                var average = StateOf(series?.Past?.Averages, series?.Rules.Averages, id);
                AverageState.Read(ref reader, average, raised);
                return average is not null;
            case StoredKind.RateOfChange:
                var rate = StateOf(series?.Past?.Rates, series?.Rules.Rates, id);
                RateState.Read(ref reader, rate, raised);
                return rate is not null;
            case StoredKind.MissingShare:
                var missing = StateOf(series?.Past?.Missing, series?.Rules.Missing, id);
                MissingState.Read(ref reader, missing, raised);
                return missing is not null;
            case StoredKind.Schedule:
                return Put(series?.Past?.Schedules, series?.Rules.Schedules, id, ScheduleState.Read(ref reader, raised));
            case StoredKind.Silence:
                var heard = reader.Int64();
                if (series is not null)
                {
                    series.HeardMs = heard;
                }

                return Put(series?.Silences, series?.Rules.Silences, id, raised);
            case StoredKind.Gaps:
                var gaps = ReadingGaps.Read(ref reader);
                if (series is { TakesLate: true })
                {
                    series.Gaps = gaps;
                }

                return true;
            default:
                throw new InvalidDataException($"The detector state holds an unknown kind {(byte)kind}.");
        }
    }

    private static T? StateOf<T>(T[]? states, CompiledRule[]? rules, string id)
        where T : class
    {
        var at = rules is null || states is null ? -1 : Array.FindIndex(rules, r => r.Rule.Id == id);
        return at < 0 ? null : states![at];
    }
}
