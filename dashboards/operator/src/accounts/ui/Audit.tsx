import { useEffect, useState } from 'preact/hooks';
import type { AccountsApp } from '../accounts-app';
import { getAudit, verifyAudit, type AuditEntry, type AuditVerdict } from '../api';
import { Message, useTask } from './parts';

/** Who did what, when, from where: filter, pages, download, and the check that nothing was changed. */
export function Audit({ app }: { app: AccountsApp }) {
  const t = app.t.value.audit;
  const [who, setWho] = useState('');
  const [text, setText] = useState('');
  const [entries, setEntries] = useState<readonly AuditEntry[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const { busy, trouble, run } = useTask(app);
  const load = (before: number | null) => run(async () => {
    const page = await getAudit(who, text, before);
    setEntries(before === null ? page.items : [...(entries ?? []), ...page.items]);
    setNext(page.next);
  });
  useEffect(() => void load(null), []);
  return (
    <section>
      <h2>{t.title}</h2>
      <form class="audit-filter" onSubmit={(event) => { event.preventDefault(); void load(null); }}>
        <label>{t.who} <input type="search" value={who} maxLength={64} onInput={(event) => setWho(event.currentTarget.value)} /></label>
        <label>{t.text} <input type="search" value={text} maxLength={100} onInput={(event) => setText(event.currentTarget.value)} /></label>
        <button type="submit" disabled={busy}>{t.search}</button>
        <a href="/api/v1/audit/export?format=csv" download>{t.csv}</a>
        <a href="/api/v1/audit/export?format=ndjson" download>{t.ndjson}</a>
        <button type="button" disabled={busy} onClick={() => void run(async () => setVerdict(await verifyAudit()))}>{t.verify}</button>
      </form>
      <Message text={trouble} />
      {verdict && <Message good={verdict.whole} text={verdict.whole ? t.whole(app.f.value.number(verdict.entries), verdict.hash) : t.broken(app.f.value.number(verdict.wrong ?? 0))} />}
      {entries?.length === 0 && <p class="faint">{t.none}</p>}
      {entries !== null && entries.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t.title}>
          <table class="audit">
            <thead><tr>{t.columns.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.number}>
                  <td>{app.f.value.clock(entry.at)} {app.f.value.yearDate(entry.at)}</td>
                  <td>{entry.who || '–'}<br /><span class="faint">{t.by[entry.by] ?? entry.by} {entry.address}</span></td>
                  <td>{entry.action}<br /><span class="faint">{entry.target}</span>{entry.detail !== '' && <details><summary>{t.detail}</summary><code>{entry.detail}</code></details>}</td>
                  <td>{entry.status === 0 ? '' : entry.status}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== null && <button type="button" disabled={busy} onClick={() => void load(next)}>{t.more}</button>}
    </section>
  );
}
