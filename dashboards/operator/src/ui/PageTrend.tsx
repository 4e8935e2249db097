import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { getWindows } from '../api/pages';
import { getHistory } from '../api/rest';
import type { HistoryPoint } from '../api/types';
import { PALETTES } from '../palette';
import type { LimitLine } from '../store/catalogue';
import { TrendChart } from '../trend/chart';
import { gapFor, TrendSeries } from '../trend/series';
import { useApp } from './context';

const HOUR = 3_600_000;

/** How long a range is, and the windows whose means are drawn; null = the readings themselves, where they are not too many. */
const RANGES = {
  hour: { ms: HOUR, window: null, step: 0 },
  day: { ms: 24 * HOUR, window: 'PT5M', step: 300 },
  week: { ms: 168 * HOUR, window: 'PT15M', step: 900 },
  month: { ms: 720 * HOUR, window: 'PT1H', step: 3600 },
} as const;

export type RangeName = keyof typeof RANGES;
export const RANGE_NAMES = Object.keys(RANGES) as RangeName[];

export type Whose = { sensor: string } | { district: string; domain: string };

/** Readings more often than this many seconds are drawn as means over a day. */
const OFTEN_S = 30;

interface PageTrendProps {
  whose: Whose;
  property: string;
  range: RangeName;
  limits: readonly LimitLine[];
}

/** The trend of a property over an hour, a day, a week or a month, with its limits; gaps stay gaps. */
export function PageTrend({ whose, property, range, limits }: PageTrendProps) {
  const app = useApp();
  const t = app.t.value;
  const load = useSignal<{ state: 'loading' } | { state: 'failed' } | { state: 'ready'; series: TrendSeries }>({ state: 'loading' });
  const points = useSignal(0);
  const attempt = useSignal(0);
  const sensorId = 'sensor' in whose ? whose.sensor : null;
  const period = sensorId === null ? null : app.store.sensors.get(sensorId)?.periodSeconds ?? null;
  const { ms, window, step } = RANGES[range];
  const means = window !== null && !(range === 'day' && sensorId !== null && (period ?? 60) >= OFTEN_S);
  // Means grow by themselves seldom: asked for again each minute. Of a district there is nothing but means.
  const asMeans = means || sensorId === null;
  const beat = asMeans ? Math.floor(app.now.value / 60_000) : 0;
  const key = JSON.stringify([whose, property, range]);

  // What was measured while the page was cut off is in the history only.
  const resumed = app.link.resumed.value;

  useEffect(() => { load.value = { state: 'loading' }; }, [key, app.store.epoch.value]);
  useEffect(() => {
    const stop = new AbortController();
    const to = app.serverTime();
    let series: TrendSeries | null = null;
    const take = () => {
      const sensor = sensorId === null ? null : app.store.sensors.get(sensorId);
      const value = sensor?.values[property];
      const at = sensor ? sensor.valueTimes[property] ?? sensor.measuredAt : null;
      if (!series || !sensor || value === undefined || at === null) return;
      series.add(at, value, sensor.valueQualities[property] ?? 'ok');
      points.value = series.times.length;
    };
    const unsubscribe = asMeans ? () => undefined : app.store.sensorsRevision.subscribe(take);
    const windowed = async (): Promise<HistoryPoint[]> =>
      (await getWindows(whose, property, to - ms, to, window ?? 'PT1M', stop.signal)).map((one): HistoryPoint => [one.start, one.mean, 'ok']);
    (asMeans ? windowed() : getHistory(sensorId!, property, to - ms, to, stop.signal)).then(
      (history) => {
        series = new TrendSeries(asMeans ? (step || 60) * 2.5 : gapFor(period, history));
        for (const point of history) series.add(...point);
        take();
        points.value = series.times.length;
        load.value = { state: 'ready', series };
      },
      // Means that are a minute old stay; readings with a hole that was none do not.
      () => { if (!stop.signal.aborted && (!asMeans || load.peek().state !== 'ready')) load.value = { state: 'failed' }; });
    return () => {
      unsubscribe();
      stop.abort();
    };
  }, [key, beat, attempt.value, resumed, app.store.epoch.value]);

  const definition = app.catalogue.properties.value.get(property);
  const name = app.text(definition?.name, property);
  const state = load.value;
  points.value;
  if (state.state === 'loading') return <p class="empty" role="status">{t.trend.loading}</p>;
  if (state.state === 'failed') return <p class="empty" role="alert">{t.trend.failed} <button type="button" onClick={() => { attempt.value++; }}>{t.trend.retry}</button></p>;
  const { series } = state;
  if (series.count === 0) return <p class="empty">{t.trend.empty}</p>;
  return (
    <div class="page-chart">
      <Chart series={series} ms={ms} decimals={definition?.decimals ?? 2} limits={limits} revision={points.value}
        summary={t.trend.summary(name, app.f.value.number(series.count), app.value(series.min, property), app.value(series.max, property), app.value(series.last!, property))} />
      <p class="chart-note">
        {asMeans && <span>{t.details.trend.means}</span>}
        {series.bad > 0 && <span class="tag">{t.trend.bad(app.f.value.number(series.bad))}</span>}
      </p>
    </div>
  );
}

function Chart({ series, ms, decimals, limits, revision, summary }: {
  series: TrendSeries; ms: number; decimals: number; limits: readonly LimitLine[]; revision: number; summary: string;
}) {
  const app = useApp();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<TrendChart | null>(null);
  const { theme, language } = app.preferences;
  const key = JSON.stringify(limits);
  const span = (): [number, number] => {
    const now = Math.max(app.now.peek(), (series.times.at(-1) ?? 0) * 1000);
    return [now - ms, now];
  };
  useEffect(() => {
    const formatter = app.f.peek();
    chart.current = new TrendChart(element.current!, series, ...span(), {
      palette: PALETTES[theme.value], formatter, decimals, limits, shownLimit: null, limitText: (value) => formatter.given(value),
    });
    return () => {
      chart.current?.remove();
      chart.current = null;
    };
  }, [series, theme.value, language.value, key, decimals, ms]);
  const beat = Math.floor(app.now.value / 10_000);
  useEffect(() => { chart.current?.update(...span()); }, [revision, beat]);
  return <div class="chart" ref={element} role="img" aria-label={summary} />;
}

/** Which range is drawn. */
export function RangePicker({ range, choose }: { range: RangeName; choose: (range: RangeName) => void }) {
  const t = useApp().t.value;
  return (
    <div class="ranges" role="group" aria-label={t.trend.range}>
      {RANGE_NAMES.map((one) => <button key={one} type="button" class="quiet" aria-pressed={one === range} onClick={() => choose(one)}>{t.details.trend[one]}</button>)}
    </div>
  );
}
