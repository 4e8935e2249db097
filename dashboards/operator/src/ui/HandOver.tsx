import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { acceptHandover, handOver, withdrawHandover, type Handover, type HandoverAlert } from '../api/alerts';
import { may, session } from '../api/session';
import { asApiError } from '../store/alert-acts';
import { leftOf, pendingHandovers } from '../store/handovers';
import { sameName } from '../store/operators';
import { useApp } from './context';
import { Modal } from './Dialogs';
import { ActForm } from './LifeDialogs';
import { MAX_NAME, NameField } from './NameField';
import { Shape } from './Shape';

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
          : one ? <Sheet key={one.id} handover={one} back={() => setShown({ kind: 'list' })} again={() => setShown({ kind: 'new' })} />
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
      <button type="button" class="primary" autoFocus onClick={() => show({ kind: 'new' })}>{app.life.drafts.of(app.preferences.operator.value) === null ? t.make : t.goOn}</button>
      <section aria-labelledby="handovers-past">
        <h3 id="handovers-past">{t.past}</h3>
        {all === null ? <p>{app.t.value.notify.loading}</p> : all.length === 0 ? <p>{t.nothing}</p> : (
          <ul class="handovers">
            {all.map((one) => (
              <li key={one.id} data-handover={one.id}>
                <time dateTime={new Date(one.createdAt).toISOString()}>{when(one.createdAt)}</time>
                <b>{t.row(one.from, one.to)}</b>
                <em class="tag">{one.acceptedAt !== null ? t.accepted(when(one.acceptedAt)) : one.withdrawnAt != null ? t.withdrawn(when(one.withdrawnAt)) : t.pending}</em>
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
  const { drafts } = app.life;
  const operator = app.preferences.operator.value;
  const begun = drafts.of(operator);
  const [from, setFrom] = useState(signedIn ? app.preferences.operator.value : begun?.from ?? app.preferences.operator.value);
  const [to, setTo] = useState(begun?.to ?? '');
  const [summary, setSummary] = useState(begun?.summary ?? '');
  // A key or a click in passing closes the dialog: what was written is not lost by it.
  const sent = useRef(false);
  useEffect(() => { if (!sent.current) drafts.keep(operator, { from, to, summary }); }, [from, to, summary]);
  const named = (name: string) => name.trim().length >= 1 && name.trim().length <= MAX_NAME;
  const open = app.open.value + app.life.heldCount.value;
  const send = async () => {
    try {
      const handover = await handOver(from.trim(), to.trim(), summary.trim());
      sent.current = true;
      drafts.discard(operator);
      app.life.handovers.take(handover);
      done(handover.id);
      return undefined;
    } catch (error) {
      return asApiError(error);
    }
  };
  return (
    <ActForm submit={t.send} send={send} cancel={back}
      check={() => (!named(from) ? { words: t.names, field: 'from' } : !named(to) || sameName(from, to) ? { words: t.names, field: 'to' }
        : summary.trim() === '' ? { words: t.noSummary, field: 'summary' } : null)}>
      <div class="two">
        <label class="field">{t.from}
          <input type="text" name="from" value={from} readOnly={signedIn} maxLength={MAX_NAME} required autocomplete="off" autoFocus={from === ''} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <NameField name="to" label={t.to} value={to} set={setTo} autoFocus={from !== ''} not={from} />
      </div>
      <label class="field">{t.summary}
        <textarea name="summary" rows={6} maxLength={MAX_SUMMARY} required value={summary} onInput={(event) => setSummary(event.currentTarget.value)} />
      </label>
      <p class="result">{t.openNow(app.f.value.number(open))}</p>
      {begun !== null && (
        <p class="draft">{t.kept} <button type="button" class="quiet" onClick={() => { sent.current = true; drafts.discard(operator); back(); }}>{t.discard}</button></p>
      )}
    </ActForm>
  );
}

/** The record of a hand-over: what is printed. */
function Sheet({ handover, back, again }: { handover: Handover; back: () => void; again: () => void }) {
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
          {handover.withdrawnAt == null
            ? <div><dt>{words.acceptedAt}</dt><dd>{handover.acceptedAt === null ? words.notYet : full(handover.acceptedAt)}</dd></div>
            : <div><dt>{words.withdrawnAt}</dt><dd>{full(handover.withdrawnAt)} ({handover.withdrawnBy})</dd></div>}
        </dl>
        <h4>{words.summary}</h4>
        <p class="said">{handover.summary}</p>
        <h4>{words.alerts(app.f.value.number(handover.alerts.length))}</h4>
        {leftOf(handover).length > 0 && <p class="trouble" role="status">{words.left(app.f.value.number(leftOf(handover).length), handover.from, handover.to)}</p>}
        {handover.alerts.length === 0 ? <p>{words.noAlerts}</p> : <AlertTable handover={handover} />}
        <p class="signatures"><span>{words.from}: {handover.from}<br />{words.signature}:</span><span>{words.to}: {handover.to}<br />{words.signature}:</span></p>
      </article>
      {pendingHandovers([handover]).length > 0 && <Accept handover={handover} />}
      {pendingHandovers([handover]).length > 0 && <Withdraw handover={handover} again={again} />}
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
          return (
            <tr key={alert.id}>
              <td class="level"><Shape severity={alert.severity} filled={alert.state === 'unacknowledged'} size={18} /> {t.severity[alert.severity]}</td>
              <td>{app.text(alert.title, alert.id)}<Where alert={alert} /></td>
              <td>{t.life.state[alert.state]}{alert.hold !== 'none' && ` · ${t.life.hold[alert.hold]}`}</td>
              <td>{alert.assignee ?? '–'}{leftOf(handover).includes(alert.id) && <span class="who">{words.stays(handover.from)}</span>}</td>
              <td class="steps-done">{alert.stepsDone == null || alert.stepsOf == null ? words.notBegun : words.stepsDone(app.f.value.number(alert.stepsDone), app.f.value.number(alert.stepsOf))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Where it was, by the names of then; of what was written before they were kept, by those of now as long as the alert is known. */
function Where({ alert }: { alert: HandoverAlert }) {
  const app = useApp();
  const now = app.store.alerts.get(alert.id);
  const place = alert.district ? [alert.name, alert.district].filter((part) => part != null).map((part) => app.text(part, '')).join(' · ') : now ? app.place(now) : '';
  return place === '' ? null : <span class="who">{place}</span>;
}

/** Whoever gave it takes it back, to give it to somebody else; so does an administrator. */
function Withdraw({ handover, again }: { handover: Handover; again: () => void }) {
  const app = useApp();
  const t = app.t.value.life.handover;
  const operator = app.preferences.operator.value;
  const own = sameName(handover.from, operator);
  const [asked, setAsked] = useState(false);
  const sure = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => sure.current?.focus(), [asked]);
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  if (!own && !(session.value?.account && may('administer'))) return null;
  const withdraw = async () => {
    setBusy(true);
    try {
      const withdrawn = await withdrawHandover(handover.id, operator);
      app.toast((words) => words.life.handover.withdrawnToast(handover.to));
      // What was written is still true: only the name was wrong.
      const anew = own && app.life.drafts.of(operator) === null;
      if (anew) app.life.drafts.keep(operator, { from: handover.from, to: '', summary: handover.summary });
      app.life.handovers.take(withdrawn);
      if (anew) again();
    } catch (error) {
      setTrouble(app.life.words(asApiError(error), app.t.value));
      setBusy(false);
      await app.life.handovers.load();
    }
  };
  return (
    <div class="withdraw">
      {!asked ? <button type="button" class="quiet" onClick={() => setAsked(true)}>{t.withdraw}</button> : (
        <>
          <p>{t.withdrawText(handover.to)}</p>
          <button type="button" ref={sure} disabled={busy} onClick={() => void withdraw()}>{t.withdrawNow}</button>
          <button type="button" class="quiet" onClick={() => setAsked(false)}>{app.t.value.cancel}</button>
        </>
      )}
      <p class="trouble" role="alert">{trouble}</p>
    </div>
  );
}

/** The one who comes accepts: under their own name where they sit, else by giving it. */
function Accept({ handover }: { handover: Handover }) {
  const app = useApp();
  const t = app.t.value.life.handover;
  const own = sameName(app.preferences.operator.value, handover.to);
  const [name, setName] = useState('');
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const accept = async (event: Event) => {
    event.preventDefault();
    const operator = own ? handover.to : name.trim();
    if (!sameName(operator, handover.to)) {
      setTrouble(t.wrong(handover.to));
      return;
    }
    setBusy(true);
    try {
      const accepted = await acceptHandover(handover.id, operator);
      app.life.handovers.take(accepted);
      // Whoever accepts sits here now.
      if (!own) app.preferences.operator.value = handover.to;
      const left = leftOf(accepted).length;
      app.toast((words) => [words.life.handover.done(operator), ...(left > 0 ? [words.life.handover.left(app.f.value.number(left), handover.from, handover.to)] : [])].join(' '));
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
  const waiting = pendingHandovers(app.life.handovers.all.value).filter((one) => sameName(one.to, app.preferences.operator.value)).length;
  const label = waiting > 0 ? t.waiting(app.f.value.number(waiting)) : t.button;
  return (
    <button type="button" class={`quiet help-button handover-button ${waiting > 0 ? 'waiting' : ''}`} aria-label={label} title={`${label} (C)`}
      onClick={() => { app.dialog.value = { kind: 'handover' }; }}>
      <span aria-hidden="true">⇄{waiting > 0 && ` ${waiting}`}</span>
    </button>
  );
}
