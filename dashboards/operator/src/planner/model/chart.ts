import type { Answer, AnswerGroup, Figures, ReadingSeries, Readings } from '../api';

/** Below this share of the readings due a mean is marked: what is missing may have been otherwise (QCVN 05:2023 asks for 75 % too). */
export const LOW_COVERAGE = 0.75;

/** More lines in one picture cannot be told apart. */
export const MOST_LINES = 12;

export interface Place {
  sensor: string | null;
  district: string | null;
  domain: string | null;
}

/** A line. Null in its values is a gap, undefined a time that only other lines have. */
export interface ChartLine {
  place: Place;
  /** The period before, at the times of this one. */
  before: boolean;
  values: (number | null | undefined)[];
  /** Lowest and highest reading of each window; null when they were not asked for. */
  low: (number | null | undefined)[] | null;
  high: (number | null | undefined)[] | null;
  coverage: (number | null | undefined)[];
  /** Where a value is to be taken with care: few readings came, it is filled in, or its quality is not good. */
  doubtful: boolean[];
}

/** The lines of one property over one axis of time. */
export interface Panel {
  property: string;
  unit: string;
  /** Seconds, rising. */
  times: number[];
  /** End of the window that begins at each time, seconds; the same time for readings and gaps. */
  ends: number[];
  lines: ChartLine[];
  /** Groups with readings that are not drawn because there are too many. */
  left: number;
  /** Windows (of the lines drawn) with too few readings. */
  low: number;
}

const placeOf = (of: { sensor?: string | null; district?: string | null; domain?: string | null }): Place =>
  ({ sensor: of.sensor ?? null, district: of.district ?? null, domain: of.domain ?? null });

/** Puts the groups of an answer into a panel for each property. */
export function panelsOf(answer: Answer): Panel[] {
  const byProperty = new Map<string, AnswerGroup[]>();
  for (const group of answer.groups) {
    if (!group.cells.some((cell) => hasValue(cell) || (cell.before && hasValue(cell.before)))) continue;
    const known = byProperty.get(group.property);
    if (known) known.push(group);
    else byProperty.set(group.property, [group]);
  }
  return [...byProperty.values()].map((groups) => panelOf(answer, groups));
}

const hasValue = (figures: Figures) => figures.values.some((value) => value !== null);

function panelOf(answer: Answer, groups: AnswerGroup[]): Panel {
  const drawn = groups.slice(0, answer.compare ? MOST_LINES / 2 : MOST_LINES);
  const { times, ends, index } = timesOf(drawn);
  const low = answer.measures.indexOf('min');
  const high = answer.measures.indexOf('max');
  // A count has no band around it: what lies between the lowest and the highest reading is of another kind.
  const band = low > 0 && high > 0 && isLevel(answer.measures[0]!);
  const panel: Panel = { property: groups[0]!.property, unit: groups[0]!.unit, times, ends, lines: [], left: groups.length - drawn.length, low: 0 };
  for (const group of drawn) {
    for (const before of answer.compare ? [true, false] : [false]) {
      const line: ChartLine = {
        place: placeOf(group), before, values: times.map(() => null), coverage: times.map(() => null), doubtful: times.map(() => false),
        low: band && !before ? times.map(() => null) : null, high: band && !before ? times.map(() => null) : null,
      };
      for (const cell of group.cells) {
        const figures = before ? cell.before : cell;
        if (figures) take(panel, line, index.get(cell.start)!, figures, low, high);
      }
      if (line.values.some((value) => value !== null)) panel.lines.push(line);
    }
  }
  return panel;
}

function take(panel: Panel, line: ChartLine, at: number, figures: Figures, low: number, high: number): void {
  const value = figures.values[0] ?? null;
  line.values[at] = value;
  line.coverage[at] = figures.coverage ?? null;
  if (line.low) line.low[at] = figures.values[low] ?? null;
  if (line.high) line.high[at] = figures.values[high] ?? null;
  const few = isLow(figures);
  line.doubtful[at] = value !== null && (few || figures.filled);
  if (value !== null && few) panel.low++;
}

/** The lowest and the highest of what is drawn: of bands only where they are, of hidden lines nothing. Min above max = nothing is. */
export function extentOf(panel: Panel, hidden: ReadonlySet<number>, bands: boolean): { min: number; max: number } {
  let [min, max] = [Infinity, -Infinity];
  panel.lines.forEach((line, i) => {
    if (hidden.has(i)) return;
    for (const column of bands ? [line.values, line.low, line.high] : [line.values]) {
      for (const value of column ?? []) {
        if (value === null || value === undefined) continue;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
  });
  return { min, max };
}

/** Whether too few of the readings due came. Filled windows say of themselves that nothing came. */
export const isLow = (figures: Figures): boolean => typeof figures.coverage === 'number' && figures.coverage < LOW_COVERAGE && !figures.filled;

/** Measures in the property's own unit and at its own height, which limits and bands can be drawn beside. */
export const isLevel = (measure: string): boolean => ['mean', 'min', 'max', 'first', 'last', 'twmean'].includes(measure) || /^p\d/.test(measure);

/** Every start of a window once, and where windows are missing a time that has no value: the line breaks there. */
function timesOf(groups: readonly AnswerGroup[]): { times: number[]; ends: number[]; index: Map<number, number> } {
  const windows = new Map<number, number>();
  for (const group of groups) for (const cell of group.cells) windows.set(cell.start, cell.end);
  const starts = [...windows.keys()].sort((a, b) => a - b);
  const times: number[] = [];
  const ends: number[] = [];
  const index = new Map<number, number>();
  for (const start of starts) {
    const end = ends.at(-1);
    if (end !== undefined && start / 1000 > end) {
      times.push(end);
      ends.push(end);
    }
    index.set(start, times.length);
    times.push(start / 1000);
    ends.push(windows.get(start)! / 1000);
  }
  return { times, ends, index };
}

/** Readings as they came, thinned out or not. @param periodOf Seconds between two readings of a sensor; null when not known. */
export function panelsOfReadings(readings: Readings, range: { from: number; to: number }, points: number, periodOf: (sensor: string) => number | null): Panel[] {
  const byProperty = new Map<string, ReadingSeries[]>();
  for (const series of readings.series) {
    const known = byProperty.get(series.property);
    if (known) known.push(series);
    else byProperty.set(series.property, [series]);
  }
  // Thinned out to the lowest and highest of a stretch, two neighbours are at most two stretches apart.
  const stretch = ((range.to - range.from) / 1000) * (4 / points);
  return [...byProperty.values()].map((all) => {
    const drawn = all.slice(0, MOST_LINES);
    const panel: Panel = { property: all[0]!.property, unit: all[0]!.unit, times: [], ends: [], lines: [], left: all.length - drawn.length, low: 0 };
    const columns = drawn.map((series) => columnOf(series, Math.max(stretch, 3 * (periodOf(series.sensor) ?? 1200))));
    panel.times = [...new Set(columns.flatMap((column) => [...column.points.keys()]))].sort((a, b) => a - b);
    panel.ends = panel.times;
    drawn.forEach((series, i) => {
      const { points: own, gaps } = columns[i]!;
      let gap = 0;
      const values = panel.times.map((time) => {
        while (gap < gaps.length && gaps[gap]![1] <= time) gap++;
        return gap < gaps.length && time > gaps[gap]![0] ? null : own.get(time)?.value;
      });
      panel.lines.push({
        place: placeOf(series), before: false, values, low: null, high: null, coverage: panel.times.map(() => null),
        doubtful: panel.times.map((time) => own.get(time)?.doubtful ?? false),
      });
    });
    return panel;
  });
}

/** The readings of a series by time, and where it was silent; a gap has a time of its own in its middle, should no other line have one there. */
function columnOf(series: ReadingSeries, longest: number): { points: Map<number, { value: number | null; doubtful: boolean }>; gaps: [number, number][] } {
  const points = new Map<number, { value: number | null; doubtful: boolean }>();
  const gaps: [number, number][] = [];
  let last: number | null = null;
  for (const [at, value, quality] of series.points) {
    const time = at / 1000;
    if (last !== null && time - last > longest) {
      points.set((last + time) / 2, { value: null, doubtful: false });
      gaps.push([last, time]);
    }
    points.set(time, { value, doubtful: quality !== 'ok' });
    last = time;
  }
  return { points, gaps };
}
