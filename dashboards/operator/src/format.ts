import { cityZone } from './config';
import type { Language } from './i18n';

const LOCALES: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB' };

/** Numbers and times as the language writes them, in the city's zone. Made once per language and zone: Intl objects are dear. */
export class Formatter {
  private readonly numbers = new Map<number, Intl.NumberFormat>();
  private readonly clockFormat: Intl.DateTimeFormat;
  private readonly minuteFormat: Intl.DateTimeFormat;
  private readonly dateFormat: Intl.DateTimeFormat;
  private readonly shortDateFormat: Intl.DateTimeFormat;
  private readonly yearDateFormat: Intl.DateTimeFormat;

  constructor(readonly language: Language) {
    const locale = LOCALES[language];
    // Whoever keeps one hears when the zone becomes another.
    const timeZone = cityZone.value;
    const zone = { timeZone, hourCycle: 'h23' } as const;
    this.clockFormat = new Intl.DateTimeFormat(locale, { ...zone, hour: '2-digit', minute: '2-digit', second: '2-digit' });
    this.minuteFormat = new Intl.DateTimeFormat(locale, { ...zone, hour: '2-digit', minute: '2-digit' });
    this.dateFormat = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric' });
    this.shortDateFormat = new Intl.DateTimeFormat(locale, { timeZone, day: '2-digit', month: '2-digit' });
    this.yearDateFormat = new Intl.DateTimeFormat(locale, { timeZone, day: '2-digit', month: '2-digit', year: '2-digit' });
  }

  /** A number with a fixed number of decimals. */
  number(value: number, decimals = 0): string {
    let format = this.numbers.get(decimals);
    if (!format) {
      format = new Intl.NumberFormat(LOCALES[this.language], { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      this.numbers.set(decimals, format);
    }
    // Rounding must not leave "-0".
    const text = format.format(value);
    return /^-[0.,]+$/.test(text) ? text.slice(1) : text;
  }

  /** A limit or another number that somebody wrote: as many decimals as it has, at most `most`. */
  given(value: number, most = 4): string {
    const decimals = Math.min(most, (String(value).split('.')[1] ?? '').length);
    return this.number(value, decimals);
  }

  /** 14:03:09 */
  clock(ms: number): string {
    return this.clockFormat.format(ms);
  }

  /** 14:03 */
  minute(ms: number): string {
    return this.minuteFormat.format(ms);
  }

  /** CN, 22/11/2026 */
  date(ms: number): string {
    return this.dateFormat.format(ms);
  }

  /** 22/11/26 */
  yearDate(ms: number): string {
    return this.yearDateFormat.format(ms);
  }

  /** 22/11 */
  shortDate(ms: number): string {
    return this.shortDateFormat.format(ms);
  }

  /** As `when`, without seconds: for what lies ahead. */
  shortWhen(ms: number, now: number): string {
    return this.shortDate(ms) === this.shortDate(now) && Math.abs(now - ms) < 86_400_000 ? this.minute(ms) : `${this.shortDate(ms)} ${this.minute(ms)}`;
  }

  /** The time, with the day before it when it is not today's, and the year when the day alone could mislead. */
  when(ms: number, now: number): string {
    const sameDay = this.shortDate(ms) === this.shortDate(now) && Math.abs(now - ms) < 86_400_000;
    if (sameDay) return this.clock(ms);
    const day = Math.abs(now - ms) < 300 * 86_400_000 ? this.shortDate(ms) : this.yearDate(ms);
    return `${day} ${this.minute(ms)}`;
  }
}

/** The letters that only Vietnamese has; µ, ° and ³ are none of them. */
const VIETNAMESE = /[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01A0-\u01B0\u1EA0-\u1EF9]/;

/** A unit as a language writes it: the label of the catalogue, which may be Vietnamese words (xe/giờ); in English then the code itself without its
 * braces ({vehicle}/h, UCUM). */
export const unitLabel = (definition: { unit: string; unitLabel: string }, language: Language): string =>
  (language === 'en' && VIETNAMESE.test(definition.unitLabel) ? definition.unit.replace(/[{}]/g, '') : definition.unitLabel);

/** A length of time in its two largest units, from the words of a language. */
export function duration(ms: number, words: { day: string; hour: string; minute: string; second: string }): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return hours > 0 ? `${days} ${words.day} ${hours} ${words.hour}` : `${days} ${words.day}`;
  if (hours > 0) return minutes > 0 ? `${hours} ${words.hour} ${minutes} ${words.minute}` : `${hours} ${words.hour}`;
  if (minutes > 0) return `${minutes} ${words.minute}`;
  return `${seconds} ${words.second}`;
}
