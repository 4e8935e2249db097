import { useEffect, useRef, useState } from 'preact/hooks';
import { getActs, type Act } from '../api/alerts';
import { actName } from '../life';
import type { Alert } from '../api/types';
import { stepOf } from '../store/procedures';
import { ExplainedBy, untilText } from './AlertDetail';
import { useApp } from './context';

/** An act whose record came this much later than what it tells of shows both times. */
const LATE_MS = 60_000;

/** Everything that happened to an alert, the latest first; follows what others do. */
export function AlertHistory({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value.life.history;
  const [acts, setActs] = useState<{ of: string; list: Act[] } | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    getActs(alert.id, stop.signal).then(
      (list) => {
        setActs({ of: alert.id, list });
        setFailed(false);
      },
      () => { if (!stop.signal.aborted) setFailed(true); });
    return () => stop.abort();
  }, [alert.id, alert.revision, attempt]);

  // On a low screen it lies below the alert's facts.
  const shown = useRef<HTMLDivElement>(null);
  const any = acts !== null;
  useEffect(() => { shown.current?.closest('.sensor')?.querySelector('.panel-choice')?.scrollIntoView({ block: 'start' }); }, [any]);

  const known = acts?.of === alert.id ? acts.list : null;
  return (
    <div class="history" ref={shown}>
      {failed && <p class="trouble" role="alert">{t.failed} <button type="button" onClick={() => setAttempt(attempt + 1)}>{t.retry}</button></p>}
      {known === null && !failed && <p class="empty">{t.loading}</p>}
      {known && (
        <ol reversed aria-label={t.title}>
          {[...known].reverse().map((act) => <ActLine key={act.sequence} act={act} property={alert.property} />)}
        </ol>
      )}
    </div>
  );
}

function ActLine({ act, property }: { act: Act; property: string | null }) {
  const app = useApp();
  const t = app.t.value.life.history;
  const when = (ms: number) => app.f.value.when(ms, app.now.peek());
  const explained = act.kind === 'suppressed' || act.kind === 'unsuppressed';
  const step = act.kind === 'step_done' || act.kind === 'step_undone';
  const details = [
    act.value !== null && `${app.value(act.value, property)} ${app.unit(property)}`.trim(),
    act.target !== null && !explained && !step && act.kind !== 'released' && t.to(act.target),
    step && act.target !== null && stepText(app, act.target),
    act.count !== null && !step && (act.kind === 'escalated' ? t.level(act.count) : t.times(act.count)),
    act.until !== null && untilText(app, act.until),
  ].filter((detail) => detail !== false);
  return (
    <li>
      <time dateTime={new Date(act.at).toISOString()}>{when(act.at)}</time>
      <div>
        <b>{actName(act.kind, app.t.value)}</b> <span class="who">{act.operator ?? t.system}</span>
        {details.length > 0 && <span> · {details.join(' · ')}</span>}
        {Math.abs(act.recordedAt - act.at) >= LATE_MS && <span class="late"> · {t.late(when(act.recordedAt))}</span>}
        {explained && act.target !== null && <> <ExplainedBy id={act.target} /></>}
        {act.note !== null && act.kind !== 'handed_over' && <p class="said">{act.note}</p>}
      </div>
    </li>
  );
}

/** The words of a step where its procedure is known; else its name. */
function stepText(app: ReturnType<typeof useApp>, target: string): string {
  const step = app.pages.procedure.value?.procedure?.steps.find((one) => one.id === stepOf(target));
  return step ? app.text(step.text, step.id) : target;
}
