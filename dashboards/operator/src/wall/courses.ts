import { request } from '../api/rest';

/** Points of a sparkline: half a day, five minutes each. */
export const POINTS = 144;
export const STEP_MS = 300_000;
const HOUR_STEPS = 3_600_000 / STEP_MS;

export type Trend = 'up' | 'down' | 'flat';

/** The last hours of one figure in a ring of fixed length: it never grows, however long the wall runs. */
export class Course {
  private readonly values = new Float64Array(POINTS).fill(Number.NaN);
  /** Number of the newest step. */
  private newest = -1;

  /** Takes a value; within a step the last one counts, steps without any stay empty. */
  put(at: number, value: number): void {
    const step = Math.floor(at / STEP_MS);
    if (this.newest >= 0 && step <= this.newest - POINTS) return;
    if (step > this.newest) {
      const from = this.newest < 0 ? step : Math.max(this.newest + 1, step - POINTS + 1);
      for (let i = from; i < step; i++) this.values[i % POINTS] = Number.NaN;
      this.newest = step;
    }
    this.values[step % POINTS] = value;
  }

  /** Oldest first; NaN where there is none. */
  points(): number[] {
    if (this.newest < 0) return [];
    return Array.from({ length: POINTS }, (_, i) => {
      const step = this.newest - POINTS + 1 + i;
      return step < 0 ? Number.NaN : this.values[step % POINTS]!;
    });
  }

  get isEmpty(): boolean {
    return this.newest < 0;
  }

  /** What is known, for keeping: the newest step, and the points up to it. */
  keep(): Kept {
    return { newest: this.newest, points: this.points().map((value) => (Number.isNaN(value) ? null : value)) };
  }

  /** The other way. */
  static of({ newest, points }: Kept): Course {
    const course = new Course();
    points.forEach((value, i) => { if (typeof value === 'number') course.put((newest - points.length + 1 + i) * STEP_MS, value); });
    return course;
  }
}

export interface Kept {
  newest: number;
  points: (number | null)[];
}

const KEY = 'ioc.wall.courses';

/** The courses that this computer kept: a wall that is loaded anew goes on where it was, though it may not ask history. */
export function loadCourses(): Map<string, Course> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]') as [string, Kept][];
    return new Map(kept.map(([key, one]) => [key, Course.of(one)]));
  } catch {
    return new Map(); // Storage is switched off, or holds something else: the courses begin anew.
  }
}

export function saveCourses(courses: ReadonlyMap<string, Course>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...courses].filter(([, course]) => !course.isEmpty).map(([key, course]) => [key, course.keep()])));
  } catch {
    // As above.
  }
}

/** Where a course goes: the last quarter of an hour against an hour before it, when that is more than a twentieth of its range. */
export function trendOf(points: readonly number[]): Trend | null {
  const mean = (from: number, to: number) => {
    const some = points.slice(from, to === 0 ? undefined : to).filter((value) => !Number.isNaN(value));
    return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  const now = mean(-3, 0);
  const before = mean(-3 - HOUR_STEPS, -HOUR_STEPS);
  if (now === null || before === null) return null;
  const known = points.filter((value) => !Number.isNaN(value));
  const range = Math.max(...known) - Math.min(...known);
  const least = Math.max(range / 20, Math.abs(before) / 100);
  return now - before > least ? 'up' : before - now > least ? 'down' : 'flat';
}

/** The line of a sparkline in a box, with gaps where nothing is known. */
export function sparkline(points: readonly number[], width: number, height: number): string {
  const known = points.filter((value) => !Number.isNaN(value));
  if (known.length < 2) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const range = high - low || 1;
  let path = '';
  let gap = true;
  points.forEach((value, i) => {
    if (Number.isNaN(value)) {
      gap = true;
      return;
    }
    const [x, y] = [(i / (points.length - 1)) * width, height - ((value - low) / range) * height];
    path += `${gap ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    gap = false;
  });
  return path;
}

interface Answer {
  groups: { cells: { start: number; values: (number | null)[] }[] }[];
}

/** What history knows of a figure of the last half day; empty where it may not be asked. */
export async function pastOf(domain: string, property: string, now: number): Promise<[number, number][]> {
  const query = new URLSearchParams({
    domains: domain, properties: property, from: new Date(now - POINTS * STEP_MS).toISOString(), to: new Date(now).toISOString(), window: 'PT5M', groupBy: 'none', measures: 'mean',
  });
  try {
    const answer = await request<Answer>(`/api/v1/history/query?${query}`, {}, 60_000);
    return (answer.groups[0]?.cells ?? []).flatMap(({ start, values }) => (typeof values[0] === 'number' ? [[start, values[0]] as [number, number]] : []));
  } catch {
    return [];
  }
}
