import { NO_FILTER, type AlertFilter, type StateFilter } from './store/alerts';
import type { Severity } from './api/types';

/** What fills the middle of the page: the map, or the page of a sensor or a district. */
export type Route = { kind: 'map' } | { kind: 'sensor' | 'district'; id: string };

export const MAP: Route = { kind: 'map' };

const STATES: readonly StateFilter[] = ['waiting', 'acknowledged', 'returned', 'latched'];

/** Reads the part of the address behind the #; null when it is none of the page's (a jump to an element). */
export function parseHash(hash: string): { route: Route; filter: AlertFilter } | null {
  const text = hash.replace(/^#/, '');
  if (text !== '' && !text.startsWith('/')) return null;
  const [path, query] = text.split('?', 2) as [string, string | undefined];
  return { route: parsePath(path), filter: parseFilter(query ?? '') };
}

function parsePath(path: string): Route {
  const [, kind, id, rest] = path.split('/');
  if ((kind !== 'sensor' && kind !== 'district') || !id || rest !== undefined) return MAP;
  try {
    return { kind, id: decodeURIComponent(id) };
  } catch {
    return MAP;
  }
}

/** A filter as the address has it; what cannot be read is left out. */
export function parseFilter(query: string): AlertFilter {
  const parameters = new URLSearchParams(query);
  const state = parameters.get('state') as StateFilter | null;
  return {
    ...NO_FILTER,
    severities: new Set((parameters.get('p') ?? '').split('').filter((digit) => /[1-4]/.test(digit)).map(Number) as Severity[]),
    domain: parameters.get('domain'),
    district: parameters.get('district'),
    state: state !== null && STATES.includes(state) ? state : null,
    mine: parameters.get('mine') === '1',
    search: (parameters.get('q') ?? '').slice(0, 100),
    showClosed: parameters.get('closed') === '1',
  };
}

export function writeFilter(filter: AlertFilter): string {
  const parameters = new URLSearchParams();
  if (filter.severities.size > 0) parameters.set('p', [...filter.severities].sort().join(''));
  if (filter.domain !== null) parameters.set('domain', filter.domain);
  if (filter.district !== null) parameters.set('district', filter.district);
  if (filter.state !== null) parameters.set('state', filter.state);
  if (filter.mine) parameters.set('mine', '1');
  if (filter.search.trim() !== '') parameters.set('q', filter.search.trim());
  if (filter.showClosed) parameters.set('closed', '1');
  return parameters.toString();
}

/** The address of a page with a filter, from the # on. */
export function writeHash(route: Route, filter: AlertFilter): string {
  const path = route.kind === 'map' ? '/' : `/${route.kind}/${encodeURIComponent(route.id)}`;
  const query = writeFilter(filter);
  return `#${path}${query === '' ? '' : `?${query}`}`;
}
