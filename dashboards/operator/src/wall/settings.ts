import type { Language } from '../i18n';
import { minutesOf } from '../store/shifts';
import type { Theme } from '../store/preferences';

export const PAGES = ['overview', 'map', 'districts', 'alerts'] as const;
export type PageName = (typeof PAGES)[number];

/** How a wall is set up: kept by its computer, and by the address that opens it. */
export interface WallSettings {
  /** The farthest viewer, metres. */
  distance: number;
  /** Of the picture, millimetres. */
  width: number;
  /** Seconds for each page. */
  period: number;
  pages: readonly PageName[];
  theme: Theme;
  language: Language;
  /** Whether the picture moves by some pixels now and then. */
  shift: boolean;
  /** Time of day at which the page is loaded anew, such as 03:30; empty = never. */
  reload: string;
}

/** A 55 inch screen, seen from four metres. */
export const DEFAULTS: Omit<WallSettings, 'theme' | 'language'> = { distance: 4, width: 1218, period: 20, pages: PAGES, shift: true, reload: '' };

export const LIMITS = { distance: [0.5, 60], width: [200, 40_000], period: [1, 3600] } as const;

function within(text: string | null, limits: readonly [number, number], otherwise: number): number {
  const value = Number(text);
  return text !== null && text.trim() !== '' && value >= limits[0] && value <= limits[1] ? value : otherwise;
}

/** Reads the part of an address after the question mark; what it leaves out is as it was. */
export function parseSettings(search: string, known: WallSettings): WallSettings {
  const given = new URLSearchParams(search);
  const named = (given.get('pages') ?? '').split(',').filter((page): page is PageName => (PAGES as readonly string[]).includes(page));
  const [theme, language, reload] = [given.get('theme'), given.get('lang'), given.get('reload')];
  return {
    distance: within(given.get('distance'), LIMITS.distance, known.distance),
    width: within(given.get('width'), LIMITS.width, known.width),
    period: within(given.get('period'), LIMITS.period, known.period),
    pages: named.length > 0 ? [...new Set(named)] : known.pages,
    theme: theme === 'night' || theme === 'day' ? theme : known.theme,
    language: language === 'vi' || language === 'en' ? language : known.language,
    shift: given.has('shift') ? given.get('shift') !== '0' : known.shift,
    reload: reload !== null && (reload === '' || minutesOf(reload) !== null) ? reload : known.reload,
  };
}

/** The other way: everything said, so that the address opens the same wherever. */
export function toSearch(settings: WallSettings): string {
  const { distance, width, period, pages, theme, language, shift, reload } = settings;
  return `?distance=${distance}&width=${width}&period=${period}&pages=${pages.join(',')}&theme=${theme}&lang=${language}&shift=${shift ? 1 : 0}${reload === '' ? '' : `&reload=${reload}`}`;
}

const KEY = 'ioc.wall';

export function load(theme: Theme, language: Language, search: string): WallSettings {
  let stored = '';
  try {
    stored = localStorage.getItem(KEY) ?? '';
  } catch {
    // Storage is switched off: the address says it.
  }
  return parseSettings(search, parseSettings(stored, { ...DEFAULTS, theme, language }));
}

export function save(settings: WallSettings): void {
  try {
    localStorage.setItem(KEY, toSearch(settings));
  } catch {
    // As above.
  }
}

/** Width of a 16:9 picture of a diagonal in inches, millimetres. */
export const widthOfDiagonal = (inches: number) => Math.round((inches * 25.4 * 16) / Math.hypot(16, 9));
export const diagonalOfWidth = (width: number) => (width * Math.hypot(16, 9)) / 16 / 25.4;
