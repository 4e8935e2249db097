import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { acceptHandover, handOver, type Handover } from '../api/alerts';
import { session } from '../api/session';
import { asApiError } from '../store/alert-acts';
import { pendingHandovers } from '../store/handovers';
import { useApp } from './context';
import { Modal } from './Dialogs';
import { ActForm } from './LifeDialogs';
import { Shape } from './Shape';

const MAX_NAME = 64;
const MAX_SUMMARY = 10_000;

type Shown = { kind: 'list' } | { kind: 'new' } | { kind: 'one'; id: string };

/** Changes of shift: those that were, one to print and to accept, and a new one. */
export function HandOverDialog() {
  const app = useApp();
  const [shown, setShown] = useState<Shown>({ kind: 'list' });
  useEffect(() => { void app.life.handovers.load(); }, []);
  const all = app.life.handovers.all.value;
  const content = useRef<HTMLDivElement>(null);
  // The browser looks for autofocus when the dialog opens only; at once, so that what is typed next goes there.
  useLayoutEffect(() => { content.current!.querySelector<HTMLElement>('[autofocus]')?.focus({ preventScroll: true }); }, [shown]);
  const one = shown.kind === 'one' ? all?.find((handover) => handover.id === shown.id) : undefined;
  return (
    <Modal title={app.t.value.life.handover.title}>
      <div class="handover" ref={content}>
        {shown.kind === 'new' ? <NewHandover done={(id) => setShown({ kind: 'one', id })} back={() => setShown({ kind: 'list' })} />
          : one ? <Sheet handover={one} back={() => setShown({ kind: 'list' })} />
            : <List show={setShown} />}
      </div>
    </Modal>
  );
}

function List({ show }: { show: (shown: Shown) => void }) {
  const app = useApp();
  const t = app.t.value.life.handover;
  const { handovers } = app.life;
  const all = handovers.all.value;
  const when = (ms: number) => app.f.value.when(ms, app.now.value);
  return (
    <>
      <button type="button" class="primary" autoFocus onClick={() => show({ kind: 'new' })}>{t.make}</button>
      <section aria-labelledby="handovers-past">
        <h3 id="handovers-past">{t.past}</h3>
        {all === null ? <p>{app.t.value.notify.loading}</p> : all.length === 0 ? <p>{t.nothing}</p> : (
          <ul class="handovers">
            {all.map((one) => (
              <li key={one.id} data-handover={one.id}>
                <time dateTime={new Date(one.createdAt).toISOString()}>{when(one.createdAt)}</time>
                <b>{t.row(one.from, one.to)}</b>
                <em class="tag">{one.acceptedAt === null ? t.pending : t.accepted(when(one.acceptedAt))}</em>
                <span class="summary-line">{one.summary}</span>
                <button type="button" aria-label={t.show(one.from, one.to, when(one.createdAt))} onClick={() => show({ kind: 'one', id: one.id })}>{t.open}</button>
              </li>
            ))}
          </ul>
        )}
        {handovers.more.value && <button type="button" onClick={() => void handovers.loadMore()}>{t.more}</button>}
      </section>
      <div class="buttons">
        <a class="button" href="shifts/?view=report" target="_blank" rel="noopener">{app.t.value.pages.report}</a>
        <button type="button" class="quiet" onClick={() => { app.dialog.value = null; }}>{app.t.value.close}</button>
      </div>
    </>
  );
}

function NewHandover({ done, back }: { done: (id: string) => void; back: () => void }) {
  const app = useApp();
  const t = app.t.value.life.handover;
  const signedIn = session.value?.account != null;
  const [from, setFrom] = useState(app.preferences.operator.value);
  const [to, setTo] = useState('');
  const [summary, setSummary] = useState('');
  const named = (name: string) => name.trim().length >= 1 && name.trim().length <= MAX_NAME;
  const open = app.open.value + app.life.heldCount.value;
  const send = async () => {
    try {
      const handover = await handOver(from.trim(), to.trim(), summary.trim());
      app.life.handovers.take(handover);
      done(handover.id);
      return undefined;
    } catch (error) {
      return asApiError(error);
    }
  };
  return (
    <ActForm submit={t.send} send={send} cancel={back}
      check={() => (!named(from) ? { words: t.names, field: 'from' } : !named(to) || from.trim() === to.trim() ? { words: t.names, field: 'to' }
        : summary.trim() === '' ? { words: t.noSummary, field: 'summary' } : null)}>
      <div class="two">
        <label class="field">{t.from}
          <input type="text" name="from" value={from} readOnly={signedIn} maxLength={MAX_NAME} required autocomplete="off" autoFocus={from === ''} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label class="field">{t.to}
          <input type="text" name="to" value={to} maxLength={MAX_NAME} required autocomplete="off" autoFocus={from !== ''} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
      </div>
      <label class="field">{t.summary}
        <textarea name="summary" rows={6} maxLength={MAX_SUMMARY} required value={summary} onInput={(event) => setSummary(event.currentTarget.value)} />
      </label>
      <p class="result">{t.openNow(app.f.value.number(open))}</p>
    </ActForm>
  );
}

/** The record of a hand-over: what is printed. */
function Sheet({ handover, back }: { handover: Handover; back: () => void }) {
  const app = useApp();
  const t = app.t.value;
  const words = t.life.handover;
  const full = (ms: number) => `${app.f.value.date(ms)} ${app.f.value.clock(ms)}`;
  return (
    <>
      <article class="sheet" aria-label={words.sheet} tabIndex={-1} autoFocus>
        <h3>{words.sheet}</h3>
        <dl>
          <div><dt>{words.at}</dt><dd>{full(handover.createdAt)}</dd></div>
          <div><dt>{words.from}</dt><dd>{handover.from}</dd></div>
          <div><dt>{words.to}</dt><dd>{handover.to}</dd></div>
          <div><dt>{words.acceptedAt}</dt><dd>{handover.acceptedAt === null ? words.notYet : full(handover.acceptedAt)}</dd></div>
        </dl>
        <h4>{words.summary}</h4>
        <p class="said">{handover.summary}</p>
        <h4>{words.alerts(app.f.value.number(handover.alerts.length))}</h4>
        {handover.alerts.length === 0 ? <p>{words.noAlerts}</p> : <AlertTable handover={handover} />}
        <p class="signatures"><span>{words.from}: {handover.from}<br />{words.signature}:</span><span>{words.to}: {handover.to}<br />{words.signature}:</span></p>
      </article>
      {handover.acceptedAt === null && <Accept handover={handover} />}
      <div class="buttons">
        <button type="button" class="quiet" onClick={back}>{words.list}</button>
        <a class="button" href="shifts/?view=report" target="_blank" rel="noopener">{t.pages.report}</a>
        <button type="button" onClick={() => window.print()}>{words.print}</button>
        <button type="button" class="primary" onClick={() => { app.dialog.value = null; }}>{t.close}</button>
      </div>
    </>
  );
}

function AlertTable({ handover }: { handover: Handover }) {
  const app = useApp();
  const t = app.t.value;
  const words = t.life.handover;
  return (
    <table>
      <thead><tr><th scope="col">{words.level}</th><th scope="col">{words.alert}</th><th scope="col">{words.stateHead}</th><th scope="col">{words.assignee}</th><th scope="col">{words.steps}</th></tr></thead>
      <tbody>
        {handover.alerts.map((alert) => {
          const now = app.store.alerts.get(alert.id);
          return (
            <tr key={alert.id}>
              <td class="level"><Shape severity={alert.severity} filled={alert.state === 'unacknowledged'} size={18} /> {t.severity[alert.severity]}</td>
              <td>{app.text(alert.title, alert.id)}{now && <span class="who">{app.place(now)}</span>}</td>
              <td>{t.life.state[alert.state]}{alert.hold !== 'none' && ` · ${t.life.hold[alert.hold]}`}</td>
              <td>{alert.assignee ?? '–'}</td>
              <td class="steps-done">{alert.stepsDone == null || alert.stepsOf == null ? words.notBegun : words.stepsDone(app.f.value.number(alert.stepsDone), app.f.value.number(alert.stepsOf))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The one who comes accepts: under their own name where they sit, else by giving it. */
function Accept({ handover }: { handover: Handover }) {
  const app = useApp();
  const t = app.t.value.life.handover;
  const own = app.preferences.operator.value === handover.to;
  const [name, setName] = useState('');
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const accept = async (event: Event) => {
    event.preventDefault();
    const operator = own ? handover.to : name.trim();
    if (operator !== handover.to) {
      setTrouble(t.wrong(handover.to));
      return;
    }
    setBusy(true);
    try {
      app.life.handovers.take(await acceptHandover(handover.id, operator));
      // Whoever accepts sits here now.
      app.preferences.operator.value = operator;
      app.toast((words) => words.life.handover.done(operator));
    } catch (error) {
      setTrouble(app.life.words(asApiError(error), app.t.value));
      await app.life.handovers.load();
    }
    setBusy(false);
  };
  return (
    <form class="accept" onSubmit={(event) => void accept(event)} noValidate>
      <p>{t.text}</p>
      {!own && session.value?.account && <p>{t.signInAs(handover.to)} <a href="account/">{app.t.value.operator.account}</a></p>}
      {!own && !session.value?.account && (
        <label class="field">{t.acceptAs(handover.to)}
          <input type="text" value={name} maxLength={MAX_NAME} autocomplete="off" aria-invalid={trouble !== ''} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
      )}
      <p class="trouble" role="alert">{trouble}</p>
      <button type="submit" class="primary" disabled={busy || (!own && session.value?.account != null)}>{t.accept}</button>
    </form>
  );
}

/** Opens the hand-overs; says how many wait for whoever sits here. */
export function HandOverButton() {
  const app = useApp();
  const t = app.t.value.life.handover;
  const waiting = pendingHandovers(app.life.handovers.all.value).filter((one) => one.to === app.preferences.operator.value).length;
  const label = waiting > 0 ? t.waiting(app.f.value.number(waiting)) : t.button;
  return (
    <button type="button" class={`quiet help-button handover-button ${waiting > 0 ? 'waiting' : ''}`} aria-label={label} title={`${label} (C)`}
      onClick={() => { app.dialog.value = { kind: 'handover' }; }}>
      <span aria-hidden="true">⇄{waiting > 0 && ` ${waiting}`}</span>
    </button>
  );
}
