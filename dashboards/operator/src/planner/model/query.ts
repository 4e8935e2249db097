import type { Language } from '../../i18n';
import { addDays, addMonths, dayOf, durationParts, isDay, isDuration, roughly, startOf, type Day } from './calendar';

export const VIEWS = ['chart', 'heat', 'districts', 'table'] as const;
export type View = (typeof VIEWS)[number];
export const GROUPS = ['sensor', 'district', 'domain', 'none'] as const;
export type Grouping = (typeof GROUPS)[number];
export const FILLS = ['none', 'previous', 'linear'] as const;
export type Fill = (typeof FILLS)[number] | 'null';
export const COMPARISONS = ['P1Y', 'P1M', 'P1W', 'P1D'] as const;
export const PERIODS = ['PT24H', 'P7D', 'P30D', 'P90D', 'P1Y', 'P2Y', 'P5Y'] as const;
export const WINDOWS = ['auto', 'raw', 'PT15M', 'PT1H', 'P1D', 'P1W', 'P1M', 'P3M', 'P1Y'] as const;

/** Where and what: lists of slugs and codes; an empty one narrows nothing. */
export const SETS = ['sensors', 'districts', 'domains', 'properties'] as const;
export type SetName = (typeof SETS)[number];

/** Back from now, or days of the calendar, both included. */
export type Period = { back: string } | { from: Day; to: Day };

/** A planner's question with how its answer is looked at: what the page's address says. */
export interface PlannerQuery {
  sensors: readonly string[];
  districts: readonly string[];
  domains: readonly string[];
  properties: readonly string[];
  period: Period;
  /** An ISO 8601 duration; auto = what suits the period; raw = readings as they came. */
  window: string;
  /** The first is drawn. */
  measures: readonly string[];
  groupBy: Grouping;
  /** How much earlier the period is that this one is compared with; null = with none. */
  compare: string | null;
  fill: Fill;
  quality: 'ok' | 'all';
  view: View;
  /** Null = as this computer is set. */
  language: Language | null;
}

export const DEFAULT_QUERY: PlannerQuery = {
  sensors: [], districts: [], domains: [], properties: [], period: { back: 'P30D' }, window: 'auto', measures: ['mean', 'min', 'max'],
  groupBy: 'district', compare: null, fill: 'none', quality: 'ok', view: 'chart', language: null,
};

const MEASURE = /^(?:count|mean|min|max|sum|first|last|stddev|twmean|rate|p\d{1,3}(?:\.\d+)?|exceedance:-?\d+(?:\.\d+)?)$/;

export const isMeasure = (text: string): boolean => MEASURE.test(text) && !(text.startsWith('p') && Number(text.slice(1)) > 100);

const list = (text: string | null): string[] => [...new Set((text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== ''))];
const choice = <T extends string>(text: string | null, choices: readonly T[], otherwise: T): T =>
  ((choices as readonly (string | null)[]).includes(text) ? (text as T) : otherwise);

/** Reads the part of an address after the question mark. What is not understood is as if it were not there. */
export function parseQuery(search: string): PlannerQuery {
  const given = new URLSearchParams(search);
  const [from, to, back] = [given.get('from'), given.get('to'), given.get('period')];
  const measures = list(given.get('measures')).filter(isMeasure);
  const window = given.get('window');
  const compare = given.get('compare');
  const language = given.get('lang');
  return {
    sensors: list(given.get('sensors')), districts: list(given.get('districts')), domains: list(given.get('domains')), properties: list(given.get('properties')),
    period: isDay(from) && isDay(to) && from <= to ? { from, to } : { back: isDuration(back) && roughly(back) > 0 ? back : 'P30D' },
    window: window === 'raw' || (isDuration(window) && roughly(window) > 0) ? window : 'auto',
    measures: measures.length > 0 ? measures : DEFAULT_QUERY.measures,
    groupBy: choice(given.get('groupBy'), GROUPS, DEFAULT_QUERY.groupBy),
    compare: isDuration(compare) && roughly(compare) > 0 ? compare : null,
    fill: choice<Fill>(given.get('fill'), [...FILLS, 'null'], 'none'),
    quality: given.get('quality') === 'all' ? 'all' : 'ok',
    view: choice(given.get('view'), VIEWS, 'chart'),
    language: language === 'vi' || language === 'en' ? language : null,
  };
}

/** The other way: what differs from a page opened without anything said. */
export function toSearch(query: PlannerQuery): string {
  const parts: string[] = [];
  const add = (name: string, value: string) => parts.push(`${name}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%3A/g, ':')}`);
  for (const set of SETS) if (query[set].length > 0) add(set, query[set].join(','));
  if ('back' in query.period) add('period', query.period.back);
  else {
    add('from', query.period.from);
    add('to', query.period.to);
  }
  if (query.window !== 'auto') add('window', query.window);
  if (query.measures.join() !== DEFAULT_QUERY.measures.join()) add('measures', query.measures.join(','));
  if (query.groupBy !== DEFAULT_QUERY.groupBy) add('groupBy', query.groupBy);
  if (query.compare !== null) add('compare', query.compare);
  if (query.fill !== 'none') add('fill', query.fill);
  if (query.quality !== 'ok') add('quality', query.quality);
  if (query.view !== 'chart') add('view', query.view);
  if (query.language !== null) add('lang', query.language);
  return `?${parts.join('&')}`;
}

export interface Range {
  /** Unix milliseconds, inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
}

/** The instants of a period. Back from now by days or longer begins with a whole day, by hours with a whole minute. */
export function rangeOf(period: Period, now: number, zone: string): Range {
  if ('from' in period) return { from: startOf(period.from, zone), to: startOf(addDays(period.to, 1), zone) };
  const to = Math.ceil(now / 60_000) * 60_000;
  const { months, days, ms } = durationParts(period.back);
  if (months === 0 && days === 0) return { from: to - ms, to };
  return { from: startOf(addDays(addMonths(dayOf(now, zone), -months), -days), zone) - ms, to };
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The steps of the automatic resolution. */
const STEPS = ['PT15M', 'PT1H', 'PT3H', 'PT6H', 'P1D', 'P1W', 'P1M', 'P3M', 'P1Y'] as const;

/**
 * Windows times groups that a host answers as it is delivered (docs/settings.md, Ioc:History:MaxCells and MaxDistributionCells), less a fifth: groups of
 * sensors that are no longer registered are not known here.
 */
const MOST_CELLS = 800_000;
const MOST_PERCENTILE_CELLS = 8_000;

/** The resolution that suits a period: some hundred points, on the steps that people count in, and no more cells than a host answers. @param groups How many the answer has. */
export function windowOf(query: PlannerQuery, range: Range, groups = 1): string {
  if (query.window !== 'auto') return query.window;
  const length = range.to - range.from;
  const suits = length <= 36 * HOUR ? 'PT15M' : length <= 45 * DAY ? 'PT1H' : length <= 3 * 366 * DAY ? 'P1D' : 'P1M';
  const most = query.measures.some((measure) => measure.startsWith('p')) ? MOST_PERCENTILE_CELLS : MOST_CELLS;
  const rows = groups * (query.compare === null ? 1 : 2);
  return STEPS.slice(STEPS.indexOf(suits)).find((step) => (Math.ceil(length / roughly(step)) + 1) * rows <= most) ?? 'P1Y';
}

/** Whether the query says enough to ask: everything of a whole province at once is no question. */
export const isAskable = (query: PlannerQuery): boolean => query.properties.length > 0;

/** Whether the view shows readings as they came. */
export const isRaw = (query: PlannerQuery): boolean => query.window === 'raw' && (query.view === 'chart' || query.view === 'table');

/** Choices that a view may have no use for. */
export const CONTROLS = ['window', 'measure', 'band', 'groupBy', 'compare', 'fill'] as const;
export type Control = (typeof CONTROLS)[number];

/** The choices without any effect on the view: they stay as they are, for the views that use them. */
export function idleControls(query: PlannerQuery): readonly Control[] {
  if (isRaw(query)) return ['measure', 'band', 'groupBy', 'compare', 'fill'];
  if (query.view === 'heat') return ['window', 'compare', 'fill'];
  return query.view === 'districts' ? ['window', 'band', 'groupBy', 'fill'] : [];
}

export type Form = 'json' | 'csv' | 'csv-bom' | 'ndjson';

/** Points of each series that a chart of readings gets at most. */
export const CHART_POINTS = 2_000;
/** Readings that a table gets at most; all of them are in the files. */
export const TABLE_READINGS = 5_000;

export interface Asking {
  /** Of a file; null = for the page. A file is whole. */
  form?: Form | null;
  /** How many groups the answer has, for the automatic resolution. */
  groups?: number;
  /** Of the names that CSV has beside its codes; absent = codes only. */
  names?: Language;
}

/** The address of the interface that answers the query as the view needs it. */
export function apiAddress(query: PlannerQuery, range: Range, zone: string, { form = null, groups = 1, names }: Asking = {}): string {
  const raw = isRaw(query);
  const parameters: [string, string][] = SETS.filter((set) => query[set].length > 0).map((set) => [set, query[set].join(',')]);
  parameters.push(['from', new Date(range.from).toISOString()], ['to', new Date(range.to).toISOString()], ['zone', zone]);
  if (query.quality !== 'ok') parameters.push(['quality', query.quality]);
  if (!raw) parameters.push(...aggregation(query, range, groups));
  else if (form === null) parameters.push(...(query.view === 'chart' ? [['points', String(CHART_POINTS)], ['downsample', 'minmax']] : [['limit', String(TABLE_READINGS)]]) as [string, string][]);
  // A file is whole: without this the host gives JSON in pages.
  if (form !== null) parameters.push(['format', form === 'csv-bom' ? 'csv' : form], ['file', 'true']);
  if (form === 'csv-bom') parameters.push(['bom', 'true']);
  if ((form === 'csv' || form === 'csv-bom') && names !== undefined) parameters.push(['names', names]);
  const text = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%2F/g, '/')}`);
  return `/api/v1/history/${raw ? 'readings' : 'query'}?${text.join('&')}`;
}

function aggregation(query: PlannerQuery, range: Range, groups: number): [string, string][] {
  const parameters: [string, string][] = [['measures', query.measures.join(',')]];
  switch (query.view) {
    case 'heat':
      // The weekdays of all weeks together: no window, and an earlier period has no place in it.
      parameters.push(['groupBy', [...(query.groupBy === 'none' ? [] : [query.groupBy]), 'hour', 'weekday'].join(',')]);
      return parameters;
    case 'districts':
      parameters.push(['groupBy', 'district']);
      break;
    default:
      parameters.push(['groupBy', query.groupBy], ['window', windowOf(query, range, groups)]);
      if (query.fill !== 'none') parameters.push(['fill', query.fill]);
  }
  if (query.compare !== null) parameters.push(['compare', query.compare]);
  return parameters;
}
