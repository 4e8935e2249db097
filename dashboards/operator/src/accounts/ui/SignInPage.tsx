import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../api/rest';
import { askSession, leadsToWall, session, wayBack } from '../../api/session';
import type { AccountsApp } from '../accounts-app';
import { signIn } from '../api';
import { Field, Frame, Message, PasswordField, useTask } from './parts';

export function SignInPage({ app }: { app: AccountsApp }) {
  const t = app.t.value;
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codeNeeded, setCodeNeeded] = useState(false);
  const { busy, trouble, run } = useTask(app);
  const known = session.value;
  const back = wayBack(location.hash);
  const [wall, setWall] = useState(leadsToWall(back));
  const refused = new URLSearchParams(location.search).get('trouble');
  useEffect(() => void askSession(), []);

  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      try {
        session.value = await signIn(userName.trim(), password, codeNeeded ? code.trim() : null, wall);
      } catch (error) {
        if (!(error instanceof ApiError) || error.problem.title !== 'code_needed') throw error;
        setCodeNeeded(true);
        return;
      }
      location.replace(session.value.mustEnrol ? '/account/#second-factor' : back);
    });
  };

  if (known?.accounts === 'off') {
    return <Frame app={app} title={t.signIn.title} narrow><p>{t.signIn.off}</p><p><a href={back}>{t.signIn.goOn}</a></p></Frame>;
  }
  return (
    <Frame app={app} title={t.signIn.title} narrow>
      {refused !== null && <Message text={t.signIn.refused[refused] ?? t.signIn.refused.openid_code!} />}
      {known?.setupNeeded && <p class="note">{t.signIn.setupNeeded}</p>}
      {known?.account && <p class="note">{t.signIn.already(known.account.displayName)} <a href={back}>{t.signIn.goOn}</a>. {t.signIn.otherAccount}</p>}
      {known?.singleSignOn && !wall && (
        <>
          <p><a class="button primary" href={`/api/v1/session/openid?${new URLSearchParams({ back })}`}>{app.text(known.singleSignOn)}</a></p>
          <p class="faint">{t.signIn.orHere}</p>
        </>
      )}
      <form onSubmit={submit}>
        <Field label={t.signIn.userName} value={userName} onInput={setUserName} autocomplete="username" autoFocus />
        <PasswordField app={app} label={t.signIn.password} value={password} onInput={setPassword} autocomplete="current-password" />
        {codeNeeded && <Field label={t.signIn.code} value={code} onInput={setCode} autocomplete="one-time-code" help={t.signIn.codeHelp} maxLength={32} autoFocus />}
        <label class="check"><input type="checkbox" name="wall" checked={wall} onChange={(event) => setWall(event.currentTarget.checked)} /> {t.signIn.wall}</label>
        {wall && <p class="faint">{t.signIn.wallHelp}</p>}
        <Message text={trouble} />
        <button type="submit" class="primary" disabled={busy}>{busy ? t.signIn.wait : t.signIn.submit}</button>
      </form>
    </Frame>
  );
}
