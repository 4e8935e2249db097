import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Outage } from '../api/alerts';
import type { ApiError } from '../api/rest';
import { endOf, type DurationChoice } from '../store/shifts';
import { useApp } from './context';
import { Modal } from './Dialogs';
import { MAX_NAME, NameField } from './NameField';

const MAX_NOTE = 2000;

/** A form that stays open, with what the server said, until what it asks for is done. */
export function ActForm({ send, submit, check, cancel, children }: {
  /** Null = done, and the dialog closes; undefined = done, and it goes on. */
  send: () => Promise<ApiError | null | undefined>;
  submit: string;
  /** What is wrong with the input, and in which field (its name); null when nothing. */
  check: () => { words: string; field: string } | null;
  cancel?: () => void;
  children: ComponentChildren;
}) {
  const app = useApp();
  const t = app.t.value;
  const form = useRef<HTMLFormElement>(null);
  const [trouble, setTrouble] = useState<((words: typeof t) => string) | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const go = async (event: Event) => {
    event.preventDefault();
    const wrong = check();
    if (wrong !== null) {
      setTrouble(() => () => wrong.words);
      const field = form.current?.querySelector<HTMLElement>(`[name='${wrong.field}']`);
      field?.setAttribute('aria-invalid', 'true');
      field?.setAttribute('aria-describedby', id);
      field?.focus();
      return;
    }
    setBusy(true);
    const error = await send();
    if (error === undefined) return;
    if (error === null) {
      app.dialog.value = null;
      return;
    }
    setBusy(false);
    setTrouble(() => (words: typeof t) => app.life.words(error, words));
  };
  return (
    <form ref={form} class="act-form" onSubmit={(event) => void go(event)} noValidate
      onInput={(event) => { if (event.target instanceof Element) event.target.removeAttribute('aria-invalid'); }}
      onKeyDown={(event) => { if (event.key === 'Enter' && event.ctrlKey) form.current?.requestSubmit(); }}>
      {children}
      <p id={id} class="trouble" role="alert">{trouble?.(t)}</p>
      <div class="buttons">
        <button type="button" class="quiet" onClick={cancel ?? (() => { app.dialog.value = null; })}>{t.cancel}</button>
        <button type="submit" class="primary" disabled={busy}>{submit}</button>
      </div>
    </form>
  );
}

/** The reason, with the usual ones to choose from. */
function Reason({ value, set }: { value: string; set: (reason: string) => void }) {
  const app = useApp();
  const t = app.t.value.life.reason;
  const id = useId();
  return (
    <>
      <div class="presets" role="group" aria-label={t.quick}>
        {t.presets.map((preset) => <button key={preset} type="button" class="quiet" aria-pressed={value === preset} onClick={() => set(preset)}>{preset}</button>)}
      </div>
      <label class="field" for={id}>{t.label}
        <textarea id={id} name="reason" rows={2} maxLength={MAX_NOTE} required value={value} onInput={(event) => set(event.currentTarget.value)} />
      </label>
    </>
  );
}

/** For how long, with the moment at which it ends. */
function Duration({ choices, choice, set, own, setOwn }: {
  choices: readonly DurationChoice[]; choice: DurationChoice; set: (choice: DurationChoice) => void; own: string; setOwn: (own: string) => void;
}) {
  const app = useApp();
  const t = app.t.value.life.duration;
  const name = useId();
  const shift = endOf('shift', app.now.value, '', app.preferences.shifts.value)!;
  const words: Record<DurationChoice, string> = { m15: t.m15, h1: t.h1, h4: t.h4, shift: t.shift(app.f.value.shortWhen(shift, app.now.value)), own: t.own, none: t.none };
  return (
    <fieldset class="choices durations">
      <legend>{t.label}</legend>
      {choices.map((one) => (
        <label key={one}>
          <input type="radio" name={name} checked={choice === one} autoFocus={choice === one} onChange={() => set(one)} /> {words[one]}
        </label>
      ))}
      <input type="text" inputMode="numeric" placeholder="14:30" maxLength={5} autocomplete="off" name="own" class="own-time" aria-label={t.ownLabel} value={own} onClick={() => set('own')}
        onInput={(event) => { set('own'); setOwn(event.currentTarget.value); }} />
    </fieldset>
  );
}

export function ShelveDialog({ ids }: { ids: string[] }) {
  const app = useApp();
  const t = app.t.value.life;
  const [choice, setChoice] = useState<DurationChoice>('h1');
  const [own, setOwn] = useState('');
  const [reason, setReason] = useState('');
  const until = endOf(choice, app.now.value, own, app.preferences.shifts.value);
  const critical = ids.some((id) => app.store.alerts.get(id)?.severity === 1);
  return (
    <Modal title={t.shelveDialog.title(app.life.name(ids, app.t.value))}>
      <ActForm submit={t.shelveDialog.send} check={() => (until === undefined ? { words: t.duration.bad, field: 'own' } : reason.trim() === '' ? { words: t.reason.missing, field: 'reason' } : null)}
        send={() => app.life.send(ids, { kind: 'shelve', until: endOf(choice, app.now.value, own, app.preferences.shifts.value)!, reason: reason.trim() })}>
        <p>{t.shelveDialog.text}</p>
        {critical && <p class="critical-note"><b>{t.shelveDialog.critical}</b></p>}
        <Duration choices={['m15', 'h1', 'h4', 'shift', 'own']} choice={choice} set={setChoice} own={own} setOwn={setOwn} />
        <Reason value={reason} set={setReason} />
        <p class="result" role="status">{until != null && t.shelveDialog.result(app.f.value.shortWhen(until, app.now.value))}</p>
      </ActForm>
    </Modal>
  );
}

export function NoteDialog({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value.life;
  const [note, setNote] = useState('');
  return (
    <Modal title={t.noteDialog.title(app.life.name([id], app.t.value))}>
      <ActForm submit={t.noteDialog.send} check={() => (note.trim() === '' ? { words: t.noteDialog.missing, field: 'note' } : null)}
        send={() => app.life.send([id], { kind: 'note', note: note.trim() })}>
        <label class="field">{t.noteDialog.label}
          <textarea name="note" rows={4} maxLength={MAX_NOTE} autoFocus required value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
      </ActForm>
    </Modal>
  );
}

export function PassDialog({ ids }: { ids: string[] }) {
  const app = useApp();
  const t = app.t.value.life;
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  app.store.alertsRevision.value; // Another may take it while this is open.
  const alerts = ids.map((id) => app.store.alerts.get(id)).filter((alert) => alert !== undefined);
  const holders = [...new Set(alerts.map((alert) => alert.assignee).filter((name) => name !== null))];
  const valid = to.trim().length >= 1 && to.trim().length <= MAX_NAME;
  return (
    <Modal title={t.passDialog.title(app.life.name(ids, app.t.value))}>
      <ActForm submit={t.passDialog.send} check={() => (valid ? null : { words: t.passDialog.missing, field: 'to' })}
        send={() => app.life.send(ids, { kind: 'assign', to: to.trim(), ...(note.trim() === '' ? {} : { note: note.trim() }) })}>
        {holders.map((holder) => <p key={holder}>{t.passDialog.has(holder)}</p>)}
        <NameField name="to" label={t.passDialog.to} value={to} set={setTo} autoFocus />
        <label class="field">{t.passDialog.note}
          <textarea rows={2} maxLength={MAX_NOTE} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
      </ActForm>
    </Modal>
  );
}

export function ServiceDialog({ subject }: { subject: Pick<Outage, 'kind' | 'subject' | 'domain'> }) {
  const app = useApp();
  const t = app.t.value.life;
  const [choice, setChoice] = useState<DurationChoice>('none');
  const [own, setOwn] = useState('');
  const [reason, setReason] = useState('');
  const end = () => endOf(choice, app.now.value, own, app.preferences.shifts.value);
  return (
    <Modal title={t.serviceDialog.title(app.life.subjectName(subject))}>
      <ActForm submit={t.serviceDialog.send} check={() => (end() === undefined ? { words: t.duration.bad, field: 'own' } : reason.trim() === '' ? { words: t.reason.missing, field: 'reason' } : null)}
        send={() => app.life.takeOutOfService({ kind: subject.kind, id: subject.subject, domain: subject.domain, reason: reason.trim(), until: end() ?? null })}>
        <p>{t.serviceDialog.text}</p>
        <Duration choices={['none', 'h1', 'h4', 'shift', 'own']} choice={choice} set={setChoice} own={own} setOwn={setOwn} />
        <Reason value={reason} set={setReason} />
      </ActForm>
    </Modal>
  );
}
