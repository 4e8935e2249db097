import type { Sensor } from './live-store';

/** Data are old when the next report is overdue by half a period (and a little, for what is under way): the one rule for dots, values and tips.
 * Looking back, the server applies the same to each moment. */
const OVERDUE_PERIODS = 1.5;
const OVERDUE_GRACE_MS = 2_000;

type Reported = Pick<Sensor, 'state' | 'periodSeconds' | 'measuredAt' | 'receivedAt' | 'valueTimes'>;

/** Whether what a sensor said last is older than its period allows. */
export function isOverdue(sensor: Reported, now: number): boolean {
  return sensor.measuredAt !== null && isLate(sensor, sensor.measuredAt, now);
}

/** Whether a sensor's data are old: overdue by the page's own clock, also while the link is cut, or because the server says so. */
export const isOld = (sensor: Reported, now: number) => sensor.state === 'stale' || sensor.state === 'silent' || isOverdue(sensor, now);

/** The same of one of its values, which may be older than its last report. */
export function isValueOld(sensor: Reported, code: string, now: number): boolean {
  const at = sensor.valueTimes[code] ?? sensor.measuredAt;
  return at !== null && (isOld(sensor, now) || isLate(sensor, at, now));
}

/** Without a period nobody can tell. What a report needed to arrive is no lateness of the next: a mean is stamped with the beginning of its hour. */
function isLate(sensor: Reported, measuredAt: number, now: number): boolean {
  if (sensor.periodSeconds === null) return false;
  const underWay = Math.max(0, (sensor.receivedAt ?? 0) - (sensor.measuredAt ?? 0));
  return now - measuredAt - underWay > sensor.periodSeconds * 1000 * OVERDUE_PERIODS + OVERDUE_GRACE_MS;
}
