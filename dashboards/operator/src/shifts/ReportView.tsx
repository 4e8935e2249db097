import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { actName } from '../life';
import { written } from '../figures/FiguresPage';
import { figureOf } from '../figures/model';
import { wishText } from '../store/commands';
import { reportAddress, type Report, type ReportAlert } from './api';
import { download, wholePage } from './download';
import { Line } from './LogView';
import { corrections, countBy, worthListing } from './model';
import type { ShiftsApp } from './shifts-app';

/** The report of a shift: to read, to print, to take away. */
export function ReportView({ app }: { app: ShiftsApp }) {
  const t = app.words.value.shifts.report;
  const load = app.report.value;
  const article = useRef<HTMLElement>(null);
  const { from, to } = app.reportSpan.value;
  const outdated = app.outdated.value;
  if (load.kind === 'failed') {
    return <p class="state failed" role="alert"><b>{t.failed}</b> {app.text(load.detail, '')} <button type="button" onClick={() => app.again()}>{app.words.value.shifts.log.again}</button></p>;
  }
  const report = load.kind === 'ready' ? load.value : load.last;
  const save = () => {
    if (!report || !article.current) return;
    const stamp = app.f.value.moment(report.to).replace(/[^\d]+/g, '-');
    download(`${app.language.value === 'vi' ? 'bao-cao-ca' : 'shift-report'}-${stamp}.html`, 'text/html', wholePage(app.words.value.shifts.reportTitle, app.language.value, article.current));
  };
  return (
    <>
      <div class="report-actions no-print">
        {load.kind === 'loading' && <span role="status"><span class="spinner" aria-hidden="true" /> {t.loading}</span>}
        <span class="spacer" />
        <button type="button" class="primary" onClick={() => print()} disabled={!report}>{t.print}</button>
        <button type="button" onClick={save} disabled={!report}>{t.html}</button>
        <a class="button" href={reportAddress(from, to, 'csv')} download="shift-report.csv">{t.csv}</a>
        <a class="button" href={reportAddress(from, to, 'json')} download="shift-report.json">{t.json}</a>
      </div>
      {outdated !== 'no' && (
        <p class="outdated no-print" role="status">{t.outdated(app.f.value.moment(to))} {outdated === 'shift-over' && t.shiftOver} <button type="button" onClick={() => app.again()}>{t.upToNow}</button></p>
      )}
      {report && <article class="report" ref={article} aria-label={app.words.value.shifts.reportTitle}><Body app={app} report={report} /></article>}
    </>
  );
}

function Part({ title, none, empty, children }: { title: string; none: string; empty: boolean; children: ComponentChildren }) {
  return <section><h2>{title}</h2>{empty ? <p class="none">{none}</p> : children}</section>;
}

const Head = ({ names }: { names: readonly string[] }) => <thead><tr>{names.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>;

function Body({ app, report }: { app: ShiftsApp; report: Report }) {
  const words = app.words.value;
  const t = words.shifts.report;
  const f = app.f.value;
  const suppressed = report.held.filter((alert) => alert.hold === 'suppressed').length;
  const held = report.held.filter((alert) => alert.hold !== 'suppressed');
  const by = corrections(report.entries);
  const { listed, others } = worthListing(report.open);
  const rest = countBy(others, (alert) => `P${alert.severity} ${app.domain(alert.domain)}`);
  return (
    <>
      <header class="report-head">
        <h1>{words.shifts.reportTitle}</h1>
        <p><b>{t.period(f.moment(report.from), f.moment(report.to))}</b></p>
        <p class="none">{words.appName} · {t.made(f.moment(report.generatedAt))}</p>
      </header>
      <Part title={t.duties} none={t.noDuties} empty={report.duties.length === 0}>
        <ul class="inline">{report.duties.map((duty) => <li key={duty.id}><b>{duty.operator}</b> {t.until(f.shortWhen(duty.from, report.to), duty.until === null ? t.now : f.shortWhen(duty.until, report.to))}</li>)}</ul>
      </Part>
      {report.handovers.length > 0 && (
        <Part title={t.handovers} none="" empty={false}>
          {report.handovers.map((one) => (
            <div key={one.id} class="handed"><p><b>{t.handover(one.from, one.to, f.moment(one.createdAt))}</b> ({one.acceptedAt !== null ? t.accepted : one.withdrawnAt != null ? t.withdrawn : t.pending})</p><p class="said">{one.summary}</p></div>
          ))}
        </Part>
      )}
      <Part title={t.open(f.number(report.totals.open))} none={t.noOpen} empty={report.open.length === 0}>
        <table class="open-table">
          <Head names={[t.level, t.alert, t.state, t.who, t.notes]} />
          <tbody>{listed.map((alert) => (
            <tr key={alert.id}>
              <td class="level">P{alert.severity}</td>
              <AlertCell app={app} alert={alert} />
              <td>{words.life.state[alert.state]}{alert.acknowledgedBy !== null && <small>{t.acknowledged(alert.acknowledgedBy, f.shortWhen(alert.acknowledgedAt ?? 0, report.to))}</small>}
                {alert.stepsDone !== null && <small>{t.steps(f.number(alert.stepsDone), f.number(alert.stepsOf ?? 0))}</small>}</td>
              <td>{alert.assignee ?? '–'}</td>
              <td>{alert.notes.map((note) => <p key={note.at}><small>{f.shortWhen(note.at, report.to)} {note.operator}:</small> {note.text}</p>)}</td>
            </tr>
          ))}</tbody>
        </table>
        {rest.length > 0 && <p class="rest">{t.rest(rest.map(([name, count]) => `${name}: ${f.number(count)}`).join('; '))}</p>}
        {report.open.length < report.totals.open && <p class="none">{t.partly(f.number(report.open.length), f.number(report.totals.open))}</p>}
      </Part>
      <Part title={t.held(f.number(report.totals.held))} none={t.noHeld} empty={report.totals.held === 0}>
        {held.length > 0 && (
          <table class="held-table">
            <Head names={[t.level, t.alert, t.state, t.why, t.by, t.untilWhen]} />
            <tbody>{held.map((alert) => (
              <tr key={alert.id}><td class="level">P{alert.severity}</td><AlertCell app={app} alert={alert} /><td>{alert.hold === 'none' ? '' : words.life.hold[alert.hold]}</td>
                <td>{alert.holdReason ?? ''}</td><td>{alert.holdBy ?? ''}</td><td>{alert.holdUntil === null ? t.endless : f.moment(alert.holdUntil)}</td></tr>
            ))}</tbody>
          </table>
        )}
        {suppressed > 0 && <p class="none">{t.suppressed(f.number(suppressed))}</p>}
      </Part>
      <Part title={t.outOfService} none={t.noOutOfService} empty={report.outOfService.length === 0}>
        <ul>{report.outOfService.map((outage) => (
          <li key={outage.id}><b>{outage.kind === 'district' ? app.district(outage.subject) : app.text(outage.name, outage.subject)}</b>{outage.domain !== null && ` · ${app.domain(outage.domain)}`}: {outage.reason} ({outage.operator}, {f.moment(outage.from)} – {outage.until === null ? t.endless : f.moment(outage.until)})</li>
        ))}</ul>
      </Part>
      <Summary app={app} report={report} />
      <Part title={t.acts} none={t.noActs} empty={report.acts.length === 0}>
        <ul class="inline">{[...new Set(report.acts.map((act) => act.operator))].map((operator) => (
          <li key={operator}><b>{operator}</b>: {report.acts.filter((act) => act.operator === operator).map((act) => `${actName(act.act, words)} ${t.times(f.number(act.count))}`).join(', ')}</li>
        ))}</ul>
      </Part>
      <Part title={t.commands(f.number(report.totals.commands))} none={t.noCommands} empty={report.commands.length === 0}>
        <ul class="commands">{report.commands.map((command) => (
          <li key={command.id}>{f.shortWhen(command.createdAt, report.to)} <b>{command.operator}</b> {app.text(report.commandNames?.[command.sensor], command.sensor)}, {app.district(command.district)}: {wishText(command, words)} – {words.shifts.commandState[command.state]}</li>
        ))}</ul>
      </Part>
      <Part title={t.log} none={t.noLog} empty={report.entries.length === 0}>
        {report.totals.moreEntries && <p class="none">{t.moreLog}</p>}
        <ol class="log-list">{report.entries.map((entry) => <Line key={entry.number} app={app} entry={entry} correctedBy={by.get(entry.number) ?? null} plain />)}</ol>
      </Part>
      <Part title={t.silent(f.number(report.silent.length), f.moment(report.generatedAt))} none={t.noSilent} empty={report.silent.length === 0}>
        <ul class="columns">{report.silent.slice(0, 200).map((sensor) => (
          <li key={sensor.id}><b>{app.text(sensor.name, sensor.id)}</b> {sensor.district === null ? '' : app.district(sensor.district)} <small>{words.state[sensor.state]}, {sensor.measuredAt === null ? t.never : t.lastSeen(f.shortWhen(sensor.measuredAt, report.generatedAt))}</small></li>
        ))}</ul>
        {report.silent.length > 200 && <p class="none">{t.partly('200', f.number(report.silent.length))}</p>}
      </Part>
      <p class="signatures"><span>{t.signatures.from}:<br />{t.signatures.sign}:</span><span>{t.signatures.to}:<br />{t.signatures.sign}:</span></p>
    </>
  );
}

function AlertCell({ app, alert }: { app: ShiftsApp; alert: ReportAlert }) {
  const t = app.words.value.shifts.report;
  const district = app.district(alert.district);
  return <td>{app.text(alert.title, alert.id)}<small>{alert.kind === 'district' ? district : `${app.text(alert.name, alert.subject)} · ${district}`} · {t.raised(app.f.value.moment(alert.raisedAt))}</small></td>;
}

function Summary({ app, report }: { app: ShiftsApp; report: Report }) {
  const t = app.words.value.shifts.report;
  const value = (id: string) => {
    const figure = figureOf(report.figures, id);
    return figure ? written(app, id, figure.unit, figure.value) : '–';
  };
  const facts: [string, string][] = [
    [t.figure.annunciated, value('annunciated')], [t.figure.perOperator, value('annunciations_per_10min_mean')], [t.figure.most, value('annunciations_per_10min_max')],
    [t.figure.floods, value('floods')], [t.figure.ack, value('time_to_acknowledge_median')], [t.figure.ack90, value('time_to_acknowledge_p90')],
    [t.figure.unacknowledged, value('unacknowledged')], [t.figure.operators, app.f.value.given(report.figures.operators, 1)],
  ];
  return <Part title={t.figures} none="" empty={false}><dl class="facts-grid">{facts.map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl></Part>;
}
