import { useSignal } from '@preact/signals';
import { CITY_ZONE } from '../../config';
import { addDays, dayOf, isDay } from '../model/calendar';
import { COMPARISONS, DEFAULT_QUERY, FILLS, GROUPS, idleControls, isMeasure, isRaw, PERIODS, SETS, WINDOWS, type Control } from '../model/query';
import { usePlanner } from './context';
import { MapPicker } from './MapPicker';
import { PlacesNote } from './PlacesNote';
import { SearchBox } from './SearchBox';
import { WhenField } from '../../ui/WhenField';

/** The question: what and where, when, how. */
export function QuestionForm() {
  const app = usePlanner();
  const t = app.t.value;
  const map = useSignal(false);
  return (
    <form id="question" class="question" aria-label={t.form} onSubmit={(event) => event.preventDefault()}>
      <SearchBox />
      <Chosen />
      <PlacesNote />
      <button type="button" class="map-toggle" aria-expanded={map.value} onClick={() => { map.value = !map.value; }}>{map.value ? t.map.hide : t.map.show}</button>
      {map.value && <MapPicker />}
      <PeriodFields />
      <MeasureFields />
      <OtherFields />
      <IdleNote />
      <button type="button" class="quiet" onClick={() => app.change({ ...DEFAULT_QUERY, language: app.query.value.language })}>{t.clear}</button>
    </form>
  );
}

/** What was chosen, each to be taken away. */
function Chosen() {
  const app = usePlanner();
  const t = app.t.value;
  const query = app.query.value;
  if (SETS.every((set) => query[set].length === 0)) return null;
  return (
    <div class="chosen">
      {[...SETS].reverse().filter((set) => query[set].length > 0).map((set) => (
        <div key={set} role="group" aria-label={t.set[set]}>
          <span class="caption">{t.set[set]}</span>
          <ul>
            {query[set].map((id) => (
              <li key={id}>
                <button type="button" class="chip" title={id} aria-label={t.remove(app.nameOf(set, id))} onClick={() => app.toggle(set, id)}>
                  <span>{app.nameOf(set, id)}</span> <span aria-hidden="true">×</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

/** Names the choices that the view makes no use of. */
function IdleNote() {
  const why = useIdle().why;
  return why === '' ? null : <p class="hint" id="idle-why">{why}</p>;
}

/** Which choices the view makes no use of, and the sentence that says so. */
function useIdle(): { why: string; of: (control: Control) => IdleProps } {
  const app = usePlanner();
  const t = app.t.value;
  const query = app.query.value;
  const idle = idleControls(query);
  const names: Record<Control, string> = { window: t.window.label, measure: t.measure.label, band: t.measure.band, groupBy: t.group.label, compare: t.compare.label, fill: t.fill.label };
  const why = idle.length === 0 ? '' : t.idle(isRaw(query) ? t.window.raw : t.view[query.view], idle.map((control) => names[control]).join(', '));
  return { why, of: (control) => (idle.includes(control) ? { disabled: true, title: why, 'aria-describedby': 'idle-why' } : {}) };
}

/** What a choice without effect has on it. */
interface IdleProps {
  disabled?: boolean;
  title?: string;
  'aria-describedby'?: string;
}

interface SelectProps {
  label: string;
  value: string;
  choices: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
  name: string;
  idle?: IdleProps;
}

function Select({ label, value, choices, onChange, name, idle = {} }: SelectProps) {
  return (
    <label class="row-field">
      <span>{label}</span>
      <select name={name} value={value} {...idle} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map(([choice, text]) => <option key={choice} value={choice} selected={choice === value}>{text}</option>)}
      </select>
    </label>
  );
}

/** Choices with the one of the address among them, which may be any. */
const withOwn = (choices: readonly string[], own: string | null): string[] => (own === null || choices.includes(own) ? [...choices] : [...choices, own]);

function PeriodFields() {
  const app = usePlanner();
  const [t, f] = [app.t.value, app.f.value];
  const { period } = app.query.value;
  const wrong = useSignal(false);
  const own = 'from' in period;
  const today = dayOf(Date.now(), CITY_ZONE);
  const choose = (value: string) => {
    wrong.value = false;
    app.change({ period: value === 'own' ? { from: dayOf(app.range.value.from, CITY_ZONE), to: dayOf(app.range.value.to - 1, CITY_ZONE) } : { back: value } });
  };
  const setDay = (part: 'from' | 'to', day: string) => {
    if (!own || !isDay(day)) return;
    const changed = { ...period, [part]: day };
    wrong.value = changed.from > changed.to;
    if (!wrong.value) app.change({ period: changed });
  };
  return (
    <>
      <Select name="period" label={t.period.label} value={own ? 'own' : period.back} onChange={choose}
        choices={[...withOwn(PERIODS, own ? null : period.back).map((back) => [back, t.period.back(f.duration(back))] as const), ['own', t.period.own] as const]} />
      {own && (
        <div class="days">
          <WhenField kind="day" name="from" language={app.language.value} label={<span>{t.period.from}</span>} value={period.from} max={addDays(today, 3660)} onChange={(day) => setDay('from', day)} />
          <WhenField kind="day" name="to" language={app.language.value} label={<span>{t.period.to}</span>} value={period.to} max={addDays(today, 3660)} onChange={(day) => setDay('to', day)} />
        </div>
      )}
      {wrong.value && <p class="trouble" role="alert">{t.period.wrong}</p>}
      <Select name="window" idle={useIdle().of('window')} label={t.window.label} value={app.query.value.window} onChange={(window) => app.change({ window })}
        choices={withOwn(WINDOWS, app.query.value.window).map((window) => [window, window === 'auto' ? t.window.auto : window === 'raw' ? t.window.raw : t.window.every(f.duration(window))])} />
    </>
  );
}

const MEASURES = ['mean', 'p50', 'p95', 'min', 'max', 'twmean', 'sum', 'count', 'rate', 'stddev'] as const;

function MeasureFields() {
  const app = usePlanner();
  const t = app.t.value;
  const { measures, properties } = app.query.value;
  const first = measures[0]!;
  const exceedance = first.startsWith('exceedance:');
  const band = measures.includes('min') && measures.includes('max') && first !== 'min' && first !== 'max';
  const set = (measure: string, withBand: boolean) => {
    // What somebody added by the address stays in the table.
    const others = measures.slice(1).filter((one) => one !== 'min' && one !== 'max');
    app.change({ measures: [...new Set([measure, ...(withBand ? ['min', 'max'] : []), ...others])] });
  };
  const idle = useIdle();
  const exceedanceOfRule = () => app.rules.value.find((rule) => rule.kind === 'limit' && rule.property === properties[0] && rule.raiseAbove !== null)?.raiseAbove ?? 50;
  return (
    <>
      <Select name="measure" idle={idle.of('measure')} label={t.measure.label} value={exceedance ? 'exceedance' : first}
        onChange={(value) => set(value === 'exceedance' ? `exceedance:${exceedanceOfRule()}` : value, band)}
        choices={[...withOwn(MEASURES, exceedance ? null : first).map((measure) => [measure, app.measure(measure)] as const), ['exceedance', t.measure.exceedanceChoice] as const]} />
      {exceedance && (
        <label class="row-field"><span>{t.measure.limit}</span>
          <input type="number" step="any" name="limit" value={first.slice(11)} {...idle.of('measure')} onChange={(event) => {
            const measure = `exceedance:${Number(event.currentTarget.value)}`;
            if (event.currentTarget.value !== '' && isMeasure(measure)) set(measure, band);
          }} />
        </label>
      )}
      <label class="tick"><input type="checkbox" name="band" checked={band} disabled={first === 'min' || first === 'max'} {...idle.of('band')} onChange={(event) => set(first, event.currentTarget.checked)} />{t.measure.band}</label>
    </>
  );
}

function OtherFields() {
  const app = usePlanner();
  const t = app.t.value;
  const { groupBy, compare, fill, quality } = app.query.value;
  const idle = useIdle();
  return (
    <>
      <Select name="groupBy" idle={idle.of('groupBy')} label={t.group.label} value={groupBy} choices={GROUPS.map((group) => [group, t.group[group]])} onChange={(value) => app.change({ groupBy: value as typeof groupBy })} />
      <Select name="compare" idle={idle.of('compare')} label={t.compare.label} value={compare ?? ''} onChange={(value) => app.change({ compare: value === '' ? null : value })}
        choices={[['', t.compare.none] as const, ...withOwn(COMPARISONS, compare).map((one) => [one, app.comparison(one)] as const)]} />
      <Select name="fill" idle={idle.of('fill')} label={t.fill.label} value={fill === 'null' ? 'none' : fill} choices={FILLS.map((one) => [one, t.fill[one]])} onChange={(value) => app.change({ fill: value as typeof fill })} />
      <label class="tick"><input type="checkbox" name="quality" checked={quality === 'all'} onChange={(event) => app.change({ quality: event.currentTarget.checked ? 'all' : 'ok' })} />{t.quality}</label>
    </>
  );
}
