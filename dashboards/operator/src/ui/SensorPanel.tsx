import { duration } from '../format';
import type { Alert } from '../api/types';
import type { Sensor } from '../store/live-store';
import { isUnacknowledged } from '../store/alerts';
import { useApp } from './context';
import { LampControl } from './LampControl';
import { Shape } from './Shape';

export function SensorPanel() {
  const app = useApp();
  const t = app.t.value;
  const sensor = app.sensor.value;
  const alert = app.alert.value;
  if (app.selectedSensor.value === null) return <div class="sensor none"><p class="empty">{t.sensor.none}</p></div>;
  return (
    <div class="sensor">
      <h2>{sensor ? app.text(sensor.name, sensor.id) : app.selectedSensor.value}</h2>
      {sensor ? <Facts sensor={sensor} /> : <p class="facts">{t.sensor.gone}</p>}
      {alert && <AlertFacts alert={alert} />}
      {sensor && <LampControl sensor={sensor} />}
      {sensor && <Values sensor={sensor} />}
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
      <span>{app.domain(sensor.domain)} · {app.district(sensor.district)}</span>
      {sensor.receivedAt !== null && <span>{t.sensor.lastReport(duration(now - sensor.receivedAt, t.time))}</span>}
      {sensor.periodSeconds !== null && <span>{t.sensor.every(duration(sensor.periodSeconds * 1000, t.time))}</span>}
      <span class="id">{sensor.id}</span>
    </p>
  );
}

function AlertFacts({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  const when = (ms: number) => f.when(ms, app.now.value);
  const facts = [
    t.alert.raised(when(alert.raisedAt)),
    alert.late && t.list.lateTitle(when(alert.receivedAt)),
    alert.lastedMs !== null && t.alert.lasted(duration(alert.lastedMs, t.time)),
    alert.expectedLow !== null && alert.expectedHigh !== null && t.alert.expected(app.value(alert.expectedLow, alert.property), app.value(alert.expectedHigh, alert.property)),
    alert.reAlarms > 0 && t.list.reAlarms(alert.reAlarms),
    alert.clearedAt !== null && t.alert.cleared(when(alert.clearedAt)),
    alert.acknowledgedAt !== null && t.alert.acknowledged(alert.acknowledgedBy ?? t.error.somebody, when(alert.acknowledgedAt)),
    alert.source !== null && t.alert.source(app.text(alert.source, '')),
  ];
  return (
    <p class="facts alert-facts">
      <Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={18} />
      <b>{app.title(alert)}</b>
      {facts.filter((fact) => fact !== false).map((fact) => <span key={fact}>{fact}</span>)}
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
        return (
          <label key={code} class={`value-row ${chosen ? 'chosen' : ''} ${quality}`}>
            <input type="radio" name="property" checked={chosen} onChange={() => { app.selectedProperty.value = code; }} />
            <span class="name" title={name}>{name}</span>
            <b>{value === undefined ? '–' : app.value(value, code)}</b>
            <span class="unit">{app.unit(code)}</span>
            <span class="age">
              {quality !== 'ok' && <em class="tag">{t.quality[quality]}</em>}
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
