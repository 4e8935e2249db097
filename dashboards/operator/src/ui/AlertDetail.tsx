import { duration } from '../format';
import type { Alert, LocalText } from '../api/types';
import type { Outage } from '../api/alerts';
import { isLatched, isUnacknowledged } from '../store/alerts';
import { useApp } from './context';
import { Shape } from './Shape';

/** All that is known of the selected alert, in words. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  const when = (ms: number) => f.when(ms, app.now.value);
  const words = [
    alert.chattering && t.list.chatteringTitle(alert.turns),
    alert.escalationLevel > 0 && isUnacknowledged(alert) && t.list.escalated(alert.escalationLevel),
    alert.latched && !isLatched(alert) && alert.state !== 'closed' && t.life.tag.latches,
  ];
  const facts = [
    t.alert.raised(when(alert.raisedAt)),
    alert.late && t.list.lateTitle(when(alert.receivedAt)),
    alert.lastedMs !== null && t.alert.lasted(duration(alert.lastedMs, t.time)),
    alert.expectedLow !== null && alert.expectedHigh !== null && t.alert.expected(app.value(alert.expectedLow, alert.property), app.value(alert.expectedHigh, alert.property)),
    alert.reAlarms > 0 && t.list.reAlarms(alert.reAlarms),
    alert.clearedAt !== null && t.alert.cleared(when(alert.clearedAt)),
    alert.lateCleared && alert.clearedAt !== null && t.life.tag.lateClearedTitle(when(alert.clearedReceivedAt ?? alert.clearedAt)),
    alert.acknowledgedAt !== null && t.alert.acknowledged(alert.acknowledgedBy ?? t.error.somebody, when(alert.acknowledgedAt)),
    alert.state !== 'closed' && (alert.assignee === null ? t.life.fact.nobody : t.life.fact.assignee(alert.assignee)),
    alert.severity !== alert.ruleSeverity && app.text(alert.priorityReason, t.life.fact.priority(alert.severity, alert.ruleSeverity)),
    alert.source !== null && t.alert.source(app.text(alert.source, '')),
  ];
  return (
    <div class="facts alert-facts">
      <Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={18} />
      <b>{app.title(alert)}</b>
      <em class="tag state-word">{t.life.state[alert.state]}</em>
      {words.filter((word) => word !== false).map((word) => <em class="tag" key={word}>{word}</em>)}
      {facts.filter((fact) => fact !== false).map((fact) => <span key={fact}>{fact}</span>)}
      {alert.hold && <HoldFact alert={alert} />}
      <Advice alert={alert} />
    </div>
  );
}

/** What holds it back; what explains it can be gone to. */
function HoldFact({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value.life;
  const hold = alert.hold!;
  if (hold.kind === 'suppressed') return <p class="hold-fact"><b>{t.fact.suppressed(t.hold.suppressed)}</b> <ExplainedBy id={hold.by} /></p>;
  return <p class="hold-fact"><b>{t.fact.held(t.hold[hold.kind], hold.by, untilText(app, hold.until), hold.reason)}</b></p>;
}

/** The alert that explains others, as a way to it. */
export function ExplainedBy({ id }: { id: string }) {
  const app = useApp();
  app.store.alertsRevision.value;
  const alert = app.store.alerts.get(id);
  if (!alert) return <span>{app.t.value.life.held.gone}</span>;
  return (
    <button type="button" class="way" onClick={() => app.life.goTo(id)}>
      <Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={16} /> {app.title(alert)} · {app.place(alert)}
    </button>
  );
}

/** What the rule says is to be done. */
function Advice({ alert }: { alert: Alert }) {
  const app = useApp();
  const rule = app.catalogue.rules.value.find((one) => one.id === alert.ruleId);
  const advice = app.text((rule?.rule as { advice?: LocalText | null } | null | undefined)?.advice, '');
  if (advice === '') return null;
  return <p class="advice"><b>{app.t.value.life.fact.advice}</b> {advice}</p>;
}

export function OutageFact({ outage }: { outage: Outage }) {
  const app = useApp();
  return <p class="hold-fact"><b>{app.t.value.life.fact.out(outage.operator, untilText(app, outage.until), outage.reason)}</b></p>;
}

/** "until 14:30, 25 min left" */
export function untilText(app: ReturnType<typeof useApp>, until: number | null): string {
  const t = app.t.value;
  if (until === null) return t.life.until.open;
  const time = app.f.value.shortWhen(until, app.now.value);
  const left = until - app.now.value;
  return left < 60_000 ? t.life.until.at(time) : t.life.until.left(time, duration(left, t.time));
}
