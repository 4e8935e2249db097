import { CITY_ZONE } from '../config';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export const DEFAULT_SHIFTS = '06:00 14:00 22:00';

/** Minutes after midnight of a time such as 06:00 or 6:00; null when it is none. */
export function minutesOf(text: string): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** The times at which shifts change, minutes after midnight; null when the text is no list of times. */
export function shiftTimes(text: string): number[] | null {
  const times = text.split(/[\s,;]+/).filter((part) => part !== '').map(minutesOf);
  return times.length === 0 || times.includes(null) ? null : (times as number[]).sort((a, b) => a - b);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds since midnight in a time zone. */
function sinceMidnight(ms: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    formats.set(zone, format);
  }
  const [hours, minutes, seconds] = format.format(ms).split(':').map(Number) as [number, number, number];
  return (hours * 3600 + minutes * 60 + seconds) * 1000 + (((ms % 1000) + 1000) % 1000);
}

/** The next moment after `now` at which it is that time of day in the city. */
export function nextTimeOfDay(now: number, minutes: number, zone = CITY_ZONE): number {
  const ahead = minutes * MINUTE_MS - sinceMidnight(now, zone);
  const guess = now + (ahead > 0 ? ahead : ahead + DAY_MS);
  // Where clocks change meanwhile the guess is off by the change.
  const off = sinceMidnight(guess, zone) - minutes * MINUTE_MS;
  return off === 0 || Math.abs(off) > DAY_MS / 8 ? guess : guess - off;
}

/** When the present shift ends: the next change of shift that lies at least a minute ahead. */
export function endOfShift(now: number, shifts: string, zone = CITY_ZONE): number {
  const times = shiftTimes(shifts) ?? shiftTimes(DEFAULT_SHIFTS)!;
  return Math.min(...times.map((minutes) => nextTimeOfDay(now + MINUTE_MS, minutes, zone)));
}

export type DurationChoice = 'm15' | 'h1' | 'h4' | 'shift' | 'own' | 'none';

/** When something ends that is chosen now; null when there is no end, undefined when the own time is none. */
export function endOf(choice: DurationChoice, now: number, own: string, shifts: string): number | null | undefined {
  switch (choice) {
    case 'm15': return now + 15 * MINUTE_MS;
    case 'h1': return now + 60 * MINUTE_MS;
    case 'h4': return now + 240 * MINUTE_MS;
    case 'shift': return endOfShift(now, shifts);
    case 'none': return null;
    case 'own': {
      const minutes = minutesOf(own);
      return minutes === null ? undefined : nextTimeOfDay(now, minutes);
    }
  }
}
