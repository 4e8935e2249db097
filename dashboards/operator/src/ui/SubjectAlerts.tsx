import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { getAlertsOf, type AlertPage } from '../api/pages';
import type { Alert } from '../api/types';
import { duration } from '../format';
import { compareAlerts, isUnacknowledged } from '../store/alerts';
import { useApp } from './context';
import { Shape } from './Shape';
import { useLoad } from './use-load';

/** The open alerts of a sensor or a district, as the live stream has them. */
export function OpenAlerts({ kind, id, none }: { kind: 'sensor' | 'district'; id: string; none: string }) {
  const app = useApp();
  app.store.alertsRevision.value;
  const open = [...app.store.alerts.values()].filter((alert) => alert[kind] === id && alert.state !== 'closed').sort(compareAlerts);
  if (open.length === 0) return <p class="empty">{none}</p>;
  return <ul class="alert-lines">{open.slice(0, 100).map((alert) => <AlertLine key={alert.id} alert={alert} place={kind === 'district'} />)}</ul>;
}

/** The closed alerts of a sensor, from the server, page by page. */
export function PastAlerts({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value.details;
  const key = useComputed(() => {
    app.store.alertsRevision.value;
    return [...app.store.alerts.values()].filter((alert) => alert.sensor === id).map((alert) => `${alert.id}${alert.state}`).join();
  });
  const [loaded, again] = useLoad(id, key.value, (signal) => getAlertsOf('sensor', id, null, signal));
  const [older, setOlder] = useState<(AlertPage & { of: string }) | null>(null);
  const first = loaded.value;
  const rest = older?.of === id ? older : null;
  const all = [...(first?.items ?? []), ...(rest?.items ?? [])].filter((alert, i, list) => alert.state === 'closed' && list.findIndex((one) => one.id === alert.id) === i);
  const next = rest ? rest.next : first?.next ?? null;
  const more = () => {
    getAlertsOf('sensor', id, next).then(
      (page) => setOlder({ of: id, items: [...(rest?.items ?? []), ...page.items], next: page.next }),
      () => app.toast((words) => words.details.failed));
  };
  return (
    <>
      {loaded.state === 'failed' && <p class="trouble" role="alert">{t.failed} <button type="button" onClick={again}>{t.retry}</button></p>}
      {first === null && loaded.state === 'loading' && <p class="empty">{t.loading}</p>}
      {first !== null && all.length === 0 && <p class="empty">{t.sensor.noPast}</p>}
      <ul class="alert-lines past">{all.map((alert) => <AlertLine key={alert.id} alert={alert} place={false} />)}</ul>
      {next !== null && <button type="button" class="quiet" onClick={more}>{t.more}</button>}
    </>
  );
}

function AlertLine({ alert, place }: { alert: Alert; place: boolean }) {
  const app = useApp();
  const t = app.t.value;
  const closed = alert.state === 'closed';
  const words = (
    <>
      <Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={18} />
      <span class="visually-hidden">{`${alert.severity} ${t.severity[alert.severity]}`}</span>
      <span class="line-main">
        <b>{app.title(alert)}</b>
        <span>
          {app.f.value.when(alert.raisedAt, app.now.peek())} · {place && <>{app.place(alert)} · </>}
          {closed && alert.clearedAt !== null ? t.details.similar.took(duration(alert.clearedAt - alert.raisedAt, t.time)) : t.life.state[alert.state]}
          {alert.hold && <> · {t.life.hold[alert.hold.kind]}</>}
          {alert.assignee && <> · {t.life.tag.assignee(alert.assignee)}</>}
        </span>
      </span>
    </>
  );
  // What closed long ago is no more in the store, so that there is nothing to go to.
  if (!app.store.alerts.has(alert.id)) return <li class="alert-line">{words}</li>;
  return <li><button type="button" class="alert-line" aria-pressed={app.selectedAlert.value === alert.id} onClick={() => app.life.goTo(alert.id)}>{words}</button></li>;
}
