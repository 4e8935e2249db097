import type { ComponentChildren } from 'preact';
import { getSensorDetails, getSimilar, type SimilarAlerts } from '../api/pages';
import type { Alert, LocalText } from '../api/types';
import { duration } from '../format';
import { actName } from '../life';
import { writeHash } from '../route';
import { useState } from 'preact/hooks';
import { isUnacknowledged } from '../store/alerts';
import { AlertFacts } from './AlertDetail';
import { useApp } from './context';
import { DeviceFacts } from './DeviceFacts';
import { ProcedureList } from './ProcedureList';
import { Shape } from './Shape';
import { useLoad } from './use-load';

/** Everything about the selected alert, beside the map: what to do, its rule, the last times, its device. */
export function AlertPanel() {
  const app = useApp();
  const t = app.t.value.details;
  const alert = app.alert.value;
  if (alert === null || !app.pages.detailShown.value) return null;
  return (
    <aside class="detail" aria-label={t.panel.title} tabIndex={0} data-own-arrows>
      <div class="detail-head">
        <Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={22} />
        <h2>{t.panel.title}</h2>
        <span class="spacer" />
        {alert.sensor !== null && <PageLink kind="sensor" id={alert.sensor}>{t.panel.sensor}</PageLink>}
        <PageLink kind="district" id={alert.district}>{t.panel.district}</PageLink>
        <button type="button" class="quiet close" aria-label={`${t.close}: ${t.panel.title}`} title="D" onClick={() => app.pages.toggleDetail()}>×</button>
      </div>
      <AlertFacts alert={alert} />
      <ProcedureList alert={alert} />
      <RuleFacts alert={alert} />
      <Similar key={alert.id} alert={alert} />
      {alert.sensor !== null && <Device key={alert.sensor} sensor={alert.sensor} />}
    </aside>
  );
}

/** A way to the page of a sensor or a district, that can be opened in another window too. */
export function PageLink({ kind, id, children }: { kind: 'sensor' | 'district'; id: string; children: ComponentChildren }) {
  const app = useApp();
  return <a class="page-link" href={writeHash({ kind, id }, app.filter.value)}>{children}</a>;
}

function RuleFacts({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value;
  const r = t.details.rule;
  const rule = app.catalogue.rules.value.find((one) => one.id === alert.ruleId);
  const unit = app.unit(alert.property, alert.unit);
  const whole = rule?.rule as { average?: { length?: string } | null; source?: LocalText | null } | null | undefined;
  const amount = (value: number) => `${app.f.value.given(value)} ${unit}`.trim();
  const limits = rule ? [rule.raiseAbove !== null && r.above(amount(rule.raiseAbove)), rule.raiseBelow !== null && r.below(amount(rule.raiseBelow))].filter((one) => one !== false) : [];
  const facts: [string, string | false][] = rule ? [
    [r.limit, limits.length > 0 ? limits.join(', ') : alert.limit !== null && amount(alert.limit)],
    [r.hold, rule.durationSeconds > 0 && duration(rule.durationSeconds * 1000, t.time)],
    [r.hysteresis, rule.hysteresis > 0 && amount(rule.hysteresis)],
    [r.priority, `P${rule.severity} ${t.severity[rule.severity]}`],
    [r.source, app.text(rule.source ?? whole?.source, '') || false],
    [r.id, rule.id],
  ] : [];
  return (
    <section aria-labelledby="rule-title">
      <h3 id="rule-title">{r.title}</h3>
      {rule ? (
        <>
          <p><b>{app.text(rule.name, rule.id)}</b> · {t.kind[rule.kind] ?? rule.kind}</p>
          <Facts facts={facts} />
        </>
      ) : <p class="empty">{r.gone(alert.ruleId)}</p>}
    </section>
  );
}

/** What is known, as names and values; what is not known is left out. */
export function Facts({ facts }: { facts: readonly [string, ComponentChildren | false][] }) {
  return (
    <dl class="facts-list">
      {facts.filter(([, value]) => value !== false && value !== null && value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Similar({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value;
  const s = t.details.similar;
  const [within, setWithin] = useState<SimilarAlerts['within']>('subject');
  const [loaded, again] = useLoad(`${alert.id}/${within}`, app.store.epoch.value, (signal) => getSimilar(alert.id, within, null, signal));
  const [older, setOlder] = useState<{ key: string; items: SimilarAlerts['items']; next: string | null } | null>(null);
  const key = `${alert.id}/${within}`;
  const found = loaded.value;
  const items = [...(found?.items ?? []), ...(older?.key === key ? older.items : [])];
  const next = older?.key === key ? older.next : found?.next ?? null;
  const more = () => {
    getSimilar(alert.id, within, next).then(
      (page) => setOlder({ key, items: [...(older?.key === key ? older.items : []), ...page.items], next: page.next }),
      () => app.toast((words) => words.details.failed));
  };
  const figures = found && found.count > 0 ? [
    (found.more ? s.countMore : s.count)(app.f.value.number(found.count)),
    found.medianLastedMs !== null && s.lasted(duration(found.medianLastedMs, t.time)),
    found.medianToAcknowledgeMs !== null && s.acknowledged(duration(found.medianToAcknowledgeMs, t.time)),
  ].filter((one) => one !== false) : [];
  return (
    <section class="similar" aria-labelledby="similar-title">
      <h3 id="similar-title">{s.title}
        <span class="panel-choice" role="group" aria-label={s.which}>
          {(['subject', 'district'] as const).map((choice) => (
            <button key={choice} type="button" class="quiet" aria-pressed={within === choice} onClick={() => setWithin(choice)}>{s[choice]}</button>
          ))}
        </span>
      </h3>
      {loaded.state === 'failed' && <p class="trouble" role="alert">{t.details.failed} <button type="button" onClick={again}>{t.details.retry}</button></p>}
      {found === null && loaded.state === 'loading' && <p class="empty">{t.details.loading}</p>}
      {found?.count === 0 && <p class="empty">{s.none}</p>}
      {figures.length > 0 && <p class="figures">{figures.join(' · ')}</p>}
      <ul>{items.map((item) => <PastAlert key={item.alert.id} item={item} place={within === 'district'} />)}</ul>
      {next !== null && <button type="button" class="quiet" onClick={more}>{t.details.more}</button>}
    </section>
  );
}

function PastAlert({ item: { alert, acts }, place }: { item: SimilarAlerts['items'][number]; place: boolean }) {
  const app = useApp();
  const t = app.t.value;
  const s = t.details.similar;
  const said = acts.filter((act) => act.note !== null && act.kind !== 'handed_over');
  const who = [...new Set(acts.map((act) => act.operator).filter((one) => one !== null))];
  return (
    <li>
      <p>
        <time dateTime={new Date(alert.raisedAt).toISOString()}>{app.f.value.when(alert.raisedAt, app.now.peek())}</time>
        {place && <> · {app.place(alert)}</>}
        {' · '}{alert.clearedAt === null ? s.going : s.took(duration(alert.clearedAt - alert.raisedAt, t.time))}
        {alert.value !== null && <> · {app.value(alert.value, alert.property)} {app.unit(alert.property, alert.unit)}</>}
        {alert.checklist && <> · {s.steps(app.f.value.number(alert.checklist.done.length), app.f.value.number(alert.checklist.of))}</>}
        {who.length > 0 && <> · {who.join(', ')}</>}
      </p>
      {said.length === 0 ? <p class="none">{s.nothing}</p> : said.map((act) => (
        <p class="said" key={act.sequence}><b>{actName(act.kind, t)}</b> {act.note} <span class="who">– {act.operator}</span></p>
      ))}
    </li>
  );
}

function Device({ sensor }: { sensor: string }) {
  const app = useApp();
  const t = app.t.value.details;
  const [loaded, again] = useLoad(sensor, Math.floor(app.now.value / 60_000), (signal) => getSensorDetails(sensor, signal));
  const live = app.sensor.value;
  return (
    <section aria-labelledby="device-title">
      <h3 id="device-title">{t.device.title}</h3>
      {live?.id === sensor && <DeviceFacts sensor={live} details={loaded.value} />}
      {loaded.state === 'failed' && <p class="trouble" role="alert">{t.failed} <button type="button" onClick={again}>{t.retry}</button></p>}
    </section>
  );
}
