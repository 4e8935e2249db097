import { useEffect, useState } from 'preact/hooks';
import { askSession } from '../../api/session';
import type { AccountsApp } from '../accounts-app';
import { lookAtLink, redeemLink, type LinkInfo } from '../api';
import { Field, Frame, Message, PasswordField, useTask } from './parts';

/** Takes the token out of the address, so that it stays neither in sight nor in the history. */
function takeToken(): string {
  const token = new URLSearchParams(location.hash.replace(/^#/, '')).get('token') ?? '';
  if (token !== '') history.replaceState(null, '', location.pathname);
  return token;
}

const token = takeToken();

export function SetupPage({ app }: { app: AccountsApp }) {
  const t = app.t.value;
  const [link, setLink] = useState<LinkInfo | null>(null);
  const [userName, setUserName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [password, setPassword] = useState('');
  const { busy, trouble, run } = useTask(app);
  useEffect(() => {
    if (token === '') return;
    void run(async () => {
      const found = await lookAtLink(token);
      setLink(found);
      setDisplayName(found.displayName ?? '');
    });
  }, []);

  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const { signedIn } = await redeemLink(token, password, link!.purpose === 'setup' ? userName.trim() : null, link!.purpose === 'reset' ? null : displayName.trim());
      const now = signedIn ? await askSession() : null;
      location.replace(now === null ? '/signin/' : now.mustEnrol ? '/account/#second-factor' : '/');
    });
  };

  if (link === null) {
    return (
      <Frame app={app} title={t.setup.title.invitation} narrow>
        {token === '' ? <p>{t.setup.none}</p> : busy ? <p>{t.loading}</p> : null}
        <Message text={trouble} />
        <p><a href="../signin/">{t.signIn.title}</a></p>
      </Frame>
    );
  }
  return (
    <Frame app={app} title={t.setup.title[link.purpose]} narrow>
      <p>{t.setup.intro[link.purpose]}</p>
      <form onSubmit={submit}>
        {link.purpose === 'setup'
          ? <Field label={t.signIn.userName} value={userName} onInput={setUserName} autocomplete="username" autoFocus maxLength={64} />
          : <p>{t.signIn.userName}: <b>{link.userName}</b></p>}
        {link.purpose !== 'reset' && <Field label={t.setup.displayName} value={displayName} onInput={setDisplayName} autocomplete="name" help={t.setup.displayNameHelp} maxLength={64} />}
        <PasswordField app={app} label={t.signIn.password} value={password} onInput={setPassword} autocomplete="new-password" help={t.setup.passwordHelp(link.minPasswordLength)} />
        <Message text={trouble} />
        <button type="submit" class="primary" disabled={busy}>{link.purpose === 'reset' ? t.setup.submitReset : t.setup.submit}</button>
      </form>
      <p class="faint">{t.setup.until(app.moment(link.expiresAt))}</p>
    </Frame>
  );
}
