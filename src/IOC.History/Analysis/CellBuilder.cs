namespace IOC.History.Analysis;

/// <summary>Makes the cells of an answer from a group's totals.</summary>
internal static class CellBuilder
{
    public static List<AnalysisCell> Build(
        AnalysisQuery query, WorkingGroup group, MeasurePlan measures, CellPlan plan, CellPlan? before, long nowMs)
    {
        var now = Figures(group.Totals ?? new GroupTotals(measures, plan.Count), plan, group.DuePerMs, nowMs);
        var then = before is null ? null : Figures(group.Before ?? new GroupTotals(measures, before.Count), before, group.DuePerMs, nowMs);
        Fill(now, query, plan);
        if (then is not null)
        {
            Fill(then, query, before!);
        }

        var cells = new List<AnalysisCell>();
        for (var i = 0; i < now.Length; i++)
        {
            if (query.Fill != Analysis.Fill.None || now[i].Count > 0 || then?[i].Count > 0)
            {
                cells.Add(new AnalysisCell(plan.StartMs(i), plan.EndMs(i), plan.Hour(i), plan.Weekday(i), now[i], then?[i]));
            }
        }

        return cells;
    }

    private static CellFigures[] Figures(GroupTotals totals, CellPlan plan, double duePerMs, long nowMs)
    {
        var durations = plan.Durations(nowMs);
        var figures = new CellFigures[plan.Count];
        for (var i = 0; i < figures.Length; i++)
        {
            figures[i] = totals.Figures(i, duePerMs * durations[i]);
        }

        return figures;
    }

    private static void Fill(CellFigures[] figures, AnalysisQuery query, CellPlan plan)
    {
        if (query.Fill is not (Analysis.Fill.Previous or Analysis.Fill.Linear))
        {
            return;
        }

        // The neighbour of a Tuesday's window is the Tuesday of the window beside it.
        var parts = plan.Parts;
        for (var part = 0; part < parts; part++)
        {
            var last = -1;
            for (var i = part; i < figures.Length; i += parts)
            {
                if (figures[i].Count == 0)
                {
                    continue;
                }

                FillBetween(figures, query, plan, last, i);
                last = i;
            }

            FillBetween(figures, query, plan, last, figures.Length);
        }
    }

    /// <summary>Fills the cells between two that have readings; before the first and behind the last there is only one.</summary>
    private static void FillBetween(CellFigures[] figures, AnalysisQuery query, CellPlan plan, int left, int right)
    {
        if (left < 0 || (query.Fill == Analysis.Fill.Linear && right >= figures.Length))
        {
            return;
        }

        for (var i = left + plan.Parts; i < Math.Min(right, figures.Length); i += plan.Parts)
        {
            var share = query.Fill == Analysis.Fill.Previous ? 0 : (double)(plan.StartMs(i) - plan.StartMs(left)) / (plan.StartMs(right) - plan.StartMs(left));
            figures[i] = figures[i] with { Filled = true, Values = [.. query.Measures.Select((m, at) => Between(m, at, share))] };
        }

        double? Between(Measure measure, int at, double share)
        {
            // A count is known where there is nothing: it is 0.
            if (measure.Kind == MeasureKind.Count)
            {
                return 0;
            }

            var from = figures[left].Values[at];
            return share == 0 ? from : from + ((figures[right].Values[at] - from) * share);
        }
    }
}
