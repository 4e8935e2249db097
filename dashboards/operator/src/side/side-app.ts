import { batch, computed, effect, signal } from '@preact/signals';
import type { LocalText } from '../api/types';
import { CITY_ZONE } from '../config';
import { dictionaries, type Language } from '../i18n';
import { domainName } from '../i18n/domains';
import { PlannerFormatter } from '../planner/format';
import { dayOf, isDay, isDuration } from '../planner/model/calendar';
import { rangeOf, type Period, type Range } from '../planner/model/query';
import { Catalogue } from '../store/catalogue';
import { loadPreferences } from '../store/preferences';

/** What is being asked for and how far it is. */
export type Loaded<T> = { kind: 'loading'; last: T | null } | { kind: 'failed'; status: number; detail: LocalText | null } | { kind: 'ready'; value: T };

/** What the pages beside the operators' and the planners' have in common: language, theme, names, paper. */
export class SideApp {
  readonly preferences = loadPreferences();
  readonly catalogue = new Catalogue();
  readonly printing = signal(false);
  /** The page's address, after the question mark. */
  readonly search = signal(new URLSearchParams(location.search));
  /** The moment at which what is shown was asked for: a question that is put anew is about the present. */
  readonly askedAt = signal(Date.now());

  readonly language = computed<Language>(() => {
    const asked = this.search.value.get('lang');
    return asked === 'vi' || asked === 'en' ? asked : this.preferences.language.value;
  });
  readonly words = computed(() => dictionaries[this.language.value]);
  readonly f = computed(() => new PlannerFormatter(this.language.value, this.words.value.planner));
  /** Paper is white. */
  readonly theme = computed(() => (this.printing.value ? 'day' : this.preferences.theme.value));

  constructor(private readonly pageTitle: (app: SideApp) => string) {}

  start(): void {
    void this.catalogue.load();
    addEventListener('popstate', () => this.show(new URLSearchParams(location.search)));
    addEventListener('beforeprint', () => { this.printing.value = true; });
    const paper = matchMedia('print');
    addEventListener('afterprint', () => { this.printing.value = paper.matches; });
    paper.addEventListener('change', () => { this.printing.value = paper.matches; });
    effect(() => {
      document.documentElement.lang = this.language.value;
      document.documentElement.dataset.theme = this.theme.value;
      document.title = this.pageTitle(this);
    });
  }

  /** Changes the address; null takes a part away. The browser's back button undoes it. */
  change(part: Record<string, string | null>, replace = false): void {
    const next = new URLSearchParams(this.search.value);
    for (const [name, value] of Object.entries(part)) {
      if (value === null || value === '') next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString().replace(/%2C/g, ',').replace(/%3A/g, ':');
    if (text === this.search.value.toString()) return;
    const address = `${location.pathname}${text === '' ? '' : `?${text}`}`;
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.show(next);
  }

  private show(next: URLSearchParams): void {
    batch(() => {
      if (question(next) !== question(this.search.peek())) this.askedAt.value = Date.now();
      this.search.value = next;
    });
  }

  toggleLanguage(): void {
    const language = this.language.value === 'vi' ? 'en' : 'vi';
    this.preferences.language.value = language;
    if (this.search.value.has('lang')) this.change({ lang: language }, true);
  }

  toggleTheme(): void {
    this.preferences.theme.value = this.preferences.theme.value === 'night' ? 'day' : 'night';
  }

  /** Text in the page's language, or what there is instead. */
  text(local: LocalText | null | undefined, fallback: string): string {
    return local?.[this.language.value] || fallback;
  }

  district(id: string): string {
    return this.text(this.catalogue.areas.value.get(id)?.name, id);
  }

  domain(slug: string | null): string {
    return slug === null ? this.words.value.figures.severalDomains : this.text(domainName(slug), slug);
  }

  /** A length of time in seconds, in its two largest units. */
  lasting(seconds: number): string {
    const { time } = this.words.value;
    const whole = Math.round(seconds);
    const parts: [number, string][] = [[Math.floor(whole / 86_400), time.day], [Math.floor(whole / 3600) % 24, time.hour], [Math.floor(whole / 60) % 60, time.minute], [whole % 60, time.second]];
    const first = parts.findIndex(([count]) => count > 0);
    if (first < 0) return `0 ${time.second}`;
    return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, name]) => `${this.f.value.number(count)} ${name}`).join(' ');
  }
}

/** What an address asks for: another language is no other question. */
const question = (search: URLSearchParams): string => [...search].filter(([name]) => name !== 'lang').join('&');

/** The period that an address names. */
export function periodOf(search: URLSearchParams, otherwise: string): Period {
  const [from, to, back] = [search.get('from'), search.get('to'), search.get('period')];
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  return { back: isDuration(back) ? back : otherwise };
}

/** Its instants: never ahead of now. */
export function instantsOf(period: Period, now: number): Range {
  const { from, to } = rangeOf(period, now, CITY_ZONE);
  return { from: Math.min(from, now - 60_000), to: Math.min(to, now) };
}

/** The days of a range, both included. */
export const daysOf = (range: Range) => ({ from: dayOf(range.from, CITY_ZONE), to: dayOf(range.to - 1, CITY_ZONE) });
