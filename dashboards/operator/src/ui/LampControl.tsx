import { useState } from 'preact/hooks';
import type { CommandWish } from '../api/types';
import type { Sensor } from '../store/live-store';
import { isOpen, takes, wishText } from '../store/commands';
import { useApp } from './context';
import { Modal } from './Dialogs';

/** The last command of a light with its outcome, and the button for the next one; nothing for other sensors. */
export function LampControl({ sensor }: { sensor: Sensor }) {
  const app = useApp();
  const t = app.t.value;
  app.store.commandsRevision.value;
  const command = app.store.commands.get(sensor.id) ?? null;
  if (takes(sensor).length === 0) return null;
  return (
    <div class="lamp-control">
      <button type="button" onClick={() => { app.dialog.value = { kind: 'command', sensor: sensor.id }; }}>{t.command.button}</button>
      <p role="status" class={command && !isOpen(command) && command.state !== 'done' ? 'not-done' : ''}>
        {command && <>
          <b>{wishText(command, t)}</b>: {t.command.state[command.state]}
          {command.late && ` (${t.command.late})`}
          {command.detail && ` – ${command.detail}`}
          {' · '}{command.operator} · {app.f.value.when(command.createdAt, app.now.value)}
        </>}
      </p>
    </div>
  );
}

/** Asks what the light is to do; nothing is sent before it is confirmed. */
export function CommandDialog({ id }: { id: string }) {
  const app = useApp();
  const t = app.t.value;
  const sensor = app.store.sensors.get(id);
  const can = sensor ? takes(sensor) : [];
  const [choice, setChoice] = useState<'on' | 'off' | 'dim' | 'auto'>('on');
  const [level, setLevel] = useState(60);
  const wish: CommandWish = choice === 'dim' ? { name: 'dim', level } : choice === 'auto' ? { name: 'auto' } : { name: 'switch', on: choice === 'on' };
  const choices = [['on', t.command.on], ['off', t.command.off], ...(can.includes('dim') ? [['dim', t.command.dim(String(level))]] : []), ['auto', t.command.auto]] as const;
  const send = (event: Event) => {
    event.preventDefault();
    app.dialog.value = null;
    app.sendCommand(id, wish);
  };
  return (
    <Modal title={t.command.title(app.text(sensor?.name, id))}>
      <form onSubmit={send}>
        <fieldset class="choices">
          <legend>{t.command.what}</legend>
          {choices.map(([value, name]) => (
            <label key={value}>
              <input type="radio" name="command" checked={choice === value} onChange={() => setChoice(value as typeof choice)} /> {name}
            </label>
          ))}
        </fieldset>
        {choice === 'dim' && (
          <label class="field">
            {t.command.level}
            <input type="range" min={0} max={100} step={5} value={level} aria-valuetext={`${level} %`} onInput={(event) => setLevel(Number(event.currentTarget.value))} />
          </label>
        )}
        <p>{t.command.text}</p>
        <div class="buttons">
          <button type="button" class="quiet" onClick={() => { app.dialog.value = null; }}>{t.cancel}</button>
          <button type="submit" class="primary">{t.command.send(wishText(wish, t))}</button>
        </div>
      </form>
    </Modal>
  );
}
