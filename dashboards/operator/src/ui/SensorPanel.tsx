import { duration } from '../format';
import { isValueOld } from '../store/age';
import type { Sensor } from '../store/live-store';
import { AlertFacts, OutageFact } from './AlertDetail';
import { AlertHistory } from './AlertHistory';
import { PageLink } from './AlertPanel';
import { useApp } from './context';
import { LampControl } from './LampControl';

export function SensorPanel() {
  const app = useApp();
  const t = app.t.value;
  const sensor = app.sensor.value;
  const alert = app.alert.value;
  const outage = app.life.outage.value;
  if (app.selectedSensor.value === null && alert === null) return <div class="sensor none"><p class="empty">{t.sensor.none}</p></div>;
  const history = alert !== null && (sensor === null || app.life.panel.value === 'history');
  return (
    <div class="sensor" tabIndex={0} role="region" aria-label={t.sensor.title}>
      <h2>{sensor ? <PageLink kind="sensor" id={sensor.id}>{app.text(sensor.name, sensor.id)}</PageLink> : app.selectedSensor.value ?? app.place(alert!)}</h2>
      {sensor ? <Facts sensor={sensor} /> : app.selectedSensor.value !== null && <p class="facts">{t.sensor.gone}</p>}
      {outage && <OutageFact outage={outage} />}
      {alert && !app.pages.detailShown.value && (
        <>
          <AlertFacts alert={alert} />
          <button type="button" class="open-detail" aria-keyshortcuts="D" onClick={() => app.pages.toggleDetail()}>{t.details.open} <kbd aria-hidden="true">D</kbd></button>
        </>
      )}
      {sensor && <LampControl sensor={sensor} />}
      {alert && sensor && (
        <div class="panel-choice" role="group" aria-label={t.sensor.title}>
          <button type="button" class="quiet" aria-pressed={!history} onClick={() => { app.life.panel.value = 'values'; }}>{t.life.history.values}</button>
          <button type="button" class="quiet" aria-pressed={history} onClick={() => { app.life.panel.value = 'history'; }}>{t.life.history.title} <kbd aria-hidden="true">I</kbd></button>
        </div>
      )}
      {history ? <AlertHistory alert={alert} /> : sensor && <Values sensor={sensor} />}
    </div>
  );
}

function Facts({ sensor }: { sensor: Sensor }) {
  const app = useApp();
  const t = app.t.value;
  const now = app.now.value;
  return (
    <p class="facts">
      <span class={`state ${sensor.state}`}>{t.state[sensor.state]}</span>
      {!sensor.registered && <span class="tag">{t.sensor.unregistered}</span>}
      {sensor.quality !== 'ok' && <span class="tag">{t.quality[sensor.quality]}</span>}
      <span>{app.domain(sensor.domain)} · <PageLink kind="district" id={sensor.district}>{app.district(sensor.district)}</PageLink></span>
      {sensor.receivedAt !== null && <span>{t.sensor.lastReport(duration(now - sensor.receivedAt, t.time))}</span>}
      {sensor.periodSeconds !== null && <span>{t.sensor.every(duration(sensor.periodSeconds * 1000, t.time))}</span>}
      <span class="id">{sensor.id}</span>
    </p>
  );
}

/** All current values; choosing one shows its trend. */
function Values({ sensor }: { sensor: Sensor }) {
  const app = useApp();
  const t = app.t.value;
  const codes = [...new Set([...sensor.properties, ...Object.keys(sensor.values)])];
  if (codes.length === 0) return <p class="empty">{t.sensor.noValues}</p>;
  return (
    <div class="values" role="radiogroup" aria-label={t.sensor.values}>
      {codes.map((code) => {
        const value = sensor.values[code];
        const quality = sensor.valueQualities[code] ?? 'ok';
        const at = sensor.valueTimes[code] ?? sensor.measuredAt;
        const name = app.text(app.catalogue.properties.value.get(code)?.name, code);
        const chosen = app.selectedProperty.value === code;
        const old = value !== undefined && isValueOld(sensor, code, app.now.value);
        return (
          <label key={code} class={`value-row ${chosen ? 'chosen' : ''} ${quality} ${old ? 'old' : ''}`}>
            <input type="radio" name="property" checked={chosen} onChange={() => { app.selectedProperty.value = code; }} />
            <span class="name" title={name}>{name}</span>
            <b>{value === undefined ? '–' : app.value(value, code)}</b>
            <span class="unit">{app.unit(code)}</span>
            <span class="age">
              {quality !== 'ok' && <em class="tag">{t.quality[quality]}</em>}
              {old && <em class="tag">{t.details.sensor.old}</em>}
              {value !== undefined && at !== null && <Age at={at} />}
            </span>
          </label>
        );
      })}
    </div>
  );
}

function Age({ at }: { at: number }) {
  const app = useApp();
  return <>{duration(app.now.value - at, app.t.value.time)}</>;
}
