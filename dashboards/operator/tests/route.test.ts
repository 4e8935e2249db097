import { describe, expect, it } from 'vitest';
import { MAP, parseFilter, parseHash, writeFilter, writeHash } from '../src/route';
import { isFiltered, NO_FILTER, visibleAlerts, type AlertFilter } from '../src/store/alerts';
import { doneBy, isOther, progress, stepOf } from '../src/store/procedures';
import type { Procedure } from '../src/api/pages';
import { alert } from './samples';

describe('the address', () => {
  const full: AlertFilter = { severities: new Set([2, 1]), domain: 'air', district: 'viet-yen', state: 'waiting', mine: true, search: 'ngập & "lụt"', showClosed: true };

  it('holds page and filter, and gives both back', () => {
    const hash = writeHash({ kind: 'sensor', id: 'a/b c' }, full);
    expect(parseHash(hash)).toEqual({ route: { kind: 'sensor', id: 'a/b c' }, filter: full });
    expect(writeHash(MAP, NO_FILTER)).toBe('#/');
    expect(parseHash(writeHash({ kind: 'district', id: 'viet-yen' }, NO_FILTER))).toEqual({ route: { kind: 'district', id: 'viet-yen' }, filter: NO_FILTER });
  });
  it('takes what it cannot read for the map without a filter, and leaves jumps within the page alone', () => {
    for (const hash of ['', '#', '#/', '#/sensor', '#/sensor/', '#/sensor/%E0%A4%A', '#/sensor/a/b', '#/unknown/x']) expect(parseHash(hash)).toEqual({ route: MAP, filter: NO_FILTER });
    expect(parseHash('#alerts')).toBeNull();
    expect(parseFilter('p=79a1&state=odd&mine=2&q=' + 'x'.repeat(200))).toEqual({ ...NO_FILTER, severities: new Set([1]), search: 'x'.repeat(100) });
    expect(writeFilter(parseFilter(writeFilter(full)))).toBe(writeFilter(full));
  });
});

describe('the filter', () => {
  const alerts = [
    alert('a', { district: 'x', assignee: 'An' }), alert('b', { district: 'y', state: 'acknowledged', assignee: 'Bình' }), alert('c', { district: 'x', state: 'returned' }),
    alert('d', { district: 'x', state: 'latched_acknowledged' }), alert('e', { district: 'x', state: 'closed', assignee: 'An' }),
  ];
  const ids = (more: Partial<AlertFilter>, me = '') => visibleAlerts(alerts, { ...NO_FILTER, ...more }, () => '', me).map((one) => one.id).sort();

  it('takes district, state and whose', () => {
    expect(ids({ district: 'x' })).toEqual(['a', 'c', 'd']);
    expect(ids({ state: 'waiting' })).toEqual(['a', 'c']);
    expect(ids({ state: 'acknowledged' })).toEqual(['b']);
    expect(ids({ state: 'returned' })).toEqual(['c']);
    expect(ids({ state: 'latched' })).toEqual(['d']);
    expect(ids({ mine: true }, 'An')).toEqual(['a']);
    expect(ids({ mine: true, showClosed: true }, 'An')).toEqual(['a', 'e']);
  });
  it('shows nothing as mine to somebody without a name', () => {
    expect(ids({ mine: true })).toEqual([]);
  });
  it('knows when it leaves something out', () => {
    expect(isFiltered({ ...NO_FILTER, showClosed: true })).toBe(false);
    for (const more of [{ district: 'x' }, { state: 'waiting' as const }, { mine: true }, { search: 'x' }, { domain: 'air' }]) expect(isFiltered({ ...NO_FILTER, ...more })).toBe(true);
  });
});

describe('a checklist', () => {
  const text = { vi: 'x', en: 'x' };
  const procedure: Procedure = {
    id: 'air', version: 2, name: text, summary: null, source: null,
    steps: [{ id: 'look', text, detail: null, optional: false }, { id: 'fire', text, detail: null, optional: true }, { id: 'call', text, detail: null, optional: false }],
  };
  const checklist = { procedure: 'air', version: 2, of: 3, done: [{ id: 'look', by: 'An', at: 5 }] };

  it('counts what is done and what has to be', () => {
    expect(progress(procedure, null)).toEqual({ done: 0, of: 3, left: 2 });
    expect(progress(procedure, checklist)).toEqual({ done: 1, of: 3, left: 1 });
    expect(doneBy(checklist, 'look')?.by).toBe('An');
    expect(doneBy(checklist, 'call')).toBeNull();
  });
  it('tells when others follow another version', () => {
    expect(isOther(procedure, alert('a', { checklist }))).toBe(false);
    expect(isOther({ ...procedure, version: 3 }, alert('a', { checklist }))).toBe(true);
    expect(isOther({ ...procedure, version: 3 }, alert('a', { checklist: { ...checklist, done: [] } }))).toBe(false);
    expect(isOther({ ...procedure, version: 3 }, alert('a'))).toBe(false);
  });
  it('names the step of an act', () => {
    expect(stepOf('air/look')).toBe('look');
  });
});
