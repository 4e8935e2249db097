import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { CITY_ZONE } from '../../config';
import { lineColour, lineDash } from '../colours';
import { extentOf, panelsOf, panelsOfReadings, type ChartLine, type Panel } from '../model/chart';
import { limitsOf, type Limit } from '../model/limits';
import { CHART_POINTS } from '../model/query';
import { PanelPlot } from '../plot';
import type { Asked } from '../planner-app';
import { usePlanner } from './context';

/** Lines beyond which their bands would cover each other. */
const MOST_BANDS = 3;
/** Pixels of a chart on paper (A4 upright). */
const PAPER_WIDTH = 680;

/** A chart for each property, one above the other over the same time. */
export function ChartView({ asked }: { asked: Asked }) {
  const app = usePlanner();
  const panels = useMemo(
    () => ('readings' in asked ? panelsOfReadings(asked.readings, asked.range, CHART_POINTS, (id) => app.sensors.peek().get(id)?.periodSeconds ?? null) : panelsOf(asked.answer)),
    [asked]);
  return <>{panels.map((panel) => <PanelView key={panel.property} panel={panel} asked={asked} />)}</>;
}

/** Which colour and number each line has: a place keeps its own in both periods. */
function numbersOf(panel: Panel): number[] {
  const places = new Map<string, number>();
  return panel.lines.map((line) => {
    const key = JSON.stringify(line.place);
    if (!places.has(key)) places.set(key, places.size);
    return places.get(key)!;
  });
}

function PanelView({ panel, asked }: { panel: Panel; asked: Asked }) {
  const app = usePlanner();
  const [t, f] = [app.t.value, app.f.value];
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<PanelPlot | null>(null);
  const cursor = useSignal<number | null>(null);
  const byKey = useSignal(false);
  const hidden = useSignal<ReadonlySet<number>>(new Set());
  const numbers = useMemo(() => numbersOf(panel), [panel]);
  const order = useMemo(() => numbers.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]! || Number(panel.lines[a]!.before) - Number(panel.lines[b]!.before)), [panel]);
  const measure = asked.query.measures[0]!;
  const unit = app.measureUnit(measure, panel.property, panel.unit);
  const name = app.property(panel.property);
  const limits = limitsOf(app.rules.value, [...app.sensors.value.values()], asked.query, panel.property, asked.range, CITY_ZONE);
  const limitKey = JSON.stringify(limits);
  const theme = app.theme.value;
  const paper = app.printing.value;
  const bands = numbers.filter((_, i) => !panel.lines[i]!.before).length <= MOST_BANDS && panel.lines.some((line) => line.low !== null);

  useLayoutEffect(() => {
    cursor.value = null;
    plot.current = new PanelPlot(element.current!, panel, {
      theme, formatter: f, axisLabel: unit === '' ? name : `${name} (${unit})`, limits, numbers, hidden: hidden.value, bands,
      from: asked.range.from / 1000, to: Math.max(asked.range.to / 1000, panel.ends.at(-1) ?? 0), width: paper ? PAPER_WIDTH : null,
      onCursor: (index) => { cursor.value = index; },
    });
    return () => {
      plot.current?.remove();
      plot.current = null;
    };
  }, [panel, theme, f, limitKey, hidden.value, paper, name, unit]);

  const onKey = (event: KeyboardEvent) => {
    const [last, at] = [panel.times.length - 1, cursor.value];
    const to = { ArrowRight: at === null ? 0 : Math.min(last, at + 1), ArrowLeft: at === null ? last : Math.max(0, at - 1), Home: 0, End: last, PageDown: Math.min(last, (at ?? 0) + 24), PageUp: Math.max(0, (at ?? last) - 24) }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    byKey.value = true;
    plot.current?.point(to);
    cursor.value = to;
  };
  const at = cursor.value;
  const time = at === null ? '' : f.span(panel.times[at]! * 1000, panel.ends[at]! * 1000);
  const toggle = (line: number) => {
    const next = new Set(hidden.value);
    if (!next.delete(line)) next.add(line);
    hidden.value = next;
  };
  const { min, max } = useMemo(() => extentOf(panel, hidden.value, bands), [panel, hidden.value, bands]);
  const summary = t.chart.summary(name, f.number(panel.lines.filter((_, i) => !hidden.value.has(i)).length), app.value(min <= max ? min : null, measure, panel.property), app.value(min <= max ? max : null, measure, panel.property), f.day(asked.range.from), f.day(asked.range.to - 1));
  const nameOf = (line: ChartLine) => `${app.place(line.place)}${line.before ? ` (${asked.query.compare === null ? t.compare.before : app.comparison(asked.query.compare)})` : ''}`;
  return (
    <figure class="panel" data-property={panel.property}>
      <figcaption><h2>{name}</h2><span class="figure">{'answer' in asked ? app.measure(measure, panel.property) : t.window.raw}{unit === '' ? '' : ` · ${unit}`}</span></figcaption>
      <div class="plot" ref={element} tabIndex={0} role="group" aria-roledescription={t.view.chart} aria-label={summary} onKeyDown={onKey} onBlur={() => { byKey.value = false; plot.current?.point(null); cursor.value = null; }} />
      <div class="legend-lines">
        <p class="at">{time === '' ? <span class="hint">{t.chart.keys}</span> : <b>{time}</b>}</p>
        <ul aria-label={t.chart.lines}>
          {order.map((i) => [panel.lines[i]!, i] as const).map(([line, i]) => (
            <li key={i}>
              <label>
                <input type="checkbox" checked={!hidden.value.has(i)} onChange={() => toggle(i)} />
                <Swatch colour={lineColour(theme, numbers[i]!)} dash={line.before ? [3, 4] : lineDash(numbers[i]!)} />
                <span class="number" style={{ color: lineColour(theme, numbers[i]!) }}>{numbers[i]! + 1}</span> <span class="place">{nameOf(line)}</span>
              </label>
              {at !== null && <Reading line={line} at={at} measure={measure} property={panel.property} unit={unit} />}
            </li>
          ))}
        </ul>
      </div>
      <span class="visually-hidden" role="status">
        {byKey.value && at !== null ? `${time}: ${panel.lines.map((line) => `${nameOf(line)} ${line.values[at] === null || line.values[at] === undefined ? t.chart.gap : `${app.value(line.values[at], measure, panel.property)} ${unit}`}`).join('; ')}` : ''}
      </span>
      <Notes panel={panel} bands={bands} />
      {limits.length > 0 && <Limits limits={limits} unit={unit} />}
    </figure>
  );
}

function Swatch({ colour, dash }: { colour: string; dash: number[] }) {
  return <svg class="swatch" width="30" height="10" aria-hidden="true"><path d="M0 5H30" stroke={colour} stroke-width="2.5" stroke-dasharray={dash.join(' ')} /></svg>;
}

/** The value of a line under the cursor. */
function Reading({ line, at, measure, property, unit }: { line: ChartLine; at: number; measure: string; property: string; unit: string }) {
  const app = usePlanner();
  const t = app.t.value;
  const [value, coverage, low, high] = [line.values[at], line.coverage[at], line.low?.[at], line.high?.[at]];
  if (value === null || value === undefined) return <span class="reading">{t.chart.gap}</span>;
  return (
    <span class="reading">
      <b>{app.value(value, measure, property)}</b> {unit}
      {low !== null && low !== undefined && high !== null && high !== undefined && <small> ({app.value(low, 'min', property)}–{app.value(high, 'max', property)})</small>}
      {typeof coverage === 'number' && <small class={line.doubtful[at] ? 'low' : ''}> {t.chart.coverage(app.f.value.percent(coverage))}</small>}
    </span>
  );
}

function Notes({ panel, bands }: { panel: Panel; bands: boolean }) {
  const app = usePlanner();
  const [t, f] = [app.t.value.chart, app.f.value];
  const gaps = panel.lines.some((line) => line.values.some((value) => value === null));
  return (
    <ul class="notes">
      {panel.left > 0 && <li class="left">{t.left(f.number(panel.left))}</li>}
      {panel.low > 0 && <li class="low-coverage"><svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.6" /></svg> {t.low(f.number(panel.low))}</li>}
      {gaps && <li>{t.gaps}</li>}
      {bands && <li>{t.band}</li>}
    </ul>
  );
}

/** The limits that are drawn, with where they come from. */
function Limits({ limits, unit }: { limits: readonly Limit[]; unit: string }) {
  const app = usePlanner();
  const [t, f] = [app.t.value.chart, app.f.value];
  return (
    <details class="limits" open={app.printing.value}>
      <summary>{t.limits} ({f.number(limits.length)})</summary>
      <ul>
        {limits.map((limit, i) => (
          <li key={i}>
            <b class={`p${limit.severity}`}>{String.fromCharCode(65 + (i % 26))}</b> P{limit.severity} · {(limit.below ? t.below : t.above)(`${f.given(limit.value)} ${unit}`)} ({limit.averageSeconds === null ? t.each : t.average(f.average(limit.averageSeconds))})
            {(limit.from !== null || limit.to !== null) && <> · {limit.from === null ? '' : f.day(limit.from)}–{limit.to === null ? '' : f.day(limit.to - 1)}</>}
            : {app.text(limit.name, '')}{limit.source && <span class="source"> — {app.text(limit.source, '')}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

