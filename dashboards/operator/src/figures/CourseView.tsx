import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { PALETTES } from '../palette';
import { SEVERITIES } from '../store/alerts';
import { BarsPlot } from '../trend/bars';
import { Shape } from '../ui/Shape';
import type { Figures } from './api';
import type { FiguresApp } from './figures-app';
import { stack } from './model';

/** Pixels of a chart on paper (A4 upright). */
const PAPER_WIDTH = 680;

/** Annunciations over the period, stacked by priority, with the floods shaded. */
export function CourseView({ app, figures }: { app: FiguresApp; figures: Figures }) {
  const words = app.words.value;
  const t = words.figures.course;
  const f = app.f.value;
  const element = useRef<HTMLDivElement>(null);
  const at = useSignal<number | null>(null);
  const { times, sums, peaks } = useMemo(() => stack(figures), [figures]);
  const [theme, paper] = [app.theme.value, app.printing.value];
  useLayoutEffect(() => {
    if (times.length === 0) return undefined;
    const plot = new BarsPlot(element.current!, times, sums, {
      palette: PALETTES[theme], formatter: f, step: figures.bucketMs / 1000, axisLabel: t.axis, width: paper ? PAPER_WIDTH : null,
      shaded: figures.floods.map((flood) => [flood.from / 1000, flood.to / 1000] as const), onCursor: (index) => { at.value = index; },
    });
    return () => plot.remove();
  }, [figures, theme, f, paper]);

  const describe = (i: number) => {
    const count = (n: 0 | 1 | 2 | 3) => f.number(sums[n][i]! - (n === 0 ? 0 : sums[(n - 1) as 0 | 1 | 2][i]!));
    const when = figures.bucketMs >= 86_400_000 ? f.day(times[i]! * 1000) : f.moment(times[i]! * 1000);
    return t.at(when, f.number(sums[3][i]!), count(0), count(1), count(2), count(3), f.number(peaks[i]!, 1));
  };
  const most = sums[3].reduce((best, count, i) => (count > (sums[3][best] ?? 0) ? i : best), 0);
  const onKey = (event: KeyboardEvent) => {
    const last = times.length - 1;
    const to = { ArrowRight: at.value === null ? 0 : Math.min(last, at.value + 1), ArrowLeft: at.value === null ? last : Math.max(0, at.value - 1), Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    at.value = to;
  };
  const step = (t.steps as Record<number, string>)[figures.bucketMs] ?? '';
  return (
    <figure class="course" aria-labelledby="course-title">
      <figcaption><h2 id="course-title">{t.title}</h2><span class="hint">{t.step(step)}</span>
        <ul class="legend-row">{SEVERITIES.map((severity) => <li key={severity}><Shape severity={severity} filled size={16} /> {words.severity[severity]}</li>)}</ul>
      </figcaption>
      <div class="bars" ref={element} tabIndex={0} role="group" aria-label={times.length === 0 ? t.title : t.summary(f.number(sums[3][most]!), f.moment(times[most]! * 1000))}
        onKeyDown={onKey} onBlur={() => { at.value = null; }} />
      <p class="readout-line" role="status">{at.value === null ? <span class="hint">{t.hint}</span> : describe(at.value)}</p>
    </figure>
  );
}
