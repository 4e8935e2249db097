import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { PALETTES } from '../palette';
import { BAD_QUALITY, CONDITION } from '../map/placement';
import type { ReplayHour } from '../store/replay';
import { TrendChart } from '../trend/chart';
import { TrendSeries } from '../trend/series';
import { limitsFor } from '../store/catalogue';
import { useApp } from './context';
import { Shape } from './Shape';

const SHOWN = 60;

/** In place of the sensor and its trend while the operator looks back: what was at that moment. */
export function PastPanel() {
  const app = useApp();
  const hour = app.past.hour.value;
  if (hour === null) return null;
  return (
    <>
      <PastSensor hour={hour} />
      <PastAlerts hour={hour} />
    </>
  );
}

function PastSensor({ hour }: { hour: ReplayHour }) {
  const app = useApp();
  const t = app.t.value;
  const id = app.selectedSensor.value;
  const sensor = id === null ? undefined : app.store.sensors.get(id);
  if (!sensor) return <div class="sensor"><p class="empty">{t.atlas.past.selectSensor}</p></div>;
  const moment = app.past.moment.value;
  const values = hour.valuesAt(sensor.id, moment);
  const doubtful = hour.codeOf(sensor.id, moment) !== CONDITION.online;
  const chosen = values.find((one) => one.property === app.selectedProperty.value)?.property ?? values[0]?.property ?? null;
  return (
    <div class="sensor past" tabIndex={0} role="region" aria-label={t.sensor.title}>
      <h2>{app.text(sensor.name, sensor.id)}</h2>
      <p class="facts"><span class="tag">{t.atlas.past.at(app.f.value.minute(hour.timeOf(moment)))}</span><PastConditions hour={hour} sensorId={sensor.id} /><span>{app.domain(sensor.domain)} · {app.district(sensor.district)}</span></p>
      {values.length === 0 ? <p class="empty">{t.atlas.past.nothing}</p> : (
        <div class="values" role="radiogroup" aria-label={t.sensor.values}>
          {values.map(({ property, value }) => (
            <label key={property} class={`value-row ${property === chosen ? 'chosen' : ''} ${doubtful ? 'old' : 'ok'}`}>
              <input type="radio" name="past-property" checked={property === chosen} onChange={() => { app.selectedProperty.value = property; }} />
              <span class="name">{app.text(app.catalogue.properties.value.get(property)?.name, property)}</span>
              <b>{app.value(value, property)}</b>
              <span class="unit">{app.unit(property)}</span>
            </label>
          ))}
        </div>
      )}
      {chosen !== null && <PastChart hour={hour} sensorId={sensor.id} property={chosen} />}
    </div>
  );
}

/** What its dot on the map says, in words: that its data were old then, or of bad quality. */
export function PastConditions({ hour, sensorId }: { hour: ReplayHour; sensorId: string }) {
  const app = useApp();
  const t = app.t.value;
  const code = hour.codeOf(sensorId, app.past.moment.value);
  const condition = code & 7;
  const state = condition === CONDITION.old ? t.details.sensor.old : condition === CONDITION.stale ? t.state.stale : condition === CONDITION.unknown ? t.state.unknown : null;
  return (
    <>
      {state !== null && <span class="tag">{state}</span>}
      {code >= BAD_QUALITY && <span class="tag">{t.map.bad}</span>}
    </>
  );
}

function PastChart({ hour, sensorId, property }: { hour: ReplayHour; sensorId: string; property: string }) {
  const app = useApp();
  const element = useRef<HTMLDivElement>(null);
  const { theme, language } = app.preferences;
  useEffect(() => {
    const series = new TrendSeries((hour.answer.step / 1000) * 1.5);
    hour.valuesOf(sensorId, property).forEach((value, moment) => { if (value !== null) series.add(hour.timeOf(moment), value, 'ok'); });
    const formatter = app.f.peek();
    const sensor = app.store.sensors.get(sensorId);
    const chart = new TrendChart(element.current!, series, hour.answer.from, hour.answer.to, {
      palette: PALETTES[theme.value], formatter, decimals: app.catalogue.properties.peek().get(property)?.decimals ?? 2,
      limits: sensor ? limitsFor(app.catalogue.rules.peek(), sensor, property) : [], shownLimit: null, limitText: (value) => formatter.given(value),
    });
    return () => chart.remove();
  }, [hour, sensorId, property, theme.value, language.value]);
  const name = app.text(app.catalogue.properties.value.get(property)?.name, property);
  return <div class="chart" ref={element} role="img" aria-label={app.t.value.atlas.past.chart(name)} />;
}

/** The alerts that were open then. */
function PastAlerts({ hour }: { hour: ReplayHour }) {
  const app = useApp();
  const t = app.t.value;
  const open = useComputed(() => app.past.hour.value?.alertsAt(app.past.moment.value) ?? []);
  const all = open.value;
  const f = app.f.value;
  const at = hour.timeOf(app.past.moment.value);
  return (
    <section class="past-alerts" tabIndex={0} aria-label={t.atlas.past.alerts}>
      <h2>{t.atlas.past.alertsAt(f.minute(at), f.number(all.length))}</h2>
      <ul>
        {all.slice(0, SHOWN).map(({ alert, unacknowledged }) => (
          <li key={alert.id}>
            <button type="button" class="quiet" disabled={alert.sensor === null && alert.asset === null}
              onClick={() => {
                if (alert.sensor !== null) app.lookAtSensor(alert.sensor, alert.property);
                else app.atlas.selectedAsset.value = alert.asset;
              }}>
              <Shape severity={alert.severity} filled={unacknowledged} size={18} />
              <span class="past-title">{app.text(alert.title, t.kind[alert.kind])}</span>
              <span class="past-place">{app.place(alert)}</span>
            </button>
          </li>
        ))}
        {all.length > SHOWN && <li>{t.map.more(f.number(all.length - SHOWN))}</li>}
        {all.length === 0 && <li class="empty">{t.list.empty}</li>}
      </ul>
    </section>
  );
}
