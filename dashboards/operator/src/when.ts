import { addDays, addMonths, isDay, type Day } from './planner/model/calendar';

/** What a field asks for: a day, a time of day, or both. */
export type WhenKind = 'day' | 'time' | 'moment';

/** A part of what such a field shows that can be counted up and down. */
export type WhenPart = 'day' | 'month' | 'year' | 'hour' | 'minute';

const DAY = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$/;
const TIME = /^(\d{1,2})[:h.](\d{1,2})$/i;
const MINUTE_MS = 60_000;

const two = (value: number | string) => String(value).padStart(2, '0');

function readDay(text: string): Day | null {
  const parts = DAY.exec(text);
  const day = parts ? `${parts[3]!.length === 2 ? '20' : ''}${parts[3]}-${two(parts[2]!)}-${two(parts[1]!)}` : text;
  return isDay(day) ? day : null;
}

function readTime(text: string): string | null {
  const parts = TIME.exec(text);
  return parts && Number(parts[1]) < 24 && Number(parts[2]) < 60 ? `${two(parts[1]!)}:${two(parts[2]!)}` : null;
}

/** What somebody wrote (22/11/2026, 14:05, 22/11/2026 14:05; also 22.11.26 or 14h05) as it is kept: 2026-11-22, 14:05, 2026-11-22T14:05.
 * Null when there is no such day or time. */
export function readWhen(kind: WhenKind, text: string): string | null {
  const trimmed = text.trim();
  if (kind === 'day') return readDay(trimmed);
  if (kind === 'time') return readTime(trimmed);
  const [, first, last] = /^(.*\d)[ ,T]+(\S+)$/.exec(trimmed) ?? [];
  const [day, time] = [readDay(first ?? ''), readTime(last ?? '')];
  return day !== null && time !== null ? `${day}T${time}` : null;
}

/** How people read what is kept: the same in both languages, a day before its month and 24 hours. What is no such value stays as it is. */
export function writeWhen(kind: WhenKind, value: string): string {
  if (kind === 'time') return value;
  const [day, time] = value.split('T');
  if (!isDay(day ?? null)) return value;
  const written = day!.split('-').reverse().join('/');
  return kind === 'day' ? written : `${written} ${time ?? ''}`.trim();
}

/** The part that a place in the written text belongs to, and where that part begins and ends. */
export function partAt(kind: WhenKind, at: number): { part: WhenPart; from: number; to: number } {
  const parts: [WhenPart, number, number][] = kind === 'time' ? [['hour', 0, 2], ['minute', 3, 5]]
    : [['day', 0, 2], ['month', 3, 5], ['year', 6, 10], ...(kind === 'moment' ? [['hour', 11, 13], ['minute', 14, 16]] as [WhenPart, number, number][] : [])];
  const [part, from, to] = parts.find(([, , end]) => at <= end) ?? parts.at(-1)!;
  return { part, from, to };
}

/** One more or one less of a part; hours and minutes carry over into the day, a time of day goes round. */
export function stepWhen(kind: WhenKind, value: string, part: WhenPart, by: 1 | -1): string {
  if (kind === 'time') {
    const minutes = Number(value.slice(0, 2)) * 60 + Number(value.slice(3)) + by * (part === 'hour' ? 60 : 1);
    const round = (minutes + 1440) % 1440;
    return `${two(Math.floor(round / 60))}:${two(round % 60)}`;
  }
  const [day, time] = value.split('T') as [Day, string | undefined];
  const withTime = (next: Day) => (time === undefined ? next : `${next}T${time}`);
  switch (part) {
    case 'day': return withTime(addDays(day, by));
    case 'month': return withTime(addMonths(day, by));
    case 'year': return withTime(addMonths(day, 12 * by));
    default: return new Date(Date.parse(`${value}Z`) + by * (part === 'hour' ? 60 : 1) * MINUTE_MS).toISOString().slice(0, 16);
  }
}
