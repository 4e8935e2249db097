import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { may, session } from '../api/session';
import { minutesOf } from '../store/shifts';
import { readWhen } from '../when';
import { WhenField } from '../ui/WhenField';
import { dayOf, startOf } from '../planner/model/calendar';
import { CITY_ZONE } from '../config';
import { Shape } from '../ui/Shape';
import { TYPED, type Entry, type Typed } from './api';
import { byDay, corrections } from './model';
import type { ShiftsApp } from './shifts-app';

const MAX_TEXT = 4_000;

export function LogView({ app }: { app: ShiftsApp }) {
  return (
    <div class="log-columns">
      <aside>
        <OnDuty app={app} />
        {may('operate') && <Writer app={app} />}
      </aside>
      <Entries app={app} />
    </div>
  );
}

function OnDuty({ app }: { app: ShiftsApp }) {
  const t = app.words.value.shifts;
  const onDuty = app.onDuty.value;
  const name = app.preferences.operator.value;
  const there = onDuty.some((duty) => duty.operator.toLowerCase() === name.trim().toLowerCase());
  return (
    <section class="on-duty" aria-labelledby="on-duty">
      <h2 id="on-duty">{t.duty.title} <span class={`link-word ${app.linked.value ? '' : 'off'}`} role="status">{app.linked.value ? t.live.on : t.live.off}</span></h2>
      {onDuty.length === 0 ? <p class="hint">{t.duty.none}</p> : (
        <ul>{onDuty.map((duty) => <li key={duty.operator}><b>{duty.operator}</b> <span class="hint">{t.duty.since(app.f.value.shortWhen(duty.since, app.now.value))}</span></li>)}</ul>
      )}
      {may('operate') && <div class="duty-form">
        <label>{t.duty.name} <input type="text" name="operator-name" value={name} maxLength={64} autocomplete="username" readOnly={(session.value?.account ?? null) !== null} onInput={(event) => { app.preferences.operator.value = event.currentTarget.value; }} /></label>
        {there
          ? <button type="button" onClick={() => { if (confirm(t.duty.asked(name.trim()))) void app.go(name.trim()); }}>{t.duty.go}</button>
          : <button type="button" disabled={name.trim() === ''} onClick={() => void app.come()}>{t.duty.come}</button>}
      </div>}
      <p class="trouble" role="alert">{app.trouble.value}</p>
    </section>
  );
}

function Writer({ app }: { app: ShiftsApp }) {
  const t = app.words.value.shifts;
  const category = useSignal<Typed>('note');
  const text = useSignal('');
  const about = useSignal('');
  const trouble = useSignal('');
  const busy = useSignal(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const correcting = app.correcting.value;
  useEffect(() => { if (correcting !== null) area.current?.focus(); }, [correcting]);
  const send = async () => {
    if (busy.value) return;
    trouble.value = app.preferences.operator.value.trim() === '' ? t.write.noName : text.value.trim() === '' ? t.write.missing : '';
    const at = about.value === '' ? null : timeOf(about.value, Date.now());
    if (trouble.value === '' && about.value !== '' && at === null) trouble.value = t.write.badTime;
    if (trouble.value !== '') {
      area.current?.focus();
      return;
    }
    busy.value = true;
    trouble.value = await app.write({ category: category.value, text: text.value.trim(), about: at });
    busy.value = false;
    if (trouble.value !== '') return;
    text.value = '';
    about.value = '';
    area.current?.focus();
  };
  return (
    <form class="writer" aria-labelledby="writer" onSubmit={(event) => { event.preventDefault(); void send(); }}
      onKeyDown={(event) => { if (event.key === 'Enter' && event.ctrlKey) { event.preventDefault(); void send(); } }}>
      <h2 id="writer">{t.write.title}</h2>
      {correcting !== null && (
        <p class="correcting">{t.write.correcting(app.f.value.number(correcting))} <button type="button" class="quiet" onClick={() => { app.correcting.value = null; }}>{t.write.stop}</button></p>
      )}
      <div class="two-fields">
        <label>{t.write.category}
          <select name="category" value={category.value} onChange={(event) => { category.value = event.currentTarget.value as Typed; }}>
            {TYPED.map((one) => <option key={one} value={one}>{t.category[one]}</option>)}
          </select>
        </label>
        <WhenField kind="time" name="about" language={app.language.value} label={t.write.about} value={about.value} optional eager onChange={(value) => { about.value = value; }} />
      </div>
      <label>{t.write.text}
        <textarea ref={area} name="text" rows={4} maxLength={MAX_TEXT} value={text.value} aria-describedby="writer-hint" onInput={(event) => { text.value = event.currentTarget.value; }} />
      </label>
      <p class="trouble" role="alert">{trouble.value}</p>
      <button type="submit" class="primary" disabled={busy.value}>{t.write.send}</button>
      <p id="writer-hint" class="hint">{t.write.hint}</p>
    </form>
  );
}

/** A time of day as the last moment at which it was that time. */
function timeOf(text: string, now: number): number | null {
  const minutes = minutesOf(readWhen('time', text) ?? '');
  if (minutes === null) return null;
  const today = startOf(dayOf(now, CITY_ZONE), CITY_ZONE) + minutes * 60_000;
  return today <= now ? today : today - 86_400_000;
}

function Entries({ app }: { app: ShiftsApp }) {
  const t = app.words.value.shifts.log;
  const f = app.f.value;
  const log = app.log.value;
  if (log.kind === 'failed') {
    return <p class="state failed" role="alert"><b>{t.failed}</b> {app.text(log.detail, '')} <button type="button" onClick={() => app.again()}>{t.again}</button></p>;
  }
  const state = log.kind === 'ready' ? log.value : log.last;
  const entries = state?.entries ?? [];
  const by = corrections(entries);
  const filtered = app.search.value.size > (app.search.value.has('lang') ? 1 : 0);
  return (
    <section class="entries" aria-label={app.words.value.shifts.title} aria-busy={log.kind === 'loading'}>
      {log.kind === 'loading' && entries.length === 0 && <p class="hint" role="status">{t.loading}</p>}
      {log.kind === 'ready' && entries.length === 0 && <p class="empty">{filtered ? t.emptyFiltered : t.empty}</p>}
      {byDay(entries).map((day) => (
        <section key={day.at} aria-label={f.date(day.at)}>
          <h2 class="day">{f.date(day.at)} <span class="hint">{t.count(f.number(day.entries.length))}</span></h2>
          <ol>{day.entries.map((entry) => <Line key={entry.number} app={app} entry={entry} correctedBy={by.get(entry.number) ?? null} />)}</ol>
        </section>
      ))}
      {state?.next !== null && state?.next !== undefined && <button type="button" class="more" onClick={() => void app.more()}>{t.more}</button>}
    </section>
  );
}

/** An entry: the time that it tells of, and when it was written where that is another. */
export function Line({ app, entry, correctedBy, plain = false }: { app: ShiftsApp; entry: Entry; correctedBy: number | null; plain?: boolean }) {
  const t = app.words.value.shifts;
  const f = app.f.value;
  const apart = Math.abs(entry.at - entry.about) >= 60_000;
  return (
    <li class={`entry ${entry.automatic ? 'automatic' : 'typed'} ${entry.category} ${correctedBy === null ? '' : 'corrected'}`} data-entry={entry.number}>
      <span class="when"><time dateTime={new Date(entry.about).toISOString()}>{apart && f.shortDate(entry.about) !== f.shortDate(entry.at) ? `${f.shortDate(entry.about)} ${f.minute(entry.about)}` : f.minute(entry.about)}</time>
        {apart && <small>{t.log.written(f.minute(entry.at))}</small>}</span>
      <span class="what">{entry.severity !== null && entry.category === 'alert' ? <Shape severity={entry.severity} filled={false} size={18} /> : null}<em class="tag">{t.category[entry.category]}</em></span>
      <span class="said">
        {!entry.automatic && <b>{entry.operator}: </b>}
        <span class="text">{app.text(entry.text, '')}</span>
        {entry.corrects !== null && <small> {t.log.corrects(f.number(entry.corrects))}</small>}
        {correctedBy !== null && <small> ({t.log.correctedBy(f.number(correctedBy))})</small>}
      </span>
      <span class="number" aria-hidden="true">{f.number(entry.number)}</span>
      {!plain && !entry.automatic && correctedBy === null && may('operate') && (
        <button type="button" class="quiet correct" aria-label={t.log.correctThis(f.number(entry.number))} onClick={() => { app.correcting.value = entry.number; }}>{t.log.correct}</button>
      )}
    </li>
  );
}
