import { Bar } from '../side/Bar';
import { WhenField } from '../ui/WhenField';
import { LogView } from './LogView';
import { ReportView } from './ReportView';
import { SPANS, toWall, wallTime } from './model';
import type { ShiftsApp } from './shifts-app';

export function ShiftsPage({ app }: { app: ShiftsApp }) {
  const t = app.words.value.shifts;
  const view = app.view.value;
  return (
    <div class={`side-page shifts view-${view}`}>
      <a class="skip" href="#content">{t.skip}</a>
      <Bar app={app} page="shifts" title={view === 'report' ? t.reportTitle : t.title} />
      <div class="question-row">
        <nav class="view-choice" aria-label={t.views.label}>
          {(['log', 'report'] as const).map((one) => (
            <button key={one} type="button" aria-current={one === view ? 'page' : undefined} onClick={() => app.change({ view: one === 'log' ? null : one })}>{t.views[one]}</button>
          ))}
        </nav>
        <SpanPicker app={app} />
        {view === 'log' && <LogFilter app={app} />}
      </div>
      <main id="content" tabIndex={-1}>{view === 'log' ? <LogView app={app} /> : <ReportView app={app} />}</main>
      <div class="visually-hidden" role="status">{app.announcement.value}</div>
    </div>
  );
}

function SpanPicker({ app }: { app: ShiftsApp }) {
  const t = app.words.value.shifts.filter;
  const span = app.span.value;
  const report = app.view.value === 'report';
  const [from, to] = [span.from ?? app.now.value - 86_400_000, span.to ?? app.now.value];
  const choose = (name: string) => app.change(name === 'own' ? { span: 'own', from: toWall(from), to: toWall(to) } : { span: name, from: null, to: null });
  const set = (part: { from?: string; to?: string }) => {
    const next = { from: toWall(from), to: toWall(to), ...part };
    const [begins, ends] = [wallTime(next.from), wallTime(next.to)];
    if (begins !== null && ends !== null && begins < ends) app.change({ span: 'own', ...next });
  };
  return (
    <>
      <label>{t.span}
        <select name="span" value={span.name} onChange={(event) => choose(event.currentTarget.value)}>
          {SPANS.filter((one) => !(report && one === 'all')).map((one) => <option key={one} value={one}>{t.spans[one]}</option>)}
        </select>
      </label>
      {span.name === 'own' && (
        <>
          <WhenField kind="moment" name="from" language={app.language.value} label={t.from} value={toWall(from)} max={toWall(to)} onChange={(value) => set({ from: value })} />
          <WhenField kind="moment" name="to" language={app.language.value} label={t.to} value={toWall(to)} min={toWall(from)} onChange={(value) => set({ to: value })} />
        </>
      )}
    </>
  );
}

function LogFilter({ app }: { app: ShiftsApp }) {
  const words = app.words.value.shifts;
  const t = words.filter;
  const search = app.search.value;
  const log = app.log.value;
  const shown = log.kind === 'ready' ? log.value.entries : [];
  const people = [...new Set([...app.onDuty.value.map((duty) => duty.operator), ...shown.map((entry) => entry.operator ?? ''), search.get('operator') ?? ''])].filter((name) => name !== '').sort();
  return (
    <>
      <label>{t.what}
        <select name="what" value={search.get('what') ?? ''} onChange={(event) => app.change({ what: event.currentTarget.value })}>
          <option value="">{t.whatAll}</option>
          <option value="typed">{t.typed}</option>
          <option value="automatic">{t.automatic}</option>
          {Object.entries(words.category).map(([name, word]) => <option key={name} value={name}>{word}</option>)}
        </select>
      </label>
      <label>{t.person}
        <select name="operator" value={search.get('operator') ?? ''} onChange={(event) => app.change({ operator: event.currentTarget.value })}>
          <option value="">{t.everybody}</option>
          {people.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <label>{t.search} <input type="search" name="search" maxLength={100} defaultValue={search.get('search') ?? ''} onChange={(event) => app.change({ search: event.currentTarget.value.trim() })} /></label>
      <a class="button quiet" href={app.csvAddress()} download>{words.log.csv}</a>
    </>
  );
}
