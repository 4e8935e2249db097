import { useEffect, useState } from 'preact/hooks';
import { enter, session, type Grant, type Role } from '../../api/session';
import type { AccountsApp } from '../accounts-app';
import {
  changeAccount, deleteAccount, endSessions, getAccounts, invite, newLink, resetSecondFactor, unlock, type Account, type OneTimeLink,
} from '../api';
import { Audit } from './Audit';
import { Choices, Field, Frame, Message, Secret, SureButton, useTask } from './parts';
import { Tokens } from './Tokens';

interface ShownLink extends OneTimeLink {
  name: string;
}

export function AdminPage({ app }: { app: AccountsApp }) {
  const t = app.t.value;
  const [accounts, setAccounts] = useState<readonly Account[] | null>(null);
  const [link, setLink] = useState<ShownLink | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const { busy, trouble, run } = useTask(app);
  const load = async () => setAccounts(await getAccounts());
  useEffect(() => void run(async () => {
    if (!(await enter()) || session.value?.accounts === 'off' || !app.mayAdminister.value) return;
    await app.loadNames();
    await load();
  }), []);

  const known = session.value;
  if (accounts === null) {
    return (
      <Frame app={app} title={t.admin.title}>
        {known?.accounts === 'off' ? <p>{t.account.off}</p> : known && !app.mayAdminister.value ? <p>{t.admin.notAllowed}</p> : busy && <p>{t.loading}</p>}
        <Message text={trouble} />
      </Frame>
    );
  }
  return (
    <Frame app={app} title={t.admin.title} links={<a href="../account/">{t.admin.own}</a>}>
      {link && <Secret app={app} label={t.admin.link(link.name)} text={link.url} help={t.admin.linkHelp(app.moment(link.expiresAt))} />}
      <section>
        <h2>{t.admin.accounts} <span class="faint">{t.admin.count(app.f.value.number(accounts.length))}</span></h2>
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t.admin.accounts}>
          <table>
            <thead><tr><th scope="col">{t.admin.columns.name}</th><th scope="col">{t.admin.columns.grants}</th><th scope="col">{t.admin.columns.state}</th><th scope="col">{t.admin.columns.last}</th><td /></tr></thead>
            <tbody>
              {accounts.map((account) => (
                <AccountRow key={account.id} app={app} account={account} open={open === account.id} toggle={() => setOpen(open === account.id ? null : account.id)}
                  changed={load} showLink={(made) => setLink({ ...made, name: account.displayName })} />
              ))}
            </tbody>
          </table>
        </div>
        <Message text={trouble} />
      </section>
      <Invite app={app} onInvited={(made, name) => { setLink({ ...made, name }); void run(load); }} />
      <Tokens app={app} all />
      {session.value?.everywhere.includes('administer') && <Audit app={app} />}
    </Frame>
  );
}

function State({ app, account }: { app: AccountsApp; account: Account }) {
  const t = app.t.value;
  const f = app.f.value;
  const parts = [
    t.admin.state[account.state],
    ...(account.provider !== null ? [t.admin.provider] : []),
    ...(account.secondFactor ? [t.admin.secondFactor] : []),
    ...(account.sessions > 0 ? [t.admin.sessions(f.number(account.sessions))] : []),
    ...(account.tokens > 0 ? [t.admin.tokens(f.number(account.tokens))] : []),
  ];
  return <>{parts.join(' · ')}{account.lockedUntil !== null && <b> {t.admin.locked(app.moment(account.lockedUntil))}</b>}</>;
}

function AccountRow({ app, account, open, toggle, changed, showLink }: {
  app: AccountsApp; account: Account; open: boolean; toggle: () => void; changed: () => Promise<void>; showLink: (link: OneTimeLink) => void;
}) {
  const t = app.t.value;
  return (
    <>
      <tr class={account.state}>
        <th scope="row">{account.displayName}<br /><span class="faint">{account.userName}</span></th>
        <td>{account.grants.map((grant, i) => <div key={i}>{app.grant(grant)}</div>)}</td>
        <td><State app={app} account={account} /></td>
        <td>{app.moment(account.lastSignIn)}</td>
        <td><button type="button" aria-expanded={open} onClick={toggle}>{open ? t.admin.close : t.admin.edit}</button></td>
      </tr>
      {open && <tr class="open"><td colSpan={5}><AccountEditor app={app} account={account} changed={changed} showLink={showLink} /></td></tr>}
    </>
  );
}

function AccountEditor({ app, account, changed, showLink }: { app: AccountsApp; account: Account; changed: () => Promise<void>; showLink: (link: OneTimeLink) => void }) {
  const t = app.t.value;
  const [displayName, setDisplayName] = useState(account.displayName);
  const [grants, setGrants] = useState<readonly Grant[]>(account.grants);
  const [saved, setSaved] = useState(false);
  const { busy, trouble, run } = useTask(app);
  const act = (what: () => Promise<unknown>) => void run(async () => {
    setSaved(false);
    await what();
    await changed();
    setSaved(true);
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); act(() => changeAccount(account.id, { displayName: displayName.trim(), grants: [...grants] })); }}>
      <Field label={t.setup.displayName} value={displayName} onInput={setDisplayName} maxLength={64} />
      {account.provider === null ? <GrantEditor app={app} grants={grants} onChange={setGrants} /> : <p class="faint">{t.admin.rolesElsewhere}</p>}
      <Message text={trouble} />
      <Message text={saved ? t.admin.saved : null} good />
      <div class="buttons">
        <button type="submit" class="primary" disabled={busy}>{t.save}</button>
        {account.provider === null && <button type="button" disabled={busy} onClick={() => act(async () => showLink(await newLink(account.id)))}>{t.admin.newLink}</button>}
        {account.lockedUntil !== null && <button type="button" disabled={busy} onClick={() => act(() => unlock(account.id))}>{t.admin.unlock}</button>}
        {account.sessions > 0 && <SureButton app={app} label={t.admin.endSessions} disabled={busy} onSure={() => act(() => endSessions(account.id))} />}
        {account.secondFactor && <SureButton app={app} label={t.admin.resetFactor} disabled={busy} onSure={() => act(() => resetSecondFactor(account.id))} />}
        <SureButton app={app} label={account.state === 'disabled' ? t.admin.enable : t.admin.disable} disabled={busy}
          onSure={() => act(() => changeAccount(account.id, { disabled: account.state !== 'disabled' }))} />
        <SureButton app={app} label={t.admin.remove} disabled={busy} onSure={() => act(() => deleteAccount(account.id))} />
      </div>
    </form>
  );
}

const VIEWER: Grant = { role: 'viewer', districts: [], domains: [] };

function GrantEditor({ app, grants, onChange }: { app: AccountsApp; grants: readonly Grant[]; onChange: (grants: Grant[]) => void }) {
  const t = app.t.value;
  const replace = (at: number, part: Partial<Grant>) => onChange(grants.map((grant, i) => (i === at ? { ...grant, ...part } : grant)));
  return (
    <fieldset class="grants">
      <legend>{t.admin.grants}</legend>
      {grants.map((grant, i) => (
        <div key={i} class="grant">
          <label>{t.admin.role}{' '}
            <select value={grant.role} onChange={(event) => replace(i, { role: event.currentTarget.value as Role })}>
              {app.roles.value.map((role) => <option key={role.role} value={role.role}>{app.text(role.name)}: {app.text(role.description)}</option>)}
            </select>
          </label>
          <details open={grant.districts.length + grant.domains.length > 0}>
            <summary>{app.grant(grant)}</summary>
            <Choices label={t.tokens.districts} all={app.districts.value} chosen={grant.districts} onChange={(districts) => replace(i, { districts })} />
            <Choices label={t.tokens.domains} all={app.domains.value} chosen={grant.domains} onChange={(domains) => replace(i, { domains })} />
          </details>
          <button type="button" onClick={() => onChange(grants.filter((_, at) => at !== i))}>{t.admin.removeGrant}</button>
        </div>
      ))}
      <button type="button" onClick={() => onChange([...grants, VIEWER])}>{t.admin.addGrant}</button>
    </fieldset>
  );
}

function Invite({ app, onInvited }: { app: AccountsApp; onInvited: (link: OneTimeLink, name: string) => void }) {
  const t = app.t.value;
  const [userName, setUserName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [grants, setGrants] = useState<readonly Grant[]>([{ ...VIEWER, role: 'operator' }]);
  const { busy, trouble, run } = useTask(app);
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const { account, link } = await invite(userName.trim(), displayName.trim(), [...grants]);
      setUserName('');
      setDisplayName('');
      onInvited(link, account.displayName);
    });
  };
  return (
    <section>
      <h2>{t.admin.invite}</h2>
      <form onSubmit={submit}>
        <Field label={t.signIn.userName} value={userName} onInput={setUserName} maxLength={64} />
        <Field label={t.setup.displayName} value={displayName} onInput={setDisplayName} maxLength={64} help={t.setup.displayNameHelp} />
        <GrantEditor app={app} grants={grants} onChange={setGrants} />
        <Message text={trouble} />
        <button type="submit" class="primary" disabled={busy}>{t.admin.inviteSubmit}</button>
      </form>
    </section>
  );
}
