import type { HistoryPoint, Quality } from '../api/types';

/** Without a period, a pause of this many typical steps is drawn as a gap. */
const GAP_STEPS = 5;
const SHORTEST_GAP_S = 15;

/** The points of one property over a sliding window, as columns for the chart: seconds, and values with nulls as gaps. */
export class TrendSeries {
  times: number[] = [];
  values: (number | null)[] = [];
  /** Values left out because they cannot be trusted. */
  bad = 0;
  count = 0;
  min = Infinity;
  max = -Infinity;
  last: number | null = null;
  private lastTime = -Infinity;

  /** @param gapSeconds A pause longer than this is a gap in the line. */
  constructor(private readonly gapSeconds: number) {}

  /** Adds a point (Unix milliseconds) that is newer than all before; older ones and repeats are ignored. */
  add(measuredAt: number, value: number, quality: Quality): void {
    const time = measuredAt / 1000;
    if (time <= this.lastTime) return;
    if (quality !== 'ok') {
      this.bad++;
      this.gap(time);
      return;
    }
    if (time - this.lastTime > this.gapSeconds && this.times.length > 0) this.gap(this.lastTime + this.gapSeconds / 2);
    this.times.push(time);
    this.values.push(value);
    this.lastTime = time;
    this.count++;
    this.last = value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Forgets what is older than a time (seconds), once it is a fair part of the whole. */
  trim(before: number): void {
    const first = this.times.findIndex((time) => time >= before);
    if (first < 0 || first < this.times.length / 8) return;
    this.times.splice(0, first);
    this.values.splice(0, first);
    this.count = 0;
    this.min = Infinity;
    this.max = -Infinity;
    for (const value of this.values) {
      if (value === null) continue;
      this.count++;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    }
  }

  private gap(time: number): void {
    if (this.times.length === 0 || this.values.at(-1) === null) {
      this.lastTime = Math.max(this.lastTime, time);
      return;
    }
    this.times.push(time);
    this.values.push(null);
    this.lastTime = time;
  }
}

/** A pause that counts as a gap: from the sensor's period, else from the typical step between the points. */
export function gapFor(periodSeconds: number | null, points: readonly HistoryPoint[]): number {
  if (periodSeconds !== null) return Math.max(SHORTEST_GAP_S, periodSeconds * 3);
  const steps: number[] = [];
  for (let i = 1; i < points.length; i++) steps.push((points[i]![0] - points[i - 1]![0]) / 1000);
  if (steps.length === 0) return 300;
  steps.sort((a, b) => a - b);
  return Math.max(SHORTEST_GAP_S, steps[Math.floor(steps.length / 2)]! * GAP_STEPS);
}

/** The vertical range for values and limits: `shown` is always in it, the other limits when they are near. One far away must not
 * press the line flat. */
export function valueRange(min: number, max: number, shown: number | null, limits: readonly number[]): [number, number] {
  if (!(min <= max)) return [0, 1];
  const span = Math.max(max - min, Math.abs(max) * 0.02, 1e-6);
  let low = Math.min(min, shown ?? min);
  let high = Math.max(max, shown ?? max);
  for (const limit of limits) {
    if (limit < low && low - limit <= span * 3) low = limit;
    if (limit > high && limit - high <= span * 3) high = limit;
  }
  const padding = Math.max((high - low) * 0.1, span * 0.05);
  return [low - padding, high + padding];
}
