import { effect, signal, type Signal } from '@preact/signals';
import type { Language } from '../i18n';
import { DEFAULT_SHIFTS, shiftTimes } from './shifts';

const PREFIX = 'ioc.operator.';

function stored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null; // Storage is switched off: the page works, and forgets.
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // As above.
  }
}

function persistent<T extends string>(key: string, parse: (text: string | null) => T): Signal<T> {
  const value = signal(parse(stored(key)));
  effect(() => keep(key, value.value));
  return value;
}

/** The browser's first language that the page speaks; Vietnamese when it speaks none of them. */
export function preferredLanguage(languages: readonly string[]): Language {
  for (const language of languages) {
    if (language.toLowerCase().startsWith('vi')) return 'vi';
    if (language.toLowerCase().startsWith('en')) return 'en';
  }
  return 'vi';
}

export type Theme = 'night' | 'day';

/** What an operator chose on this computer. */
export interface Preferences {
  language: Signal<Language>;
  theme: Signal<Theme>;
  /** Name sent with acknowledgements; empty until given. */
  operator: Signal<string>;
  sound: Signal<'on' | 'off'>;
  /** Whether single letters are commands (they can get in the way of speech input). */
  letterKeys: Signal<'on' | 'off'>;
  /** Times at which shifts change, such as "06:00 14:00 22:00". */
  shifts: Signal<string>;
  /** Whether the panel beside the map opens with an alert. */
  detail: Signal<'on' | 'off'>;
  /** Filters with a name, as JSON. */
  filters: Signal<string>;
}

const onOff = (text: string | null): 'on' | 'off' => (text === 'off' ? 'off' : 'on');

export function loadPreferences(languages: readonly string[] = navigator.languages): Preferences {
  return {
    language: persistent<Language>('language', (text) => (text === 'vi' || text === 'en' ? text : preferredLanguage(languages))),
    theme: persistent<Theme>('theme', (text) => (text === 'day' ? 'day' : 'night')),
    operator: persistent<string>('name', (text) => text ?? ''),
    sound: persistent('sound', onOff),
    letterKeys: persistent('letter-keys', onOff),
    shifts: persistent<string>('shifts', (text) => (text !== null && shiftTimes(text) ? text : DEFAULT_SHIFTS)),
    detail: persistent('detail', onOff),
    filters: persistent<string>('filters', (text) => text ?? '[]'),
  };
}
