import { useState } from 'preact/hooks';
import { doStep, type Procedure, type ProcedureStep } from '../api/pages';
import type { Alert } from '../api/types';
import { asApiError } from '../store/alert-acts';
import { doneBy, isOther, progress } from '../store/procedures';
import { useApp } from './context';

/** What is to be done about an alert, as a checklist; what others tick is seen at once. */
export function ProcedureList({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value.details;
  const known = app.pages.procedure.value;
  const mine = known?.of === alert.id ? known : null;
  const procedure = mine?.procedure ?? null;
  const far = procedure ? progress(procedure, alert.checklist) : null;
  return (
    <section class="procedure" aria-labelledby="procedure-title">
      <h3 id="procedure-title">
        {t.procedure.title}
        {far && <span class="far" role="status">{t.procedure.progress(app.f.value.number(far.done), app.f.value.number(far.of))}</span>}
      </h3>
      {mine === null && !app.pages.procedureFailed.value && <p class="empty">{t.loading}</p>}
      {app.pages.procedureFailed.value && (
        <p class="trouble" role="alert">{t.failed} <button type="button" onClick={() => void app.pages.loadProcedure(alert.id)}>{t.retry}</button></p>
      )}
      {mine !== null && procedure === null && <p class="empty">{t.procedure.none}</p>}
      {procedure && <Steps alert={alert} procedure={procedure} latest={mine!.latest} />}
    </section>
  );
}

function Steps({ alert, procedure, latest }: { alert: Alert; procedure: Procedure; latest: number | null }) {
  const app = useApp();
  const t = app.t.value.details.procedure;
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const tick = (step: ProcedureStep, done: boolean) => app.withOperator(async (operator) => {
    setPending((before) => new Set([...before, step.id]));
    try {
      app.store.applyAnswer(await doStep(alert.id, step.id, procedure, done, operator));
    } catch (error) {
      const known = asApiError(error);
      if (known.problem.alert) app.store.applyAnswer(known.problem.alert);
      app.toast((words) => words.details.procedure.stepFailed(app.life.words(known, words)));
      if (known.problem.title === 'other_checklist') void app.pages.loadProcedure(alert.id);
    }
    setPending((before) => new Set([...before].filter((id) => id !== step.id)));
  });
  const far = progress(procedure, alert.checklist);
  const other = isOther(procedure, alert);
  return (
    <>
      <p class="procedure-name"><b>{app.text(procedure.name, procedure.id)}</b></p>
      {procedure.summary && <p class="procedure-summary">{app.text(procedure.summary, '')}</p>}
      <div class="bar" aria-hidden="true"><span ref={(element) => { if (element) element.style.width = `${(100 * far.done) / far.of}%`; }} /></div>
      <ol class="steps">
        {procedure.steps.map((step) => (
          <Step key={step.id} step={step} done={other ? null : doneBy(alert.checklist, step.id)} busy={pending.has(step.id) || other} tick={(done) => tick(step, done)} />
        ))}
      </ol>
      {far.left === 0 && <p class="said">{t.complete}</p>}
      {latest !== null && latest > procedure.version && !other && (alert.checklist?.done.length ?? 0) > 0 && <p class="said">{t.newer(app.f.value.number(latest))}</p>}
      <p class="procedure-source">
        {procedure.source && <>{t.source(app.text(procedure.source, ''))} · </>}{t.version(app.f.value.number(procedure.version))}
      </p>
    </>
  );
}

function Step({ step, done, busy, tick }: { step: ProcedureStep; done: { by: string; at: number } | null; busy: boolean; tick: (done: boolean) => void }) {
  const app = useApp();
  const t = app.t.value.details.procedure;
  const text = app.text(step.text, step.id);
  return (
    <li class={done ? 'done' : ''} data-step={step.id}>
      <label>
        <input type="checkbox" checked={done !== null} aria-disabled={busy}
          onClick={(event) => {
            // The box shows what the server says: another operator may have been there first.
            event.preventDefault();
            if (!busy) tick(done === null);
          }} />
        <span>{text} {step.optional && <em class="tag">{t.optional}</em>}</span>
      </label>
      {done && <span class="who">{t.by(done.by, app.f.value.when(done.at, app.now.peek()))}</span>}
      {step.detail && (
        <details>
          <summary>{t.how}</summary>
          <p>{app.text(step.detail, '')}</p>
        </details>
      )}
    </li>
  );
}
