/** Days of the calendar as people write them in addresses: YYYY-MM-DD. */
export type Day = string;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Whether a text is a day that the calendar has. */
export function isDay(text: string | null): text is Day {
  const parts = DAY.exec(text ?? '');
  if (!parts) return false;
  const at = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return at.toISOString().slice(0, 10) === text && Number(parts[1]) >= 1900 && Number(parts[1]) < 2200;
}

/** Whether a text is an ISO 8601 duration that says something. */
export const isDuration = (text: string | null): text is string => text !== null && text.length <= 20 && /\d/.test(text) && !text.endsWith('T') && DURATION.test(text);

const offsets = new Map<string, Intl.DateTimeFormat>();

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(ms: number, zone: string): number {
  let format = offsets.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    offsets.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - Math.floor(ms / 1000) * 1000;
}

/** The instant at which a day begins in a zone. */
export function startOf(day: Day, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`);
  const first = wall - offsetAt(wall, zone);
  // Again with the offset of that moment: the clock may change between the two.
  return wall - offsetAt(first, zone);
}

/** The day that an instant lies in. */
export const dayOf = (ms: number, zone: string): Day => new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 10);

/** A day so many days later (or earlier). */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A day so many months later (or earlier), the month's last when it has no such day. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0));
  return new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate()))).toISOString().slice(0, 10);
}

export interface DurationParts {
  months: number;
  days: number;
  /** Hours and what is shorter, in milliseconds. */
  ms: number;
}

export function durationParts(duration: string): DurationParts {
  const [, y, mo, w, d, h, mi, s] = DURATION.exec(duration) ?? [];
  const number = (text: string | undefined) => Number(text ?? 0);
  return {
    months: number(y) * 12 + number(mo), days: number(w) * 7 + number(d),
    ms: number(h) * 3_600_000 + number(mi) * 60_000 + number(s) * 1000,
  };
}

/** About how long a duration is, in milliseconds (months of 30.4 days). */
export function roughly(duration: string): number {
  const { months, days, ms } = durationParts(duration);
  return months * 2_629_746_000 + days * 86_400_000 + ms;
}
