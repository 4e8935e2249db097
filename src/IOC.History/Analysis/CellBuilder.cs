using System.Collections;

namespace IOC.History.Analysis;

/// <summary>Makes the cells of an answer from a group's totals.</summary>
internal static class CellBuilder
{
    /// <summary>The cells that are shown.</summary>
    /// <param name="query">The question.</param>
    /// <param name="group">The group with its totals.</param>
    /// <param name="measures">What was kept.</param>
    /// <param name="now">The cells asked for.</param>
    /// <param name="before">Those of the earlier range; null = none were asked for.</param>
    public static IReadOnlyList<AnalysisCell> Build(AnalysisQuery query, WorkingGroup group, MeasurePlan measures, TimedPlan now, TimedPlan? before)
    {
        var current = FiguresOf(query, group.Totals, measures, now, group.DuePerMs);
        var earlier = before is null ? null : FiguresOf(query, group.Before, measures, before, group.DuePerMs);
        if (query.Fill != Analysis.Fill.None)
        {
            return new CellList(now.Plan, current, earlier, null);
        }

        var shown = new List<int>(now.Plan.Count);
        for (var i = 0; i < now.Plan.Count; i++)
        {
            if (current.IsKnown(i) || earlier?.IsKnown(i) == true)
            {
                shown.Add(i);
            }
        }

        return new CellList(now.Plan, current, earlier, shown);
    }

    private static FigureColumn FiguresOf(AnalysisQuery query, GroupTotals? totals, MeasurePlan measures, TimedPlan timed, double duePerMs)
    {
        var column = new FigureColumn(totals ?? new GroupTotals(measures, timed.Plan.Count), timed.DurationsMs, duePerMs);
        if (query.Fill is Analysis.Fill.Previous or Analysis.Fill.Linear)
        {
            var figures = Enumerable.Range(0, timed.Plan.Count).Select(i => column[i]).ToArray();
            Fill(figures, query, timed.Plan);
            column.Filled = figures;
        }

        return column;
    }

    private static void Fill(CellFigures[] figures, AnalysisQuery query, CellPlan plan)
    {
        // The neighbour of a Tuesday's window is the Tuesday of the window beside it.
        var parts = plan.Parts;
        for (var part = 0; part < parts; part++)
        {
            foreach (var measure in query.Measures.Index())
            {
                var last = -1;
                for (var i = part; i < figures.Length; i += parts)
                {
                    // What a reading before the window still held for is a value of its own.
                    if (figures[i].Count > 0 || (measure.Item.IsOverTime && figures[i].Values[measure.Index] is not null))
                    {
                        FillBetween(figures, query, plan, measure.Index, last, i);
                        last = i;
                    }
                }

                FillBetween(figures, query, plan, measure.Index, last, figures.Length);
            }
        }
    }

    /// <summary>Fills a measure of the cells between two that have it; before the first and behind the last there is only one.</summary>
    private static void FillBetween(CellFigures[] figures, AnalysisQuery query, CellPlan plan, int measure, int left, int right)
    {
        // A count is known where there is nothing: it is 0.
        if (left < 0 || query.Measures[measure].Kind == MeasureKind.Count || (query.Fill == Analysis.Fill.Linear && right >= figures.Length))
        {
            return;
        }

        for (var i = left + plan.Parts; i < Math.Min(right, figures.Length); i += plan.Parts)
        {
            var share = query.Fill == Analysis.Fill.Previous ? 0 : (double)(plan.StartMs(i) - plan.StartMs(left)) / (plan.StartMs(right) - plan.StartMs(left));
            var from = figures[left].Values[measure];
            double?[] values = [.. figures[i].Values];
            values[measure] = share == 0 ? from : from + ((figures[right].Values[measure] - from) * share);
            figures[i] = figures[i] with { Filled = true, Values = values };
        }
    }
}

/// <summary>A plan with how long each of its cells has lasted by now, in milliseconds, and the end of what is past of it.</summary>
internal sealed record TimedPlan(CellPlan Plan, long[] DurationsMs, long UntilMs)
{
    public static TimedPlan Of(CellPlan plan, long nowMs) => new(plan, plan.Durations(nowMs), Math.Min(plan.ToMs, nowMs));
}

/// <summary>The figures of a group's cells, made as they are asked for: an answer over years has a million of them.</summary>
internal sealed class FigureColumn(GroupTotals totals, long[] durationsMs, double duePerMs)
{
    /// <summary>Figures with gaps filled; null = none are filled.</summary>
    public CellFigures[]? Filled { get; set; }

    public CellFigures this[int cell] => Filled is { } filled ? filled[cell] : totals.Figures(cell, duePerMs * durationsMs[cell]);

    public bool IsKnown(int cell) => totals.IsKnown(cell);
}

/// <summary>The cells of a group, made as they are asked for.</summary>
/// <param name="plan">Where the cells lie.</param>
/// <param name="now">Their figures.</param>
/// <param name="before">The earlier figures, if asked for.</param>
/// <param name="shown">Which cells are shown; null = all.</param>
internal sealed class CellList(CellPlan plan, FigureColumn now, FigureColumn? before, List<int>? shown) : IReadOnlyList<AnalysisCell>
{
    public int Count => shown?.Count ?? plan.Count;

    public AnalysisCell this[int index]
    {
        get
        {
            var cell = shown is null ? index : shown[index];
            return new AnalysisCell(plan.StartMs(cell), plan.EndMs(cell), plan.Hour(cell), plan.Weekday(cell), now[cell], before?[cell]);
        }
    }

    public IEnumerator<AnalysisCell> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
