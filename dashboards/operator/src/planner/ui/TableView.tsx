import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Quality } from '../../api/types';
import { LOW_COVERAGE } from '../model/chart';
import { rowsOf, rowsOfReadings, sorted, type Row, type Sort, type SortKey } from '../model/rows';
import { TABLE_READINGS } from '../model/query';
import type { Asked } from '../planner-app';
import { usePlanner } from './context';

const ROW_HEIGHT = 30;
/** Rows beyond those in sight. */
const SPARE = 12;
/** Shorter tables are drawn whole. */
const WHOLE = 200;
/** Rows that go to paper. */
const PAPER_ROWS = 500;

interface Column {
  key: SortKey;
  label: string;
  text: (row: Row) => string;
  number?: boolean;
  low?: (row: Row) => boolean;
}

/** Every figure of the answer, in any order; of a long table only what is in sight is drawn. */
export function TableView({ asked }: { asked: Asked }) {
  const app = usePlanner();
  const [t, f] = [app.t.value, app.f.value];
  const sort = useSignal<Sort | null>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => ('readings' in asked ? rowsOfReadings(asked.readings) : rowsOf(asked.answer)), [asked]);
  const language = app.language.value;
  const ordered = useMemo(() => (sort.value === null ? rows : sorted(rows, sort.value, language, (row) => app.place(row.place))), [rows, sort.value, language]);
  useLayoutEffect(() => { height.value = scroller.current!.clientHeight; }, [rows]);

  const columns = useColumns(asked);
  const paper = app.printing.value;
  const whole = ordered.length <= WHOLE;
  const first = paper || whole ? 0 : Math.max(0, Math.floor(top.value / ROW_HEIGHT) - SPARE);
  const last = paper ? Math.min(ordered.length, PAPER_ROWS) : whole ? ordered.length : Math.min(ordered.length, Math.ceil((top.value + height.value) / ROW_HEIGHT) + SPARE);
  const press = (key: SortKey) => { sort.value = { key, down: sort.value?.key === key && !sort.value.down }; };
  const caption = t.table.caption(f.number(ordered.length));
  return (
    <figure class="panel table-panel">
      {'readings' in asked && asked.readings.next !== null && <p class="hint">{t.table.cut(f.number(TABLE_READINGS))}</p>}
      {paper && ordered.length > PAPER_ROWS && <p>{t.table.printed(f.number(PAPER_ROWS), f.number(ordered.length))}</p>}
      <div class="table-scroll" ref={scroller} tabIndex={0} role="region" aria-label={caption} onScroll={(event) => { top.value = event.currentTarget.scrollTop; height.value = event.currentTarget.clientHeight; }}>
        <table class="rows" aria-rowcount={ordered.length + 1}>
          <caption>{caption}</caption>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => {
                const now = sort.value?.key === column.key ? (sort.value.down ? 'descending' : 'ascending') : 'none';
                return (
                  <th key={column.label} scope="col" aria-sort={now} class={column.number ? 'number' : ''}>
                    <button type="button" title={(now === 'ascending' ? t.table.sortDown : t.table.sortUp)(column.label)} onClick={() => press(column.key)}>{column.label} <span aria-hidden="true">{now === 'none' ? '↕' : now === 'ascending' ? '↑' : '↓'}</span></button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {first > 0 && <tr aria-hidden="true" style={{ height: `${first * ROW_HEIGHT}px` }} />}
            {ordered.slice(first, last).map((row, i) => (
              <tr key={first + i} aria-rowindex={first + i + 2}>
                {columns.map((column) => <td key={column.label} class={`${column.number ? 'number' : ''} ${column.low?.(row) ? 'low' : ''}`}>{column.text(row)}</td>)}
              </tr>
            ))}
            {!paper && last < ordered.length && <tr aria-hidden="true" style={{ height: `${(ordered.length - last) * ROW_HEIGHT}px` }} />}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

const isThin = (coverage: number | null): boolean => coverage !== null && coverage < LOW_COVERAGE;

function useColumns(asked: Asked): Column[] {
  const app = usePlanner();
  const [t, f] = [app.t.value.table, app.f.value];
  const reading = 'readings' in asked;
  const columns: Column[] = [
    { key: 'start', label: reading ? t.time : t.from, text: (row) => (reading ? `${f.day(row.start)} ${f.clock(row.start)}` : f.span(row.start, row.end ?? row.start)) },
    { key: 'property', label: t.property, text: (row) => `${app.property(row.property)}` },
    { key: 'place', label: t.place, text: (row) => app.place(row.place) },
  ];
  if (reading) {
    columns.push(
      { key: 0, label: t.value, number: true, text: (row) => `${app.value(row.values[0], 'mean', row.property)} ${app.unit(row.property, row.unit)}` },
      { key: 'quality', label: t.quality, text: (row) => app.words.value.quality[row.quality as Quality] ?? row.quality ?? '' });
    return columns;
  }
  const { measures, compare } = asked.answer;
  const share = (coverage: number | null) => (coverage === null ? '–' : f.percent(coverage));
  const names = [...measures, ...(compare ? measures : [])];
  names.forEach((measure, i) => {
    const label = app.measure(measure);
    columns.push({
      key: i, label: i < measures.length ? label : app.t.value.measure.before(label), number: true,
      text: (row) => `${app.value(row.values[i], measure, row.property)}${(i < measures.length ? row.filled : row.before?.filled) && row.values[i] !== null ? ` (${t.filled})` : ''} ${row.values[i] === null ? '' : app.measureUnit(measure, row.property, row.unit)}`,
    });
  });
  columns.push(
    { key: 'count', label: t.count, number: true, text: (row) => f.number(row.count ?? 0) },
    { key: 'coverage', label: t.coverage, number: true, text: (row) => share(row.coverage), low: (row) => isThin(row.coverage) });
  if (compare) {
    const { before } = app.t.value.measure;
    columns.push(
      { key: 'beforeCount', label: before(t.count), number: true, text: (row) => f.number(row.before?.count ?? 0) },
      { key: 'beforeCoverage', label: before(t.coverage), number: true, text: (row) => share(row.before?.coverage ?? null), low: (row) => isThin(row.before?.coverage ?? null) });
  }
  return columns;
}
