import { CITY_ZONE } from '../config';
import { Formatter } from '../format';
import type { Language } from '../i18n';
import type { planner } from './texts.vi';
import { addDays, addMonths, dayOf, durationParts, startOf } from './model/calendar';

type Texts = typeof planner;

/** Numbers and times of the planner's page: years matter here. */
export class PlannerFormatter extends Formatter {
  private readonly days: Intl.DateTimeFormat;

  constructor(language: Language, private readonly texts: Texts) {
    super(language);
    const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
    this.days = new Intl.DateTimeFormat(locale, { timeZone: CITY_ZONE, day: '2-digit', month: '2-digit', year: 'numeric' });
  }

  /** 22/11/2026 */
  day(ms: number): string {
    return this.days.format(ms);
  }

  /** 22/11 */
  dayOfYear(ms: number): string {
    return this.day(ms).slice(0, 5);
  }

  /** 11/2026 */
  month(ms: number): string {
    return this.day(ms).slice(3);
  }

  /** 22/11/2026 14:03 */
  moment(ms: number): string {
    return `${this.day(ms)} ${this.minute(ms)}`;
  }

  percent(share: number): string {
    return `${this.number(share * 100, share > 0 && share < 0.1 ? 1 : 0)} %`;
  }

  /** A share with its sign: +12 %. */
  change(share: number): string {
    const text = this.number(Math.abs(share) * 100, Math.abs(share) < 0.1 ? 1 : 0);
    return `${/[1-9]/.test(text) ? (share > 0 ? '+' : '−') : '±'}${text} %`;
  }

  /** A window as people call it: a month, a day, some days, some hours. */
  span(start: number, end: number): string {
    if (end <= start) return this.moment(start);
    const [first, last] = [dayOf(start, CITY_ZONE), dayOf(end, CITY_ZONE)];
    const whole = startOf(first, CITY_ZONE) === start && startOf(last, CITY_ZONE) === end;
    if (!whole) return dayOf(end - 1, CITY_ZONE) === first ? `${this.moment(start)}–${this.minute(end)}` : `${this.moment(start)} – ${this.moment(end)}`;
    if (addDays(first, 1) === last) return this.day(start);
    if (first.endsWith('-01') && addMonths(first, 1) === last) return this.month(start);
    return `${this.day(start)} – ${this.day(end - 1)}`;
  }

  /** A duration in words: 15 minutes, 3 months. */
  duration(iso: string): string {
    const { months, days, ms } = durationParts(iso);
    const { unit, amount } = this.texts;
    const parts: string[] = [];
    const add = (count: number, name: string) => { if (count > 0) parts.push(amount(this.number(count), name)); };
    add(Math.floor(months / 12), unit.year);
    add(months % 12, unit.month);
    if (days % 7 === 0) add(days / 7, unit.week);
    else add(days, unit.day);
    add(Math.floor(ms / 3_600_000), unit.hour);
    add(Math.floor(ms / 60_000) % 60, unit.minute);
    add(Math.floor(ms / 1000) % 60, unit.second);
    return parts.join(' ');
  }

  /** Seconds of an averaging time in words. */
  average(seconds: number): string {
    return this.duration(seconds % 86_400 === 0 && seconds > 86_400 ? `P${seconds / 86_400}D` : seconds % 3600 === 0 ? `PT${seconds / 3600}H` : `PT${Math.round(seconds / 60)}M`);
  }
}
