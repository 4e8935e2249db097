import { useState } from 'preact/hooks';
import { getDistrictSummary, type DistrictDomain, type DistrictSummary } from '../api/pages';
import type { Rule } from '../api/types';
import { duration } from '../format';
import { isOverdue } from '../store/age';
import { fold } from '../store/alerts';
import { alertsIn, countsOf } from '../store/district-alerts';
import { figuresOf, isOld } from '../store/district-figures';
import type { LimitLine } from '../store/catalogue';
import { useApp } from './context';
import { PageLink } from './AlertPanel';
import { PageHead } from './PageHead';
import { PageTrend, RangePicker, type RangeName } from './PageTrend';
import { Shape } from './Shape';
import { OpenAlerts } from './SubjectAlerts';
import { useAtMostEvery, useLoad } from './use-load';

/** How often the indicators are asked for, besides after every change of an alert. */
const ASK_EVERY_MS = 10_000;

/** However many alerts change, the indicators are asked for once within this. */
const ASK_AT_MOST_EVERY_MS = 1_000;

/** Rows of the list of sensors. */
const MOST_SENSORS = 150;

/** Everything about a district; takes the place of the map, and has an address of its own. */
export function DistrictPage({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value.details;
  app.store.districtsRevision.value;
  const known = app.catalogue.areas.value.has(id) || app.store.districts.has(id);
  if (known) return <Known id={id} />;
  return (
    <PageHead title={id}>
      <p class="empty" role="status">{app.store.epoch.value === null ? t.loading : t.district.unknown(id)}</p>
    </PageHead>
  );
}

function Known({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value.details;
  const changes = useAtMostEvery(alertsIn(app.alerts.value, id), ASK_AT_MOST_EVERY_MS);
  const [loaded, again] = useLoad(id, `${Math.floor(app.now.value / ASK_EVERY_MS)} ${changes}`, (signal) => getDistrictSummary(id, signal));
  const summary = loaded.value;
  const filtered = app.filter.value.district === id;
  return (
    <PageHead title={app.district(id)} tags={summary && <span>{t.district.update(app.f.value.clock(summary.now))}</span>}
      actions={(
        <button type="button" aria-pressed={filtered} class="filter-district" onClick={() => { app.filter.value = { ...app.filter.value, district: filtered ? null : id }; }}>{t.district.filterList}</button>
      )}>
      {loaded.state === 'failed' && <p class="trouble" role="alert">{t.failed} <button type="button" onClick={again}>{t.retry}</button></p>}
      {summary === null && loaded.state === 'loading' && <p class="empty" role="status">{t.loading}</p>}
      {summary && (
        <div class="page-columns">
          <div>
            <section aria-labelledby="indicators-title"><h3 id="indicators-title">{t.district.indicators}</h3><Indicators summary={summary} /></section>
            <DistrictTrend id={id} summary={summary} />
            <section aria-labelledby="sensors-title"><h3 id="sensors-title">{t.district.sensors}</h3><Sensors id={id} /></section>
          </div>
          <div>
            <section aria-labelledby="district-open-title"><h3 id="district-open-title">{t.district.open}</h3><OpenAlerts kind="district" id={id} none={t.district.noOpen} /></section>
            <section aria-labelledby="exceeded-title"><h3 id="exceeded-title">{t.district.exceedances}</h3><Exceedances summary={summary} /></section>
          </div>
        </div>
      )}
    </PageHead>
  );
}

function Indicators({ summary }: { summary: DistrictSummary }) {
  const app = useApp();
  const t = app.t.value;
  const d = t.details.district;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-labelledby="indicators-title">
      <table class="indicators">
        <thead><tr><th scope="col">{d.domain}</th><th scope="col">{d.alerts}</th><th scope="col" class="right">{d.online}</th><th scope="col" class="right">{d.silent}</th><th scope="col" class="right">{d.exceeded}</th></tr></thead>
        <tbody>{summary.domains.map((domain) => <DomainRow key={domain.domain} domain={domain} now={summary.now} />)}</tbody>
      </table>
    </div>
  );
}

function DomainRow({ domain, now }: { domain: DistrictDomain; now: number }) {
  const app = useApp();
  const t = app.t.value;
  const d = t.details.district;
  const f = app.f.value;
  const { sensors } = domain;
  const away = sensors.offline + sensors.silent + sensors.stale;
  const counts = countsOf(domain);
  return (
    <>
      <tr data-domain={domain.domain}>
        <th scope="row">{app.domain(domain.domain)}</th>
        <td>
          {counts.length === 0 ? <span class="calm">{d.calm}</span> : (
            <span class="counts">
              {counts.map(({ severity, count, waiting }) => (
                <span key={severity} title={`${t.severity[severity]}: ${count}`}>
                  <Shape severity={severity} filled={waiting} size={18} /><span class="visually-hidden">{t.severity[severity]}</span> {f.number(count)}
                </span>
              ))}
              {domain.unacknowledged > 0 && <span class="of">{d.waiting(f.number(domain.unacknowledged))}</span>}
            </span>
          )}
        </td>
        <td class="right" data-name={d.online}>{f.number(sensors.online)}<span class="of">/{f.number(sensors.total)}</span></td>
        <td class="right" data-name={d.silent}>{away === 0 ? <span class="calm">{d.none}</span> : <b>{f.number(away)}</b>}</td>
        <td class="right" data-name={d.exceeded}>{domain.exceededMs < 60_000 ? <span class="calm">{d.none}</span> : <b>{duration(domain.exceededMs, t.time)}</b>}</td>
      </tr>
      <tr class="measures">
        <td colSpan={5}>
          {domain.aggregates.length === 0 && <span class="calm">{d.noneNow}</span>}
          <ul class="aggregates" aria-label={`${d.now}: ${app.domain(domain.domain)}`}>
            {domain.aggregates.map((one) => (
              <li key={one.property} title={d.range(app.value(one.min, one.property), app.value(one.max, one.property))}>
                {app.text(app.catalogue.properties.value.get(one.property)?.name, one.property)} <b>{app.value(one.mean, one.property)}</b> {app.unit(one.property)}
                {isOld(one.oldest, now) && <small class="of"> {d.oldest(f.shortWhen(one.oldest, now))}</small>}
              </li>
            ))}
          </ul>
        </td>
      </tr>
    </>
  );
}

function Exceedances({ summary }: { summary: DistrictSummary }) {
  const app = useApp();
  const t = app.t.value;
  const d = t.details.district;
  if (summary.exceedances.length === 0) return <p class="empty">{d.noExceedances}</p>;
  return (
    <ul class="exceedances">
      {summary.exceedances.map((one) => (
        <li key={`${one.ruleId}/${one.domain}`}>
          <span><b>{app.text(one.title, one.ruleId)}</b> <span class="of">{d.at(app.f.value.number(one.subjects))}{one.now && ` · ${d.going}`}</span></span>
          <b>{duration(one.ms, t.time)}</b>
        </li>
      ))}
    </ul>
  );
}

/** The trend of a property's mean over the sensors of one domain. */
function DistrictTrend({ id, summary }: { id: string; summary: DistrictSummary }) {
  const app = useApp();
  const t = app.t.value.details;
  const [range, setRange] = useState<RangeName>('day');
  const [chosen, setChosen] = useState('');
  app.store.layoutRevision.value;
  const choices = figuresOf(summary.domains, app.store.byIndex, id);
  const choice = choices.find((one) => one.key === chosen) ?? choices[0];
  if (!choice) return null;
  return (
    <section class="page-trend" aria-labelledby="district-trend-title">
      <div class="trend-head">
        <h3 id="district-trend-title">{t.district.trend}</h3>
        <label><span class="visually-hidden">{t.district.which}</span>
          <select value={choice.key} onChange={(event) => setChosen(event.currentTarget.value)}>
            {choices.map((one) => <option key={one.key} value={one.key}>{app.domain(one.domain)}: {app.text(app.catalogue.properties.value.get(one.property)?.name, one.property)}</option>)}
          </select>
        </label>
        <span class="spacer" />
        <RangePicker range={range} choose={setRange} />
      </div>
      <PageTrend whose={{ district: id, domain: choice.domain }} property={choice.property} range={range} limits={meanLimits(app.catalogue.rules.value, id, choice.domain, choice.property)} />
    </section>
  );
}

/** Limits that rules set for the whole district's figure; those of single sensors say nothing about a mean. */
function meanLimits(rules: readonly Rule[], district: string, domain: string, property: string): LimitLine[] {
  return rules
    .filter((rule) => rule.kind === 'aggregate' && rule.property === property && (rule.domain === null || rule.domain === domain) && (rule.district === null || rule.district === district) && isMean(rule))
    .flatMap((rule) => [rule.raiseAbove, rule.raiseBelow].filter((value) => value !== null).map((value) => ({ value, severity: rule.severity })));
}

const isMean = (rule: Rule) => (rule.rule as { aggregate?: { of?: string; function?: string } } | null | undefined)?.aggregate?.function === 'mean';

function Sensors({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value;
  const d = t.details.district;
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  app.store.layoutRevision.value;
  // Thousands of values a second must not draw the list anew each time.
  Math.floor(app.now.value / 2_000);
  const words = fold(search).split(/\s+/).filter((word) => word !== '');
  const marks = app.sensorMarks.value;
  const found = app.store.byIndex
    .filter((sensor) => sensor.district === id
      && (state === '' || (state === 'abnormal' ? sensor.state !== 'online' || sensor.quality !== 'ok' || isOverdue(sensor, app.now.value) || marks.has(sensor.id) : sensor.state === state))
      && words.every((word) => fold(`${sensor.id} ${sensor.name?.vi ?? ''} ${sensor.name?.en ?? ''} ${app.domain(sensor.domain)}`).includes(word)))
    .sort((a, b) => (a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : a.id < b.id ? -1 : 1));
  const shown = found.slice(0, MOST_SENSORS);
  const domains = [...new Set(shown.map((sensor) => sensor.domain))];
  return (
    <>
      <div class="sensor-filters">
        <input type="search" value={search} placeholder={d.find} aria-label={d.find} maxLength={100} onInput={(event) => setSearch(event.currentTarget.value)} />
        <label><span class="visually-hidden">{t.details.device.state}</span>
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">{d.all}</option>
            <option value="abnormal">{d.abnormal}</option>
            {(['online', 'offline', 'stale', 'silent', 'unknown'] as const).map((one) => <option key={one} value={one}>{t.state[one]}</option>)}
          </select>
        </label>
      </div>
      {found.length === 0 && <p class="empty">{d.noSensors}</p>}
      {domains.map((domain) => (
        <div key={domain} class="domain-sensors">
          <h4>{app.domain(domain)} <span class="of">{app.f.value.number(found.filter((sensor) => sensor.domain === domain).length)}</span></h4>
          <ul>
            {shown.filter((sensor) => sensor.domain === domain).map((sensor) => {
              const mark = marks.get(sensor.id);
              const old = sensor.state === 'online' && isOverdue(sensor, app.now.value);
              return (
                <li key={sensor.id}>
                  {mark ? <Shape severity={mark.severity} filled={mark.unacknowledged} size={16} /> : <span class={`dot ${old ? 'stale' : sensor.state}`} aria-hidden="true" />}
                  <PageLink kind="sensor" id={sensor.id}>{app.text(sensor.name, sensor.id)}</PageLink>
                  <span class="of">{sensor.state === 'online' && sensor.quality !== 'ok' ? t.quality[sensor.quality] : t.state[sensor.state]}{old && ` · ${t.details.sensor.old}`}</span>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
      {found.length > shown.length && <p class="empty">{d.moreSensors(app.f.value.number(found.length - shown.length))}</p>}
    </>
  );
}
