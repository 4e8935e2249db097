import type { Figure, Figures, PlaceRow } from './api';

/** The figures that have a place on the page, by what they tell of. */
export const GROUPS = {
  load: ['annunciated', 'annunciations_per_10min_mean', 'annunciations_per_hour_mean', 'annunciations_per_day_mean', 'annunciations_per_10min_max', 'share_of_10min_above_10'],
  floods: ['floods', 'flood_share', 'flood_longest'],
  nuisance: ['stale', 'chattering', 'chattering_3_in_1min', 'fleeting', 'bad_actors_share'],
  response: ['time_to_acknowledge_median', 'time_to_acknowledge_p90', 'unacknowledged', 'time_to_close_median', 'time_to_close_p90', 'closed'],
  held: ['shelved', 'suppressed', 'out_of_service', 'shelved_at_end', 'suppressed_at_end', 'out_of_service_at_end'],
} as const;
export type GroupName = keyof typeof GROUPS;
export type ShownFigure = (typeof GROUPS)[GroupName][number];

/** How a value of a figure is written. */
export type Form = 'count' | 'rate' | 'share' | 'seconds';

export function formOf(id: string, unit: string): Form {
  if (unit === 's') return 'seconds';
  if (/share/.test(id)) return 'share';
  return /_mean$|_max$/.test(id) ? 'rate' : 'count';
}

/** Fewer is better for all of these but the share of the lowest priority; null where there is no better. */
export function isBetter(id: string, now: number | null, before: number | null): boolean | null {
  if (now === null || before === null || now === before || /^(closed|shelved|suppressed|out_of_service)/.test(id)) return null;
  return now < before;
}

/** How many of the figures with a target are within it; those without a value are not judged. */
export function verdict(figures: readonly Figure[]): { met: number; judged: number } {
  const judged = figures.filter((figure) => typeof figure.target?.met === 'boolean');
  return { met: judged.filter((figure) => figure.target!.met).length, judged: judged.length };
}

export const figureOf = (figures: Figures | null, id: string): Figure | null => figures?.figures.find((figure) => figure.id === id) ?? null;

/** The course with its empty steps, as the columns of a stacked chart: times in seconds, then P1, P1+P2, P1+P2+P3, all. */
export function stack(figures: Figures): { times: number[]; sums: [number[], number[], number[], number[]]; peaks: number[] } {
  const byTime = new Map(figures.course.map((step) => [step.at, step]));
  const times: number[] = [];
  const sums: [number[], number[], number[], number[]] = [[], [], [], []];
  const peaks: number[] = [];
  for (let at = figures.from; at < figures.to; at += figures.bucketMs) {
    const step = byTime.get(at);
    times.push(at / 1000);
    const counts = [step?.p1 ?? 0, step?.p2 ?? 0, step?.p3 ?? 0, step?.p4 ?? 0];
    let sum = 0;
    counts.forEach((count, i) => sums[i as 0 | 1 | 2 | 3].push((sum += count)));
    peaks.push(step?.peak ?? 0);
  }
  return { times, sums, peaks };
}

export interface PlaceTable {
  domains: (string | null)[];
  rows: { district: string; total: number; cells: number[] }[];
  totals: number[];
}

/** Districts by domains, those with the most first. */
export function placeTable(places: readonly PlaceRow[]): PlaceTable {
  const total = (of: (place: PlaceRow) => boolean) => places.filter(of).reduce((sum, place) => sum + place.annunciated, 0);
  const domains = [...new Set(places.map((place) => place.domain))].sort((a, b) => total((p) => p.domain === b) - total((p) => p.domain === a));
  const rows = [...new Set(places.map((place) => place.district))].map((district) => ({
    district, total: total((p) => p.district === district), cells: domains.map((domain) => total((p) => p.district === district && p.domain === domain)),
  })).sort((a, b) => b.total - a.total || (a.district < b.district ? -1 : 1));
  return { domains, rows, totals: domains.map((domain) => total((p) => p.domain === domain)) };
}
