import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { getHistory } from '../api/rest';
import type { HistoryPoint } from '../api/types';
import { TREND_HOURS } from '../config';
import { PALETTES } from '../palette';
import { limitsFor, type LimitLine } from '../store/catalogue';
import type { Sensor } from '../store/live-store';
import { TrendChart } from '../trend/chart';
import { gapFor, TrendSeries } from '../trend/series';
import { useApp } from './context';

type Load = { kind: 'loading' } | { kind: 'failed' } | { kind: 'ready'; series: TrendSeries };

export function Trend() {
  const app = useApp();
  const t = app.t.value;
  const hours = useSignal<number>(3);
  const sensorId = app.selectedSensor.value;
  const property = app.selectedProperty.value;
  if (sensorId === null) return null;
  return (
    <div class="trend" role="region" aria-label={t.trend.title}>
      {property === null
        ? <><TrendHead hours={hours.value} onHours={(chosen) => { hours.value = chosen; }} /><p class="empty">{t.trend.none}</p></>
        : <TrendOf key={`${sensorId}/${property}/${hours.value}`} sensorId={sensorId} property={property} hours={hours.value} onHours={(chosen) => { hours.value = chosen; }} />}
    </div>
  );
}

function TrendHead({ hours, onHours, children }: { hours: number; onHours: (hours: number) => void; children?: preact.ComponentChildren }) {
  const t = useApp().t.value;
  return (
    <div class="trend-head">
      <h2>{t.trend.title}</h2>
      {children}
      <span class="spacer" />
      <div class="ranges" role="group" aria-label={t.trend.range}>
        {TREND_HOURS.map((choice) => (
          <button key={choice} type="button" class="quiet" aria-pressed={choice === hours} onClick={() => onHours(choice)}>{t.trend.hours(choice)}</button>
        ))}
      </div>
    </div>
  );
}

interface TrendOfProps {
  sensorId: string;
  property: string;
  hours: number;
  onHours: (hours: number) => void;
}

/** The trend of one property over one period; made anew when any of these changes. */
function TrendOf({ sensorId, property, hours, onHours }: TrendOfProps) {
  const app = useApp();
  const t = app.t.value;
  const load = useSignal<Load>({ kind: 'loading' });
  const attempt = useSignal(0);
  const points = useSignal(0);
  // What was measured while the page was cut off is in the history only.
  const resumed = `${app.store.epoch.value}/${app.link.resumed.value}`;

  useEffect(() => {
    const stop = new AbortController();
    const to = app.serverTime();
    // Values that come while the history is under way are kept for after it.
    const arrived: HistoryPoint[] = [];
    let series: TrendSeries | null = null;
    const take = (sensor: Sensor | null) => {
      const value = sensor?.values[property];
      const at = sensor === null ? null : sensor.valueTimes[property] ?? sensor.measuredAt;
      if (sensor === null || value === undefined || at === null) return;
      const point: HistoryPoint = [at, value, sensor.valueQualities[property] ?? 'ok'];
      if (series) series.add(...point);
      else arrived.push(point);
      points.value = series?.times.length ?? 0;
    };
    const unsubscribe = app.sensor.subscribe(take);
    // The line stays while it is filled up.
    if (load.peek().kind !== 'ready') load.value = { kind: 'loading' };
    getHistory(sensorId, property, to - hours * 3_600_000, to, stop.signal).then(
      (history) => {
        series = new TrendSeries(gapFor(app.store.sensors.get(sensorId)?.periodSeconds ?? null, history));
        for (const point of history) series.add(...point);
        for (const point of arrived) series.add(...point);
        points.value = series.times.length;
        load.value = { kind: 'ready', series };
      },
      () => { if (!stop.signal.aborted) load.value = { kind: 'failed' }; });
    return () => {
      unsubscribe();
      stop.abort();
    };
  }, [attempt.value, resumed]);

  const definition = app.catalogue.properties.value.get(property);
  const name = app.text(definition?.name, property);
  const decimals = definition?.decimals ?? 2;
  const state = load.value;
  const series = state.kind === 'ready' ? state.series : null;
  points.value;
  const last = series?.last ?? null;
  return (
    <>
      <TrendHead hours={hours} onHours={onHours}>
        <span class="property" title={name}>{name}</span>
        {last !== null && <span class="latest"><b>{app.value(last, property)}</b> {app.unit(property)}</span>}
        {series !== null && series.bad > 0 && <span class="tag">{t.trend.bad(app.f.value.number(series.bad))}</span>}
      </TrendHead>
      {state.kind === 'loading' && <p class="empty" role="status">{t.trend.loading}</p>}
      {state.kind === 'failed' && (
        <p class="empty" role="alert">{t.trend.failed} <button type="button" onClick={() => { attempt.value++; }}>{t.trend.retry}</button></p>
      )}
      {series !== null && series.count === 0 && <p class="empty">{t.trend.empty}</p>}
      {series !== null && series.count > 0 && (
        <Chart series={series} hours={hours} decimals={decimals} property={property} sensorId={sensorId}
          summary={t.trend.summary(name, app.f.value.number(series.count), app.value(series.min, property), app.value(series.max, property), app.value(last!, property))}
          revision={points.value} />
      )}
    </>
  );
}

interface ChartProps {
  series: TrendSeries;
  hours: number;
  decimals: number;
  property: string;
  sensorId: string;
  summary: string;
  revision: number;
}

function Chart({ series, hours, decimals, property, sensorId, summary, revision }: ChartProps) {
  const app = useApp();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<TrendChart | null>(null);
  const { theme, language } = app.preferences;
  const limits = limitsOf(app, sensorId, property);
  const alert = app.alert.value;
  const shownLimit = alert?.sensor === sensorId && alert.property === property ? alert.limit : null;
  const key = JSON.stringify([limits, shownLimit]);
  const span = (): [number, number] => {
    const now = Math.max(app.now.peek(), (series.times.at(-1) ?? 0) * 1000);
    return [now - hours * 3_600_000, now];
  };

  useEffect(() => {
    const formatter = app.f.peek();
    chart.current = new TrendChart(element.current!, series, ...span(), {
      palette: PALETTES[theme.value], formatter, decimals, limits, shownLimit, limitText: (value) => formatter.given(value),
    });
    return () => {
      chart.current?.remove();
      chart.current = null;
    };
  }, [series, theme.value, language.value, key, decimals]);

  // With every value, and every ten seconds so that the window moves on without any.
  const beat = Math.floor(app.now.value / 10_000);
  useEffect(() => { chart.current?.update(...span()); }, [revision, beat]);

  return <div class="chart" ref={element} role="img" aria-label={summary} />;
}

/** The selected alert's limit where it is about this property, and the limits of the rules. */
function limitsOf(app: ReturnType<typeof useApp>, sensorId: string, property: string): LimitLine[] {
  const alert = app.alert.value;
  const sensor = app.store.sensors.get(sensorId);
  const limits = sensor ? limitsFor(app.catalogue.rules.value, sensor, property) : [];
  if (alert && alert.sensor === sensorId && alert.property === property && alert.limit !== null) {
    return [{ value: alert.limit, severity: alert.severity }, ...limits.filter((limit) => limit.value !== alert.limit)];
  }
  return limits;
}
