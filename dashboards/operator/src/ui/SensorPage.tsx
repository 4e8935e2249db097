import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { getSensorDetails, type SensorDetails } from '../api/pages';
import { duration } from '../format';
import { isValueOld } from '../store/age';
import { limitsFor } from '../store/catalogue';
import { takes } from '../store/commands';
import type { Sensor } from '../store/live-store';
import { Facts, PageLink } from './AlertPanel';
import { useApp } from './context';
import { DeviceFacts } from './DeviceFacts';
import { LampControl } from './LampControl';
import { PageHead } from './PageHead';
import { PageTrend, RangePicker, type RangeName } from './PageTrend';
import { OpenAlerts, PastAlerts } from './SubjectAlerts';
import { useLoad } from './use-load';

/** Everything about a sensor; takes the place of the map, and has an address of its own. */
export function SensorPage({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value.details;
  const live = useComputed(() => {
    app.store.sensorsRevision.value;
    return app.store.sensors.get(id) ?? null;
  });
  const sensor = live.value;
  if (!sensor) {
    return (
      <PageHead title={id}>
        <p class="empty" role="status">{app.store.epoch.value === null ? t.loading : t.sensor.unknown(id)}</p>
      </PageHead>
    );
  }
  return <PageHead title={app.text(sensor.name, sensor.id)} tags={<Tags sensor={sensor} />}><Known sensor={sensor} /></PageHead>;
}

function Known({ sensor }: { sensor: Sensor }) {
  const app = useApp();
  const t = app.t.value.details;
  const { id } = sensor;
  const [loaded, again] = useLoad(id, Math.floor(app.now.value / 60_000), (signal) => getSensorDetails(id, signal));
  return (
    <div class="page-columns">
      <div>
        <ValuesAndTrend sensor={sensor} />
        {takes(sensor).length > 0 && (
          <section aria-labelledby="control-title"><h3 id="control-title">{t.sensor.control}</h3><LampControl sensor={sensor} /></section>
        )}
        <section aria-labelledby="letters-title">
          <h3 id="letters-title">{t.sensor.letters}</h3>
          {loaded.value && <Letters details={loaded.value} />}
          {!loaded.value && loaded.state === 'loading' && <p class="empty">{t.loading}</p>}
        </section>
      </div>
      <div>
        <section aria-labelledby="open-title"><h3 id="open-title">{t.sensor.openAlerts}</h3><OpenAlerts kind="sensor" id={id} none={t.sensor.noOpen} /></section>
        <section aria-labelledby="past-title"><h3 id="past-title">{t.sensor.pastAlerts}</h3><PastAlerts id={id} /></section>
        <section aria-labelledby="about-title">
          <h3 id="about-title">{t.sensor.about}</h3>
          <About sensor={sensor} details={loaded.value} />
          {loaded.state === 'failed' && <p class="trouble" role="alert">{t.sensor.noDetails} <button type="button" onClick={again}>{t.retry}</button></p>}
        </section>
        <section aria-labelledby="sensor-device-title"><h3 id="sensor-device-title">{t.device.title}</h3><DeviceFacts sensor={sensor} details={loaded.value} /></section>
      </div>
    </div>
  );
}

function Tags({ sensor }: { sensor: Sensor }) {
  const app = useApp();
  const t = app.t.value;
  return (
    <>
      <span class={`state ${sensor.state}`}>{t.state[sensor.state]}</span>
      {!sensor.registered && <span class="tag">{t.sensor.unregistered}</span>}
      {sensor.quality !== 'ok' && <span class="tag">{t.quality[sensor.quality]}</span>}
      {sensor.receivedAt !== null && <span>{t.sensor.lastReport(duration(app.now.value - sensor.receivedAt, t.time))}</span>}
      <span class="id">{sensor.id}</span>
    </>
  );
}

function ValuesAndTrend({ sensor }: { sensor: Sensor }) {
  const app = useApp();
  const t = app.t.value;
  const p = t.details.sensor;
  const codes = [...new Set([...sensor.properties, ...Object.keys(sensor.values)])];
  const [range, setRange] = useState<RangeName>('day');
  const [chosen, setChosen] = useState<string | null>(null);
  const property = chosen !== null && codes.includes(chosen) ? chosen : codes[0] ?? null;
  if (property === null) return <p class="empty">{t.sensor.noValues}</p>;
  const rules = app.catalogue.rules.value;
  return (
    <>
      <section aria-labelledby="values-title">
        <h3 id="values-title">{p.values}</h3>
        <div class="table-scroll" tabIndex={0} role="region" aria-labelledby="values-title"><table class="values-table" data-own-arrows>
          <thead><tr><th scope="col">{p.property}</th><th scope="col" class="right">{p.value}</th><th scope="col">{p.limits}</th><th scope="col">{p.quality}</th><th scope="col" class="right">{p.age}</th></tr></thead>
          <tbody>
            {codes.map((code) => {
              const value = sensor.values[code];
              const at = sensor.valueTimes[code] ?? sensor.measuredAt;
              const quality = sensor.valueQualities[code] ?? 'ok';
              const age = at === null ? null : app.now.value - at;
              const old = isValueOld(sensor, code, app.now.value);
              const limits = limitsFor(rules, sensor, code);
              return (
                <tr key={code} class={`${code === property ? 'chosen' : ''} ${quality === 'ok' && !old ? '' : 'doubtful'}`}>
                  <th scope="row"><label><input type="radio" name="page-property" checked={code === property} onChange={() => setChosen(code)} /> {app.text(app.catalogue.properties.value.get(code)?.name, code)}</label></th>
                  <td class="right"><b>{value === undefined ? '–' : app.value(value, code)}</b> <span class="unit">{app.unit(code)}</span></td>
                  <td>{limits.length === 0 ? '–' : limits.map((limit) => <span class="limit" key={limit.value}><i class={`p${limit.severity}`}>P{limit.severity}</i> {app.f.value.given(limit.value)}</span>)}</td>
                  <td>{value === undefined ? '–' : t.quality[quality]}</td>
                  <td class="right">{value === undefined || age === null ? '–' : <>{duration(age, t.time)} {old && <em class="tag">{p.old}</em>}</>}</td>
                </tr>
              );
            })}
          </tbody>
        </table></div>
      </section>
      <section class="page-trend" aria-label={t.trend.title}>
        <div class="trend-head">
          <h3>{app.text(app.catalogue.properties.value.get(property)?.name, property)}</h3>
          <span class="spacer" />
          <RangePicker range={range} choose={setRange} />
        </div>
        <PageTrend whose={{ sensor: sensor.id }} property={property} range={range} limits={limitsFor(rules, sensor, property)} />
      </section>
    </>
  );
}

function About({ sensor, details }: { sensor: Sensor; details: SensorDetails | null }) {
  const app = useApp();
  const t = app.t.value;
  const p = t.details.sensor;
  return (
    <Facts facts={[
      [p.domain, app.domain(sensor.domain)],
      [p.district, <PageLink kind="district" id={sensor.district}>{app.district(sensor.district)}</PageLink>],
      [p.commune, details?.commune ? app.text(details.commune.name, details.commune.id) : false],
      [p.place, sensor.longitude === null || sensor.latitude === null ? p.noPlace : `${app.f.value.number(sensor.latitude, 5)}, ${app.f.value.number(sensor.longitude, 5)}`],
      [p.assets, details !== null && details.assets.length > 0 && details.assets.map((asset) => `${app.text(asset.name, asset.id)} (${(p.asset as Record<string, string>)[asset.kind] ?? asset.kind})`).join(' ← ')],
      [p.priority, details !== null && details.priority.length > 0 && details.priority.map((one) => (one.shift > 0 ? p.higher : p.lower)(app.text(one.reason, ''))).join('; ')],
    ]} />
  );
}

function Letters({ details }: { details: SensorDetails }) {
  const app = useApp();
  const p = app.t.value.details.sensor;
  if (details.lastDeadLetters.length === 0) return <p class="empty">{p.noLetters}</p>;
  return (
    <ul class="letters">
      {details.lastDeadLetters.map((letter) => (
        <li key={letter.id}>
          <details>
            <summary><time>{app.f.value.when(letter.at, app.now.peek())}</time> <b>{app.text(letter.reasonText, letter.reason)}</b></summary>
            <p>{letter.detail}</p>
            <p class="topic">{letter.topic}</p>
            <pre tabIndex={0}>{letter.payload.slice(0, 2000)}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
}
