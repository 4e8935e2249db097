import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { session } from '../api/session';
import { SEVERITIES } from '../store/alerts';
import { shiftTimes } from '../store/shifts';
import { useApp } from './context';
import { HandOverDialog } from './HandOver';
import { CommandDialog } from './LampControl';
import { NoteDialog, PassDialog, ServiceDialog, ShelveDialog } from './LifeDialogs';
import { NotificationsDialog } from './Notifications';
import { Shape } from './Shape';

export function Dialogs() {
  const app = useApp();
  const dialog = app.dialog.value;
  if (dialog === null) return null;
  switch (dialog.kind) {
    case 'help': return <Help />;
    case 'notifications': return <NotificationsDialog />;
    case 'operator': return <Operator then={dialog.then} />;
    case 'group': return <Group ids={dialog.ids} />;
    case 'command': return <CommandDialog id={dialog.sensor} />;
    case 'shelve': return <ShelveDialog ids={dialog.ids} />;
    case 'pass': return <PassDialog ids={dialog.ids} />;
    case 'note': return <NoteDialog id={dialog.id} />;
    case 'service': return <ServiceDialog subject={dialog.subject} />;
    case 'handover': return <HandOverDialog />;
  }
}

export function Modal({ title, children }: { title: string; children: ComponentChildren }) {
  const app = useApp();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current!;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} aria-labelledby="dialog-title" onCancel={(event) => { event.preventDefault(); app.dialog.value = null; }}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

function Operator({ then }: { then: (() => void) | null }) {
  const app = useApp();
  const account = session.value?.account ?? null;
  const t = app.t.value;
  const [name, setName] = useState(app.preferences.operator.value);
  const [shifts, setShifts] = useState(app.preferences.shifts.value);
  const [invalid, setInvalid] = useState(false);
  const [badShifts, setBadShifts] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    const trimmed = name.trim();
    if (trimmed.length < 1 || trimmed.length > 64) {
      setInvalid(true);
      return;
    }
    if (shiftTimes(shifts) === null) {
      setInvalid(false);
      setBadShifts(true);
      return;
    }
    app.preferences.operator.value = trimmed;
    app.preferences.shifts.value = shifts.trim();
    app.dialog.value = null;
    then?.();
  };
  return (
    <Modal title={t.operator.title}>
      <form onSubmit={save} noValidate>
        {account ? <p>{t.operator.signedInAs} <b>{account.displayName}</b> · <a href="account/" target="ioc-account">{t.operator.account}</a></p> : <p>{t.operator.text}</p>}
        {!account && <label class="field">
          {t.operator.label}
          <input type="text" value={name} maxLength={64} autoFocus autocomplete="username" aria-invalid={invalid} aria-describedby={invalid ? 'name-invalid' : undefined}
            onInput={(event) => setName(event.currentTarget.value)} />
        </label>}
        {invalid && <p id="name-invalid" class="trouble" role="alert">{t.operator.invalid}</p>}
        <label class="field">
          {t.life.shifts.label} – {t.life.shifts.hint}
          <input type="text" value={shifts} maxLength={100} autocomplete="off" aria-invalid={badShifts} aria-describedby={badShifts ? 'shifts-invalid' : undefined}
            onInput={(event) => setShifts(event.currentTarget.value)} />
        </label>
        {badShifts && <p id="shifts-invalid" class="trouble" role="alert">{t.life.shifts.invalid}</p>}
        <div class="buttons">
          {then === null && <button type="button" class="quiet" onClick={() => { app.dialog.value = { kind: 'handover' }; }}>{t.life.handover.button}</button>}
          <button type="button" class="quiet" onClick={() => { app.dialog.value = null; }}>{t.cancel}</button>
          <button type="submit" class="primary">{t.operator.save}</button>
        </div>
      </form>
    </Modal>
  );
}

function Group({ ids }: { ids: string[] }) {
  const app = useApp();
  const t = app.t.value;
  app.alerts.value; // Others may acknowledge some of them while this is open.
  const still = ids.filter((id) => app.groupable.value.some((alert) => alert.id === id));
  const count = (severity: number) => still.filter((id) => app.store.alerts.get(id)?.severity === severity).length;
  return (
    <Modal title={t.list.groupTitle(still.length)}>
      <p>{t.list.groupText}</p>
      <ul class="group-counts">
        {SEVERITIES.filter((severity) => severity !== 1 && count(severity) > 0).map((severity) => (
          <li key={severity}><Shape severity={severity} filled /> {t.severity[severity]}: <b>{count(severity)}</b></li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => { app.dialog.value = null; }}>{t.cancel}</button>
        <button type="button" class="primary" disabled={still.length === 0}
          onClick={() => { app.dialog.value = null; app.acknowledgeGroup(still); }}>{t.list.groupDo(still.length)}</button>
      </div>
    </Modal>
  );
}

function Help() {
  const app = useApp();
  const t = app.t.value;
  const keys: [string[], string][] = [
    [['J', 'K', '↓', '↑'], t.help.move], [['→', '←'], t.help.open], [['A'], t.help.acknowledge], [['S'], t.life.keys.shelve], [['N'], t.life.keys.note], [['G'], t.life.keys.take],
    [['P'], t.life.keys.pass], [['R'], t.life.keys.reset], [['O'], t.life.keys.service], [['I'], t.life.keys.history], [['X'], t.life.keys.mark],
    [['H'], t.life.keys.held], [['C'], t.life.keys.handover], [['1', '2', '3', '4'], t.help.filter], [['/'], t.help.search], [['F'], t.atlas.help.search], [['T'], t.atlas.help.past],
    [['D'], t.details.keys.detail], [['E'], t.details.keys.subject], [['B'], t.details.keys.filters],
    [['Esc'], t.help.escape], [['M'], t.help.sound], [['L'], t.help.language], [['W'], t.pages.wallKey], [['?'], t.help.help], [['Enter'], t.help.map],
  ];
  return (
    <Modal title={t.help.title}>
      <div class="help" tabIndex={-1} autoFocus>
        <div>
          <h3>{t.help.keys}</h3>
          <dl>
            {keys.map(([names, what]) => (
              <div key={what}><dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt><dd>{what}</dd></div>
            ))}
          </dl>
          <label>
            <input type="checkbox" checked={app.preferences.letterKeys.value === 'on'}
              onChange={(event) => { app.preferences.letterKeys.value = event.currentTarget.checked ? 'on' : 'off'; }} />
            {t.help.letterKeys}
          </label>
        </div>
        <div>
          <h3>{t.help.symbols}</h3>
          <ul class="symbols">
            {SEVERITIES.map((severity) => (
              <li key={severity}><Shape severity={severity} filled /><Shape severity={severity} filled={false} /> {severity}. {t.severity[severity]}</li>
            ))}
          </ul>
          <p>{t.help.filled}<br />{t.help.hollow}</p>
          <p>{t.help.sounds}</p>
        </div>
      </div>
      <div class="buttons"><button type="button" class="primary" onClick={() => { app.dialog.value = null; }}>{t.close}</button></div>
    </Modal>
  );
}
