import type { Answer, AnswerGroup, Readings } from '../api';
import type { Place } from './chart';

/** A row of the table: of a window, or a reading. */
export interface Row {
  property: string;
  unit: string;
  place: Place;
  start: number;
  end: number | null;
  hour: number | null;
  weekday: number | null;
  count: number | null;
  coverage: number | null;
  filled: boolean;
  /** What the values of the period before rest on; null where none is asked for. */
  before: { count: number; coverage: number | null; filled: boolean } | null;
  /** The measures, then those of the period before; or the reading. */
  values: (number | null)[];
  quality: string | null;
}

/** What a table can be ordered by: a column's name, or the number of a value. */
export type SortKey = 'start' | 'property' | 'place' | 'hour' | 'weekday' | 'count' | 'coverage' | 'beforeCount' | 'beforeCoverage' | 'quality' | number;

export interface Sort {
  key: SortKey;
  down: boolean;
}

const place = (of: AnswerGroup): Place => ({ sensor: of.sensor ?? null, district: of.district ?? null, domain: of.domain ?? null });

export function rowsOf(answer: Answer): Row[] {
  return answer.groups.flatMap((group) => group.cells.map((cell): Row => ({
    property: group.property, unit: group.unit, place: place(group), start: cell.start, end: cell.end, hour: cell.hour ?? null, weekday: cell.weekday ?? null,
    count: cell.count, coverage: cell.coverage ?? null, filled: cell.filled, quality: null,
    before: answer.compare ? { count: cell.before?.count ?? 0, coverage: cell.before?.coverage ?? null, filled: cell.before?.filled ?? false } : null,
    values: answer.compare ? [...cell.values, ...(cell.before?.values ?? answer.measures.map(() => null))] : cell.values,
  })));
}

export function rowsOfReadings(readings: Readings): Row[] {
  return readings.series.flatMap((series) => series.points.map(([at, value, quality]): Row => ({
    property: series.property, unit: series.unit, place: { sensor: series.sensor, district: series.district, domain: series.domain }, start: at, end: null,
    hour: null, weekday: null, count: null, coverage: null, filled: false, before: null, values: [value], quality,
  })));
}

/** In another order; rows that are equal in it stay as they were, what is missing comes last. @param text How a place is called. */
export function sorted(rows: readonly Row[], sort: Sort, language: string, text: (row: Row) => string): Row[] {
  const { key } = sort;
  const collator = new Intl.Collator(language, { numeric: true });
  const names = key === 'place' ? new Map(rows.map((row) => [row, text(row)])) : null;
  const of = (row: Row): string | number | null => {
    if (typeof key === 'number') return row.values[key] ?? null;
    if (key === 'beforeCount') return row.before?.count ?? null;
    if (key === 'beforeCoverage') return row.before?.coverage ?? null;
    return names ? names.get(row)! : row[key as Exclude<SortKey, number | 'place' | 'beforeCount' | 'beforeCoverage'>];
  };
  const sign = sort.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
    return sign * (typeof x === 'string' ? collator.compare(x, String(y)) : x - Number(y));
  });
}
