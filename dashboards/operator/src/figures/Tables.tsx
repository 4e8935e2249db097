import type { ComponentChildren } from 'preact';
import { SEVERITIES } from '../store/alerts';
import { Shape } from '../ui/Shape';
import type { Figures, SubjectRow } from './api';
import { written } from './FiguresPage';
import type { FiguresApp } from './figures-app';
import { figureOf, placeTable } from './model';

export function Tables({ app, figures }: { app: FiguresApp; figures: Figures }) {
  return (
    <div class="tables">
      <Priorities app={app} figures={figures} />
      <Rates app={app} figures={figures} />
      <BadActors app={app} figures={figures} />
      <Places app={app} figures={figures} />
      <Floods app={app} figures={figures} />
      <Nuisances app={app} figures={figures} />
      <Stale app={app} figures={figures} />
    </div>
  );
}

interface Part {
  app: FiguresApp;
  figures: Figures;
}

/** A table under its name; when there is nothing in it, the words that say so. */
function Sheet({ name, title, none, empty, children }: { name: string; title: string; none: string; empty: boolean; children: ComponentChildren }) {
  return (
    <section class={`table-sheet ${name}`} aria-labelledby={`t-${name}`}>
      <h2 id={`t-${name}`}>{title}</h2>
      {empty ? <p class="hint">{none}</p> : <div class="scroll" tabIndex={0} role="region" aria-labelledby={`t-${name}`}>{children}</div>}
    </section>
  );
}

const Head = ({ names }: { names: readonly string[] }) => <thead><tr>{names.map((name, i) => <th key={name} scope="col" class={i === 0 ? '' : 'number'}>{name}</th>)}</tr></thead>;

function Subject({ app, row }: { app: FiguresApp; row: SubjectRow }) {
  const district = app.district(row.district);
  return (
    <th scope="row">{app.text(row.title, row.ruleId)}
      <span class="where">{row.kind === 'district' ? district : `${app.text(row.name, row.subject)} · ${district}`}{row.domain !== null && ` · ${app.domain(row.domain)}`}</span>
    </th>
  );
}

function Priorities({ app, figures }: Part) {
  const words = app.words.value;
  const t = words.figures;
  const f = app.f.value;
  return (
    <Sheet name="priorities" title={t.priorities.title} none="" empty={false}>
      <table>
        <Head names={[t.priorities.level, t.priorities.count, t.priorities.share, t.priorities.target, t.priorities.median, t.priorities.p90]} />
        <tbody>
          {SEVERITIES.map((severity) => {
            const share = figureOf(figures, `share_p${severity}`);
            const time = (which: string) => written(app, 'time', 's', figureOf(figures, `time_to_acknowledge_p${severity}_${which}`)?.value ?? null);
            const met = share?.target?.met ?? null;
            return (
              <tr key={severity}>
                <th scope="row"><span class="level"><Shape severity={severity} filled size={18} /> {words.severity[severity]}</span></th>
                <td>{f.number(figureOf(figures, `annunciated_p${severity}`)?.value ?? 0)}</td>
                <td class="share-cell"><span class="track" aria-hidden="true"><span class={`p${severity}`} style={{ width: `${(share?.value ?? 0) * 100}%` }} /></span> {share?.value === null || !share ? t.none : f.percent(share.value)}
                  {met !== null && <span class={`met ${met ? 'good' : 'bad'}`}><span aria-hidden="true"> {met ? '✓' : '✕'}</span><span class="visually-hidden"> {met ? t.met : t.missed}</span></span>}</td>
                <td>{app.text(share?.target?.text, t.none)}</td>
                <td>{time('median')}</td>
                <td>{time('p90')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="hint">{t.priorities.hint}</p>
    </Sheet>
  );
}

function Rates({ app, figures }: Part) {
  const t = app.words.value.figures.rates;
  const f = app.f.value;
  const all = figureOf(figures, 'intervals')?.value ?? 0;
  const rows: [string, number][] = (['none', 'upTo2', 'upTo5', 'upTo10', 'above10'] as const)
    .map((name) => [t[name], figureOf(figures, `intervals_${name.replace(/[A-Z0-9]+/g, (part) => `_${part.toLowerCase()}`)}`)?.value ?? 0]);
  return (
    <Sheet name="rates" title={t.title} none="" empty={false}>
      <table>
        <tbody>
          {rows.map(([name, count]) => (
            <tr key={name}><th scope="row">{name}</th>
              <td class="share-cell"><span class="track" aria-hidden="true"><span style={{ width: `${all === 0 ? 0 : (count / all) * 100}%` }} /></span> {f.number(count)}</td>
              <td>{all === 0 ? '' : f.percent(count / all)}</td></tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function BadActors({ app, figures }: Part) {
  const t = app.words.value.figures.bad;
  return (
    <Sheet name="bad-actors" title={t.title} none={t.none} empty={figures.badActors.length === 0}>
      <table>
        <Head names={[t.what, t.count, t.share]} />
        <tbody>
          {figures.badActors.map((row) => (
            <tr key={`${row.subject} ${row.ruleId}`}><Subject app={app} row={row} /><td>{app.f.value.number(row.annunciated)}</td>
              <td class="share-cell"><span class="track" aria-hidden="true"><span style={{ width: `${row.share * 100}%` }} /></span> {app.f.value.percent(row.share)}</td></tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function Places({ app, figures }: Part) {
  const t = app.words.value.figures.places;
  const f = app.f.value;
  const table = placeTable(figures.places);
  return (
    <Sheet name="places" title={t.title} none={t.none} empty={table.rows.length === 0}>
      <table>
        <Head names={[t.district, ...table.domains.map((domain) => app.domain(domain)), t.total]} />
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.district}><th scope="row">{app.district(row.district)}</th>
              {row.cells.map((count, i) => <td key={table.domains[i]}>{count === 0 ? '' : f.number(count)}</td>)}<td><b>{f.number(row.total)}</b></td></tr>
          ))}
        </tbody>
        <tfoot><tr><th scope="row">{t.total}</th>{table.totals.map((count, i) => <td key={table.domains[i]}>{f.number(count)}</td>)}<td><b>{f.number(table.totals.reduce((sum, count) => sum + count, 0))}</b></td></tr></tfoot>
      </table>
    </Sheet>
  );
}

function Floods({ app, figures }: Part) {
  const t = app.words.value.figures.floodsTable;
  const f = app.f.value;
  return (
    <Sheet name="floods" title={t.title} none={t.none} empty={figures.floods.length === 0}>
      <table>
        <Head names={[t.from, t.lasted, t.count, t.peak]} />
        <tbody>
          {figures.floods.map((flood) => (
            <tr key={flood.from}><th scope="row">{f.moment(flood.from)}</th><td>{app.lasting((flood.to - flood.from) / 1000)}</td><td>{f.number(flood.annunciated)}</td><td>{f.number(flood.peak, 1)}</td></tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function Nuisances({ app, figures }: Part) {
  const t = app.words.value.figures;
  return (
    <Sheet name="nuisances" title={t.nuisance.title} none={t.nuisance.none} empty={figures.nuisances.length === 0}>
      <table>
        <Head names={[t.bad.what, t.nuisance.chattered, t.nuisance.thrice, t.nuisance.fleeting]} />
        <tbody>
          {figures.nuisances.map((row) => (
            <tr key={`${row.subject} ${row.ruleId}`}><Subject app={app} row={row} />
              <td>{row.chattered ? t.nuisance.yes : t.none}</td><td>{row.thriceInAMinute ? t.nuisance.yes : t.none}</td><td>{row.fleeting === 0 ? t.none : app.f.value.number(row.fleeting)}</td></tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function Stale({ app, figures }: Part) {
  const t = app.words.value.figures;
  const f = app.f.value;
  return (
    <Sheet name="stale" title={t.stale.title} none={t.stale.none} empty={figures.stale.length === 0}>
      <table>
        <Head names={[t.bad.what, t.priorities.level, t.stale.since, t.stale.until, t.stale.acknowledged]} />
        <tbody>
          {figures.stale.map((row) => (
            <tr key={row.alert}><Subject app={app} row={row} /><td>P{row.severity}</td><td>{f.moment(row.since)}</td><td>{row.until === null ? t.stale.still : f.moment(row.until)}</td><td>{row.acknowledged ? t.stale.yes : t.stale.no}</td></tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}
