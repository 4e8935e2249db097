import { useRef } from 'preact/hooks';
import { isEmpty, type Asked, type PlannerApp } from '../planner-app';
import { VIEWS, type Form } from '../model/query';
import { ChartView } from './ChartView';
import { usePlanner } from './context';
import { DistrictsView } from './DistrictsView';
import { HeatView } from './HeatView';
import { PlacesNote } from './PlacesNote';
import { TableView } from './TableView';

/** The answer in the view chosen, or why there is none. */
export function AnswerView() {
  const app = usePlanner();
  const t = app.t.value;
  const { view, properties } = app.query.value;
  const load = app.load.value;
  // What was there before stays in sight while the next answer is on its way, when it is of the same view.
  const last = useRef<Asked | null>(null);
  if (load.kind === 'ready') last.current = load.asked;
  else if (load.kind !== 'loading') last.current = null;
  const shown = load.kind === 'ready' ? load.asked : load.kind === 'loading' && last.current?.query.view === view ? last.current : null;
  const { range } = shown ?? { range: app.range.value };
  return (
    <>
      <nav class="views" aria-label={t.view.label}>
        {VIEWS.map((one) => (
          <button key={one} type="button" aria-current={one === view ? 'page' : undefined} onClick={() => app.change({ view: one })}>{t.view[one]}</button>
        ))}
      </nav>
      {properties.length > 0 && <p class="sentence">{app.sentence()}</p>}
      <State app={app} />
      {shown !== null && !isEmpty(shown) && (
        <div class={load.kind === 'loading' ? 'stale' : ''} aria-busy={load.kind === 'loading'}>
          <View asked={shown} />
        </div>
      )}
      {load.kind === 'ready' && <Downloads app={app} />}
      <p class="print-only">{t.printedPeriod(app.f.value.moment(range.from), app.f.value.moment(range.to))} · {t.printed(app.f.value.moment(Date.now()))} · {t.address}: {app.shareAddress()}</p>
    </>
  );
}

function View({ asked }: { asked: Asked }) {
  const app = usePlanner();
  switch (asked.query.view) {
    case 'heat': return 'answer' in asked ? <HeatView answer={asked.answer} /> : null;
    case 'districts': return 'answer' in asked ? <DistrictsView answer={asked.answer} /> : null;
    case 'table': return <TableView asked={asked} />;
    default: return <><ChartView asked={asked} />{app.printing.value && <TableView asked={asked} />}</>;
  }
}

/** What is going on, said aloud as well. */
function State({ app }: { app: PlannerApp }) {
  const t = app.t.value;
  const load = app.load.value;
  switch (load.kind) {
    case 'nothing': return <Nothing app={app} />;
    case 'loading':
      return <div class="state loading" role="status"><span class="spinner" aria-hidden="true" />{t.state.loading} <button type="button" onClick={() => app.cancel()}>{t.state.cancel}</button></div>;
    case 'cancelled': return <div class="state" role="status">{t.state.cancelled} <button type="button" onClick={() => app.again()}>{t.state.again}</button></div>;
    case 'failed': {
      const own = load.detail === null ? null : app.text(load.detail, '');
      return (
        <div class="state failed" role="alert">
          <p>{own ? <><b>{t.state.refused}.</b> {own}</> : load.status === 0 ? t.state.away : t.state.failed(String(load.status))}</p>
          <button type="button" onClick={() => app.again()}>{t.state.again}</button>
        </div>
      );
    }
    case 'ready': return isEmpty(load.asked) ? <Empty app={app} /> : (
      <p class="visually-hidden" role="status">{t.state.answered(app.f.value.number('answer' in load.asked ? load.asked.answer.readings : load.asked.readings.series.reduce((sum, one) => sum + one.points.length, 0)))}</p>
    );
  }
}

/** The properties that most sensors have. */
const MOST_OFFERED = 12;

function Nothing({ app }: { app: PlannerApp }) {
  const t = app.t.value;
  const sensors = new Map<string, number>();
  for (const sensor of app.sensors.value.values()) for (const code of sensor.properties) sensors.set(code, (sensors.get(code) ?? 0) + 1);
  const offered = [...sensors].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, MOST_OFFERED).map(([code]) => code);
  return (
    <div class="state nothing">
      <p>{t.state.nothing}</p>
      {offered.length > 0 && <p class="hint">{t.state.nothingHow}</p>}
      <div class="offers">{offered.map((code) => <button key={code} type="button" onClick={() => app.toggle('properties', code)}>{app.property(code)}</button>)}</div>
    </div>
  );
}

function Empty({ app }: { app: PlannerApp }) {
  const [t, f] = [app.t.value, app.f.value];
  const held = app.held.value;
  return (
    <div class="state empty-answer" role="status">
      <p>{t.state.empty}</p>
      {held === null && <p>{t.state.emptyNever}</p>}
      {held === null && <PlacesNote />}
      {held && <p>{t.state.emptyAt(f.moment(held.from), f.moment(held.to))} <button type="button" onClick={() => app.showHeld(held)}>{t.state.emptyShow}</button></p>}
    </div>
  );
}

function Downloads({ app }: { app: PlannerApp }) {
  const t = app.t.value.download;
  const forms: [Form, string, string][] = [['csv', t.csv, 'csv'], ['csv-bom', t.bom, 'csv'], ['json', t.json, 'json'], ['ndjson', t.ndjson, 'ndjson']];
  return (
    <div class="downloads" role="group" aria-label={t.label}>
      <span>{t.label}:</span>
      {forms.map(([form, label, ending]) => <a key={form} class={form} href={app.fileAddress(form)} download={`ioc-history.${ending}`}>{label}</a>)}
      <span class="hint">{t.note}</span>
    </div>
  );
}
