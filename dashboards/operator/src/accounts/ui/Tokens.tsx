import { useEffect, useState } from 'preact/hooks';
import { session, type Permission } from '../../api/session';
import type { AccountsApp } from '../accounts-app';
import { getTokens, makeToken, revokeToken, type Token } from '../api';
import { Choices, Field, Message, Secret, SureButton, useTask } from './parts';

const DAYS = 90;

/** Tokens for programs: one's own, with a form for another one, or those of all accounts. */
export function Tokens({ app, all }: { app: AccountsApp; all: boolean }) {
  const t = app.t.value;
  const [tokens, setTokens] = useState<readonly Token[] | null>(null);
  const [made, setMade] = useState<{ token: string; name: string } | null>(null);
  const { busy, trouble, run } = useTask(app);
  const load = async () => setTokens(await getTokens(all));
  useEffect(() => void run(load), []);
  return (
    <section>
      <h2>{all ? t.admin.allTokens : t.tokens.title}</h2>
      {!all && <p class="faint">{t.tokens.help}</p>}
      <Message text={trouble} />
      {made && <Secret app={app} label={made.name} text={made.token} help={t.tokens.secret} />}
      {tokens?.length === 0 && <p class="faint">{t.tokens.none}</p>}
      <ul class="rows">
        {tokens?.map((token) => (
          <li key={token.id}>
            <span class="grow">
              <b>{token.name}</b> {all && <span>{t.tokens.owner(token.account)} </span>}
              <span class="faint">{token.permissions.map((p) => t.permission[p]).join(', ')} · {t.tokens.expires(app.moment(token.expiresAt))} · {t.tokens.used(app.moment(token.lastUsed))}</span>
            </span>
            <SureButton app={app} label={t.tokens.revoke} disabled={busy} onSure={() => void run(async () => { await revokeToken(token.id); await load(); })} />
          </li>
        ))}
      </ul>
      {!all && <NewToken app={app} onMade={(token, name) => { setMade({ token, name }); void run(load); }} />}
    </section>
  );
}

function NewToken({ app, onMade }: { app: AccountsApp; onMade: (token: string, name: string) => void }) {
  const t = app.t.value;
  const [name, setName] = useState('');
  const [days, setDays] = useState(String(DAYS));
  const [permissions, setPermissions] = useState<string[]>(['view']);
  const [districts, setDistricts] = useState<string[]>([]);
  const [domains, setDomains] = useState<string[]>([]);
  const { busy, trouble, run } = useTask(app);
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const made = await makeToken({ name: name.trim(), permissions: permissions as Permission[], districts, domains, days: Number(days) });
      setName('');
      onMade(made.token, made.details.name);
    });
  };
  return (
    <details>
      <summary>{t.tokens.make}</summary>
      <form onSubmit={submit}>
        <Field label={t.tokens.name} value={name} onInput={setName} maxLength={64} />
        <Choices label={t.tokens.permissions} all={(session.value?.permissions ?? []).map((p) => ({ id: p, name: t.permission[p] }))} chosen={permissions} onChange={setPermissions} />
        <Choices label={t.tokens.districts} all={app.districts.value} chosen={districts} onChange={setDistricts} />
        <Choices label={t.tokens.domains} all={app.domains.value} chosen={domains} onChange={setDomains} />
        <Field label={t.tokens.days} value={days} onInput={setDays} type="number" maxLength={4} />
        <Message text={trouble} />
        <button type="submit" class="primary" disabled={busy}>{t.tokens.make}</button>
      </form>
    </details>
  );
}

