import { useEffect, useRef } from 'preact/hooks';
import type { Outage } from '../api/alerts';
import type { Alert } from '../api/types';
import { isUnacknowledged } from '../store/alerts';
import { ExplainedBy, untilText } from './AlertDetail';
import { MarkBox } from './AlertActions';
import { useApp } from './context';
import { Shape } from './Shape';

/** Rows drawn of each part; a filter brings the others. */
const MOST_ROWS = 100;

/** What is held back from the list, why, by whom and until when. */
export function HeldList() {
  const app = useApp();
  const t = app.t.value.life.held;
  const held = app.life.held.value;
  const outages = app.life.outages.all.value.filter((outage) => outage.endedAt === null);
  const scroller = useRef<HTMLDivElement>(null);
  const reveal = app.reveal.value;
  useEffect(() => {
    scroller.current!.querySelector('.held-row.selected')?.scrollIntoView({ block: 'nearest' });
  }, [reveal]);
  return (
    <div class="held" ref={scroller} tabIndex={0} role="region" aria-label={t.title}>
      <section aria-labelledby="held-shelved">
        <h3 id="held-shelved">{t.shelved(app.f.value.number(held.shelved.length))}</h3>
        {held.shelved.length === 0 ? <p class="none">{t.nothing}</p> : <HeldRows alerts={held.shelved} />}
      </section>
      <section aria-labelledby="held-service">
        <h3 id="held-service">{t.service(app.f.value.number(outages.length))}</h3>
        {outages.length === 0 && held.outOfService.length === 0 && <p class="none">{t.nothing}</p>}
        {outages.map((outage) => (
          <OutageRow key={outage.id} outage={outage} alerts={held.outOfService.filter((alert) => alert.hold!.id === outage.id)} />
        ))}
        <HeldRows alerts={held.outOfService.filter((alert) => !outages.some((outage) => outage.id === alert.hold!.id))} />
      </section>
      <section aria-labelledby="held-suppressed">
        <h3 id="held-suppressed">{t.suppressed(app.f.value.number(held.suppressedCount))}</h3>
        {held.suppressed.length === 0 && <p class="none">{t.nothing}</p>}
        {held.suppressed.map(({ by, alerts }) => (
          <div class="explained" key={by}>
            <p>{t.because} <ExplainedBy id={by} /></p>
            <HeldRows alerts={alerts} />
          </div>
        ))}
      </section>
    </div>
  );
}

function HeldRows({ alerts }: { alerts: readonly Alert[] }) {
  const app = useApp();
  if (alerts.length === 0) return null;
  return (
    <ul>
      {alerts.slice(0, MOST_ROWS).map((alert) => <HeldRow key={alert.id} alert={alert} />)}
      {alerts.length > MOST_ROWS && <li class="none">{app.t.value.life.held.more(app.f.value.number(alerts.length - MOST_ROWS))}</li>}
    </ul>
  );
}

function HeldRow({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value.life;
  const hold = alert.hold!;
  const selected = app.selectedAlert.value === alert.id;
  const title = app.title(alert);
  return (
    <li class={`held-row ${selected ? 'selected' : ''}`} data-alert={alert.id}>
      <span class="mark"><Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={20} />{hold.kind === 'shelved' && <MarkBox alert={alert} selected={selected} />}</span>
      <button type="button" class="held-main" aria-pressed={selected} onClick={() => app.selectAlert(alert.id)}>
        <span class="visually-hidden">{`${alert.severity} ${app.t.value.severity[alert.severity]} `}</span>
        <span class="title">{title}</span>
        <span class="place">{app.place(alert)}</span>
        {hold.kind !== 'suppressed' && (
          <span class="why"><b>{untilText(app, hold.until)}</b> · {t.held.by(hold.by)} · {hold.reason}</span>
        )}
      </button>
      {hold.kind === 'shelved' && (
        <button type="button" class="held-act" disabled={app.life.acts.pending.value.has(alert.id)} aria-label={t.held.unshelveThis(title)}
          onClick={() => app.life.ask([alert.id], { kind: 'unshelve' })}>{t.unshelve}</button>
      )}
    </li>
  );
}

function OutageRow({ outage, alerts }: { outage: Outage; alerts: readonly Alert[] }) {
  const app = useApp();
  const t = app.t.value.life;
  const name = app.life.subjectName(outage);
  const now = app.now.value;
  return (
    <div class="outage" data-outage={outage.subject}>
      <div class="held-row">
        <span class="mark"><svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 1 0 .01 0M5.6 5.6l12.8 12.8" fill="none" stroke="currentColor" stroke-width="2" /></svg></span>
        <div class="held-main">
          <span class="title">{name}</span>
          <span class="place">{app.district(outage.district)} · {t.held.inside(app.f.value.number(alerts.length))}</span>
          <span class="why"><b>{!outage.started && outage.from > now && `${t.held.later(app.f.value.when(outage.from, now))} `}{untilText(app, outage.until)}</b>
            {' · '}{t.held.by(outage.operator)} · {outage.reason}</span>
        </div>
        <button type="button" class="held-act" aria-label={t.held.backThis(name)} onClick={() => app.life.endOutage(outage)}>{t.back}</button>
      </div>
      <HeldRows alerts={alerts} />
    </div>
  );
}

/** Switches between the list and what is held back from it. */
export function HeldButton() {
  const app = useApp();
  const t = app.t.value.life.held;
  const held = app.life.view.value === 'held';
  return (
    <button type="button" class="quiet held-button" aria-pressed={held} title={`${t.title} (H)`} onClick={() => app.life.setView(held ? 'open' : 'held')}>
      {t.button(app.f.value.number(app.life.heldCount.value))}
    </button>
  );
}
