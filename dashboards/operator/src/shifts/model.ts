import { CITY_ZONE } from '../config';
import { addDays, dayOf, isDay, startOf } from '../planner/model/calendar';
import { DEFAULT_SHIFTS, minutesOf, nextTimeOfDay, shiftTimes } from '../store/shifts';
import { AUTOMATIC, TYPED, type Category, type Entry, type ReportAlert } from './api';

const DAY_MS = 86_400_000;

export const SPANS = ['all', 'this', 'previous', 'today', 'yesterday', 'P7D', 'own'] as const;
export type SpanName = (typeof SPANS)[number];

export interface Span {
  name: SpanName;
  /** Null = from the beginning. */
  from: number | null;
  /** Null = without an end. */
  to: number | null;
}

/** When the shift began that a time lies in: the last change of shift up to it. */
export function shiftStart(at: number, shifts: string, zone = CITY_ZONE): number {
  const times = shiftTimes(shifts) ?? shiftTimes(DEFAULT_SHIFTS)!;
  const starts = times.flatMap((minutes) => [nextTimeOfDay(at - 2 * DAY_MS, minutes, zone), nextTimeOfDay(at - DAY_MS, minutes, zone), nextTimeOfDay(at - 1, minutes, zone)]);
  return Math.max(...starts.filter((start) => start <= at));
}

/** A time of the city's wall such as 2026-11-22T06:00; null when it is none. */
export function wallTime(text: string | null, zone = CITY_ZONE): number | null {
  const [day, clock] = (text ?? '').split('T');
  const minutes = minutesOf((clock ?? '').slice(0, 5));
  return isDay(day ?? null) && minutes !== null ? startOf(day!, zone) + minutes * 60_000 : null;
}

/** The other way: what a field for a time shows. */
export function toWall(ms: number, zone = CITY_ZONE): string {
  const day = dayOf(ms, zone);
  const minutes = Math.floor((ms - startOf(day, zone)) / 60_000);
  return `${day}T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** The span that an address names. */
export function spanOf(search: URLSearchParams, now: number, shifts: string, otherwise: SpanName): Span {
  const asked = search.get('span');
  const [from, to] = [wallTime(search.get('from')), wallTime(search.get('to'))];
  const name = asked === 'own' && from !== null && to !== null && from < to ? 'own' : SPANS.find((one) => one !== 'own' && one === asked) ?? otherwise;
  const today = startOf(dayOf(now, CITY_ZONE), CITY_ZONE);
  switch (name) {
    case 'own': return { name, from, to };
    case 'this': return { name, from: shiftStart(now, shifts), to: null };
    case 'previous': {
      const end = shiftStart(now, shifts);
      return { name, from: shiftStart(end - 1, shifts), to: end };
    }
    case 'today': return { name, from: today, to: null };
    case 'yesterday': return { name, from: startOf(addDays(dayOf(now, CITY_ZONE), -1), CITY_ZONE), to: today };
    case 'P7D': return { name, from: startOf(addDays(dayOf(now, CITY_ZONE), -7), CITY_ZONE), to: null };
    case 'all': return { name, from: null, to: null };
  }
}

/** The categories that a filter names. */
export function categoriesOf(what: string | null): readonly Category[] {
  if (what === 'typed') return TYPED;
  if (what === 'automatic') return AUTOMATIC;
  const one = [...TYPED, ...AUTOMATIC].find((category) => category === what);
  return one ? [one] : [];
}

/** Puts entries together: each once, the last first. */
export function merge(known: readonly Entry[], more: readonly Entry[]): Entry[] {
  const byNumber = new Map(known.map((entry) => [entry.number, entry]));
  for (const entry of more) byNumber.set(entry.number, entry);
  return [...byNumber.values()].sort((a, b) => b.number - a.number);
}

/** Which entry corrects which, the latest correction counting. */
export function corrections(entries: readonly Entry[]): Map<number, number> {
  const by = new Map<number, number>();
  for (const entry of [...entries].sort((a, b) => a.number - b.number)) if (entry.corrects !== null) by.set(entry.corrects, entry.number);
  return by;
}

export interface DayOfEntries {
  /** An instant of the day. */
  at: number;
  entries: Entry[];
}

/** By the day on which they were written. */
export function byDay(entries: readonly Entry[], zone = CITY_ZONE): DayOfEntries[] {
  const days: DayOfEntries[] = [];
  let last = '';
  for (const entry of entries) {
    const day = dayOf(entry.at, zone);
    if (day !== last) days.push({ at: entry.at, entries: [] });
    last = day;
    days.at(-1)!.entries.push(entry);
  }
  return days;
}

/** Alerts that a report lists one by one at most, beyond those that somebody saw to. */
const MOST_LISTED = 60;

/** Which open alerts a report lists one by one: the most urgent, and those that somebody wrote about or sees to. The others are counted. */
export function worthListing(open: readonly ReportAlert[]): { listed: ReportAlert[]; others: ReportAlert[] } {
  const listed: ReportAlert[] = [];
  const others: ReportAlert[] = [];
  for (const alert of open) (listed.length < MOST_LISTED || alert.notes.length > 0 || alert.assignee !== null ? listed : others).push(alert);
  return { listed, others };
}

/** How many there are of each name, the most first. */
export function countBy<T>(all: readonly T[], name: (one: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(name(one), (counts.get(name(one)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
