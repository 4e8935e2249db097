import { useSignal } from '@preact/signals';
import { domainName } from '../i18n/domains';
import { Bar } from '../side/Bar';
import { daysOf, type SideApp } from '../side/side-app';
import { WhenField } from '../ui/WhenField';
import type { Figure } from './api';
import { CourseView } from './CourseView';
import { PERIODS, type Answer, type FiguresApp } from './figures-app';
import { figureOf, formOf, GROUPS, isBetter, verdict, type GroupName, type ShownFigure } from './model';
import { Tables } from './Tables';

export function FiguresPage({ app }: { app: FiguresApp }) {
  const t = app.words.value.figures;
  const load = app.load.value;
  const answer = load.kind === 'ready' ? load.value : load.kind === 'loading' ? load.last : null;
  return (
    <div class="side-page figures">
      <a class="skip" href="#answer">{t.skip}</a>
      <Bar app={app} page="figures" title={t.title}>
        <a class="button quiet" href={app.csvAddress()} download>{t.csv}</a>
      </Bar>
      <Question app={app} />
      <main id="answer" tabIndex={-1}>
        <p class="lead">{t.lead}</p>
        {load.kind === 'loading' && <p class="state" role="status"><span class="spinner" aria-hidden="true" /> {t.loading}</p>}
        {load.kind === 'failed' && (
          <p class="state failed" role="alert">
            <b>{t.failed}</b> {load.status === 0 ? t.offline : app.text(load.detail, `HTTP ${load.status}`)} <button type="button" onClick={() => app.again()}>{t.again}</button>
          </p>
        )}
        {answer && <AnswerView app={app} answer={answer} old={load.kind === 'loading'} />}
      </main>
    </div>
  );
}

function Question({ app }: { app: FiguresApp }) {
  const t = app.words.value.figures;
  const period = app.period.value;
  const own = useSignal('from' in period);
  const { from, to } = 'from' in period ? period : daysOf(app.question.value);
  const { district, domain, operators } = app.question.value;
  const areas = [...app.catalogue.areas.value.values()].filter((area) => area.level === 'district').sort((a, b) => app.district(a.id).localeCompare(app.district(b.id), app.language.value));
  const load = app.load.value;
  const seen = load.kind === 'ready' ? load.value.now.places.map((place) => place.domain) : [];
  const domains = [...new Set([...app.catalogue.rules.value.map((rule) => rule.domain), ...seen, domain])].filter((one) => one !== null).sort();
  const choose = (value: string) => {
    own.value = value === 'own';
    app.change(value === 'own' ? { period: null, from, to } : { period: value, from: null, to: null });
  };
  const days = (next: { from?: string; to?: string }) => {
    const both = { from, to, ...next };
    if (both.from && both.to && both.from <= both.to) app.change({ period: null, ...both });
  };
  return (
    <form class="question-row" aria-label={t.question} onSubmit={(event) => event.preventDefault()}>
      <label>{t.period}
        <select name="period" value={own.value ? 'own' : 'back' in period ? period.back : 'own'} onChange={(event) => choose(event.currentTarget.value)}>
          {PERIODS.map((one) => <option key={one} value={one}>{t.presets[one]}</option>)}
          <option value="own">{t.own}</option>
        </select>
      </label>
      {own.value && (
        <>
          <WhenField kind="day" name="from" language={app.language.value} label={t.from} value={from} max={to} onChange={(day) => days({ from: day })} />
          <WhenField kind="day" name="to" language={app.language.value} label={t.to} value={to} min={from} onChange={(day) => days({ to: day })} />
        </>
      )}
      <label>{t.district}
        <select name="district" value={district ?? ''} onChange={(event) => app.change({ district: event.currentTarget.value })}>
          <option value="">{t.all}</option>
          {areas.map((area) => <option key={area.id} value={area.id}>{app.district(area.id)}</option>)}
        </select>
      </label>
      <label>{t.domain}
        <select name="domain" value={domain ?? ''} onChange={(event) => app.change({ domain: event.currentTarget.value })}>
          <option value="">{t.all}</option>
          {domains.map((one) => <option key={one} value={one}>{app.text(domainName(one), one)}</option>)}
        </select>
      </label>
      <label>{t.operators}
        <select name="operators" value={operators === null ? '' : String(operators)} onChange={(event) => app.change({ operators: event.currentTarget.value })}>
          <option value="">{t.operatorsAuto}</option>
          {[1, 2, 3, 4, 5, 6, 8, 10].map((count) => <option key={count} value={String(count)}>{t.operatorsFixed(app.f.value.number(count))}</option>)}
        </select>
      </label>
      <button type="button" class="quiet" onClick={() => app.again()}>{t.refresh}</button>
    </form>
  );
}

function AnswerView({ app, answer, old }: { app: FiguresApp; answer: Answer; old: boolean }) {
  const t = app.words.value.figures;
  const f = app.f.value;
  const { now } = answer;
  const { met, judged } = verdict(now.figures);
  const annunciated = figureOf(now, 'annunciated')?.value ?? 0;
  return (
    <div class={old ? 'old' : ''} aria-busy={old}>
      <section class="verdict" aria-label={t.title}>
        <p class="sentence">{t.summary(f.moment(now.from), f.moment(now.to), f.number(annunciated), f.given(now.operators, 1))}</p>
        <p><b class={met === judged ? 'good' : 'bad'}>{t.verdict(f.number(met), f.number(judged))}</b>
          {now.staffed !== null && now.staffed < 0.995 && <span class="hint"> {t.staffed(f.percent(now.staffed))}</span>}
          {now.to - now.from < 29 * 86_400_000 && <span class="hint"> {t.shortPeriod}</span>}</p>
        {annunciated === 0 && <p class="state"><b>{t.empty}</b> {t.emptyHint}</p>}
      </section>
      {(Object.keys(GROUPS) as GroupName[]).map((group) => (
        <section key={group} class="figure-group" aria-labelledby={`group-${group}`}>
          <h2 id={`group-${group}`}>{t.group[group]}</h2>
          <ul class="cards">
            {GROUPS[group].map((id) => {
              const figure = figureOf(now, id);
              return figure && <Card key={id} app={app} id={id} figure={figure} before={answer.before === null ? undefined : figureOf(answer.before, id)?.value ?? null} />;
            })}
          </ul>
        </section>
      ))}
      <CourseView app={app} figures={now} />
      <Tables app={app} figures={now} />
      <p class="sources">{t.sources(app.text(now.source, ''))}</p>
      <p class="print-only">{t.printed(f.moment(Date.now()))} · {location.href}</p>
    </div>
  );
}

/** A figure as it is written; empty where there is nothing to work it out of. */
export function written(app: SideApp, id: string, unit: string, value: number | null): string {
  const f = app.f.value;
  if (value === null) return app.words.value.figures.none;
  switch (formOf(id, unit)) {
    case 'seconds': return app.lasting(value);
    case 'share': return f.percent(value);
    case 'rate': return f.number(value, value !== 0 && value < 100 ? (value < 1 ? 2 : 1) : 0);
    case 'count': return f.number(value);
  }
}

function Card({ app, id, figure, before }: { app: FiguresApp; id: ShownFigure; figure: Figure; before: number | null | undefined }) {
  const t = app.words.value.figures;
  const met = figure.target?.met ?? null;
  const better = before === undefined ? null : isBetter(id, figure.value, before);
  return (
    <li class={`card ${met === false ? 'missed' : ''}`} data-figure={id}>
      <h3>{app.text(figure.name, id)}</h3>
      <p class="value"><b>{written(app, id, figure.unit, figure.value)}</b>
        {met !== null && <span class={`met ${met ? 'good' : 'bad'}`}><span aria-hidden="true">{met ? '✓' : '✕'}</span> {met ? t.met : t.missed}</span>}</p>
      <p class="compare">{before === undefined || (before === null && figure.value !== null) ? t.noBefore
        : before === figure.value ? t.same
          : <>{t.before}: {written(app, id, figure.unit, before)}{better !== null && <em> · {better ? t.better : t.worse}</em>}</>}</p>
      {figure.target && <p class="target">{t.target(app.text(figure.target.text, String(figure.target.limit))).replaceAll(' %', '\u00a0%')}</p>}
      <p class="meaning">{t.meaning[id]}</p>
    </li>
  );
}
