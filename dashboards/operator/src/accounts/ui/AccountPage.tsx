import { useEffect, useState } from 'preact/hooks';
import { askSession, enter, session } from '../../api/session';
import type { AccountsApp } from '../accounts-app';
import {
  beginTotp, changePassword, confirmTotp, endOtherSessions, endOwnSession, getOwnAccount, getOwnSessions, newRecoveryCodes, removeTotp, signOut,
  type AccountSession, type NewTotp, type OwnAccount,
} from '../api';
import { Field, Frame, Message, PasswordField, SureButton, useTask } from './parts';
import { Tokens } from './Tokens';

export function AccountPage({ app }: { app: AccountsApp }) {
  const t = app.t.value;
  const [account, setAccount] = useState<OwnAccount | null>(null);
  const { busy, trouble, run } = useTask(app);
  const load = () => run(async () => {
    const known = await askSession();
    if (known?.accounts === 'off') return;
    if (known && !known.signedIn) return void (await enter());
    // A video wall only looks on, and may leave.
    if (known?.wall) return;
    setAccount(await getOwnAccount());
    // Whoever still has to set up a second factor may see nothing else.
    if (!known?.mustEnrol) await app.loadNames();
  });
  useEffect(() => void load(), []);

  if (session.value?.accounts === 'off') return <Frame app={app} title={t.account.title}><p>{t.account.off}</p></Frame>;
  const leave = () => run(async () => {
    await signOut();
    location.replace('/signin/');
  });
  const known = session.value;
  if (known?.wall) {
    return (
      <Frame app={app} title={t.account.title} narrow>
        <p>{t.account.wall(known.account?.displayName ?? '', app.moment(known.expiresAt))}</p>
        <button type="button" onClick={() => void leave()}>{t.account.signOut}</button>
        <Message text={trouble} />
      </Frame>
    );
  }
  if (account === null) {
    return (
      <Frame app={app} title={t.account.title}>
        {busy && <p>{t.loading}</p>}
        <Message text={trouble} />
        {trouble !== null && <button type="button" onClick={() => void load()}>{t.retry}</button>}
      </Frame>
    );
  }
  const mustEnrol = session.value?.mustEnrol ?? false;
  return (
    <Frame app={app} title={t.account.title} links={app.mayAdminister.value && !mustEnrol && <a href="../admin/">{t.account.administration}</a>}>
      <section class="who">
        <p><b>{account.displayName}</b> <span class="faint">{account.userName}</span></p>
        <p class="faint">{t.account.lastSignIn}: {app.moment(account.lastSignIn)}</p>
        {!mustEnrol && <ul>{account.grants.map((grant, i) => <li key={i}>{app.grant(grant)}</li>)}</ul>}
        {account.provider !== null && <p class="faint">{t.account.provider(account.provider)}</p>}
        <button type="button" onClick={() => void leave()}>{t.account.signOut}</button>
        <Message text={trouble} />
      </section>
      {account.provider === null && <SecondFactor app={app} account={account} mustEnrol={mustEnrol} changed={load} />}
      {!mustEnrol && account.provider === null && <Password app={app} least={account.minPasswordLength} />}
      {!mustEnrol && <Sessions app={app} />}
      {!mustEnrol && <Tokens app={app} all={false} />}
    </Frame>
  );
}

function Password({ app, least }: { app: AccountsApp; least: number }) {
  const t = app.t.value;
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const { busy, trouble, run } = useTask(app);
  const submit = (event: Event) => {
    event.preventDefault();
    setDone(false);
    void run(async () => {
      await changePassword(present, next);
      await askSession();
      setPresent('');
      setNext('');
      setDone(true);
    });
  };
  return (
    <section>
      <h2>{t.account.password}</h2>
      <form onSubmit={submit}>
        <PasswordField app={app} label={t.account.present} value={present} onInput={setPresent} autocomplete="current-password" />
        <PasswordField app={app} label={t.account.next} value={next} onInput={setNext} autocomplete="new-password" help={t.setup.passwordHelp(least)} />
        <Message text={trouble} />
        <Message text={done ? t.account.passwordChanged : null} good />
        <button type="submit" disabled={busy}>{t.account.changePassword}</button>
      </form>
    </section>
  );
}

function SecondFactor({ app, account, mustEnrol, changed }: { app: AccountsApp; account: OwnAccount; mustEnrol: boolean; changed: () => Promise<void> }) {
  const t = app.t.value;
  const [password, setPassword] = useState('');
  const [begun, setBegun] = useState<NewTotp | null>(null);
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const { busy, trouble, run } = useTask(app);

  const confirm = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      setCodes((await confirmTotp(code.trim())).codes);
      setBegun(null);
      setCode('');
      setPassword('');
      await changed();
    });
  };
  const withPassword = (what: () => Promise<void>) => void run(async () => {
    await what();
    setPassword('');
  });
  return (
    <section id="second-factor">
      <h2>{t.account.totp}</h2>
      {mustEnrol && <p class="note">{t.account.totpRequired}</p>}
      <p>{account.secondFactor ? t.account.totpOn(app.f.value.number(account.recoveryCodesLeft)) : t.account.totpOff}</p>
      {codes && (
        <div class="codes">
          <p>{t.account.codes}</p>
          <ol>{codes.map((c) => <li key={c}><code>{c}</code></li>)}</ol>
          <button type="button" onClick={() => print()}>{t.account.print}</button> <button type="button" onClick={() => setCodes(null)}>{t.done}</button>
        </div>
      )}
      {begun
        ? (
          <form onSubmit={confirm}>
            <p>{t.account.totpScan}</p>
            <img class="qr" alt={t.account.totpQr} width={220} height={220} src={`data:image/svg+xml;utf8,${encodeURIComponent(begun.svg)}`} />
            <p>{t.account.totpSecret}: <code>{begun.secret}</code></p>
            <Field label={t.signIn.code} value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" maxLength={8} autoFocus />
            <Message text={trouble} />
            <div class="buttons">
              <button type="submit" class="primary" disabled={busy}>{t.account.totpConfirm}</button>
              <button type="button" onClick={() => setBegun(null)}>{t.cancel}</button>
            </div>
          </form>
        )
        : (
          <form onSubmit={(event) => { event.preventDefault(); withPassword(async () => { if (!account.secondFactor) setBegun(await beginTotp(password)); }); }}>
            <PasswordField app={app} label={t.account.present} value={password} onInput={setPassword} autocomplete="current-password" />
            <Message text={trouble} />
            {account.secondFactor
              ? (
                <div class="buttons">
                  <button type="button" disabled={busy} onClick={() => withPassword(async () => { setCodes((await newRecoveryCodes(password)).codes); await changed(); })}>{t.account.codesNew}</button>
                  {!account.secondFactorRequired && <SureButton app={app} label={t.account.totpRemove} disabled={busy} onSure={() => withPassword(async () => { await removeTotp(password); await changed(); })} />}
                </div>
              )
              : <button type="submit" disabled={busy}>{t.account.totpBegin}</button>}
          </form>
        )}
    </section>
  );
}

function Sessions({ app }: { app: AccountsApp }) {
  const t = app.t.value;
  const [sessions, setSessions] = useState<readonly AccountSession[] | null>(null);
  const { busy, trouble, run } = useTask(app);
  const load = async () => setSessions(await getOwnSessions());
  useEffect(() => void run(load), []);
  return (
    <section>
      <h2>{t.account.sessions}</h2>
      <Message text={trouble} />
      {sessions === null && busy && <p>{t.loading}</p>}
      <ul class="rows">
        {sessions?.map((s) => (
          <li key={s.id}>
            <span class="grow">{s.agent || '?'} <span class="faint">{s.address} · {t.account.seen(app.moment(s.lastSeen))}</span></span>
            {s.wall && <span class="tag">{t.account.wallTag(app.moment(s.expiresAt))}</span>}
            {s.current ? <span class="tag">{t.account.current}</span>
              : <SureButton app={app} label={t.account.end} disabled={busy} onSure={() => void run(async () => { await endOwnSession(s.id); await load(); })} />}
          </li>
        ))}
      </ul>
      {sessions && sessions.length > 1
        ? <SureButton app={app} label={t.account.endOthers} disabled={busy} onSure={() => void run(async () => { await endOtherSessions(); await load(); })} />
        : sessions && <p class="faint">{t.account.noOthers}</p>}
    </section>
  );
}
