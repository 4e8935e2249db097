import { describe, expect, it } from 'vitest';
import {
  abnormal, alertMarks, BAD_QUALITY, boundsOf, CONDITION, conditionCode, hiddenAlerts, homeBounds, LOOK, lookOf, placed,
} from '../src/map/placement';
import { isOverdue } from '../src/store/age';
import { markFor, markOf, RANKS, rankOf } from '../src/store/alerts';
import { alert, sensor } from './samples';

const at = (index: number, more: Parameters<typeof sensor>[1] = {}) => ({ ...sensor(`s${index}`, more), index });
const none: ReadonlySet<string> = new Set();

describe('the map’s sensors', () => {
  it('leave out those without a place, and know their domain', () => {
    const all = placed([at(0), at(1, { longitude: null, latitude: null }), at(2, { domain: 'water' })], ['air', 'water']);
    expect(all.map((one) => [one.index, one.group])).toEqual([[0, 0], [2, 1]]);
  });
  it('have a sign when offline, silent or of bad quality; not when nothing is known of them, or where there is no place', () => {
    const sensors = [
      at(0), at(1, { state: 'stale' }), at(2, { state: 'offline', quality: 'fault' }), at(3, { quality: 'calibrating' }),
      at(4, { state: 'silent', longitude: null }), at(5, { state: 'unknown', quality: 'fault' }), at(6, { state: 'silent', domain: 'water' }),
    ];
    const codes = Uint8Array.from(sensors, (one) => conditionCode(one));
    const list = abnormal(sensors, codes, new Set(['water']));
    expect(list.map(({ index, condition, badQuality }) => [index, condition, badQuality])).toEqual([[2, 'offline', false], [3, null, true]]);
    expect(abnormal(sensors, codes, none).map(({ index }) => index)).toEqual([2, 3, 6]);
  });
  it('need drawing when state or quality changes', () => {
    const codes = [at(0), at(0, { state: 'stale' }), at(0, { quality: 'fault' }), at(0, { state: 'stale', quality: 'fault' })].map((one) => conditionCode(one));
    expect(new Set(codes).size).toBe(4);
    expect(conditionCode(at(0, { values: { pm25: 1 } }))).toBe(conditionCode(at(0)));
  });
  it('look old as soon as a report is overdue, whatever the server says yet', () => {
    const one = at(0, { periodSeconds: 60, measuredAt: 1_000_000, receivedAt: 1_000_500 });
    expect(isOverdue(one, 1_000_500 + 91_000)).toBe(false);
    expect(isOverdue(one, 1_000_500 + 92_001)).toBe(true);
    expect(conditionCode(one, 1_000_500 + 92_001)).toBe(CONDITION.old);
    expect(lookOf(conditionCode(one, 1_000_500 + 92_001))).toBe(LOOK.old);
    // A day of buffered history that came just now is no old sensor; and without a period nobody can tell.
    expect(isOverdue(at(0, { periodSeconds: 60, measuredAt: 0, receivedAt: 1_000_000 }), 1_010_000)).toBe(false);
    expect(isOverdue(at(0, { periodSeconds: null }), 1e12)).toBe(false);
  });
  it('are drawn hollow when old, faint when unknown, by a sign when offline or silent', () => {
    expect(Object.fromEntries(Object.entries(CONDITION).map(([name, code]) => [name, lookOf(code)]))).toEqual({
      online: LOOK.normal, offline: LOOK.hidden, stale: LOOK.old, silent: LOOK.hidden, unknown: LOOK.unknown, old: LOOK.old,
    });
    expect(lookOf(CONDITION.stale + BAD_QUALITY)).toBe(LOOK.old);
  });
});

describe('marks', () => {
  it('rank as the list does: P1 and P2 first, acknowledged or not', () => {
    const order = RANKS.map(markOf).map(({ severity, unacknowledged }) => `P${severity}${unacknowledged ? '!' : ''}`);
    expect(order).toEqual(['P1!', 'P2!', 'P1', 'P2', 'P3!', 'P4!', 'P3', 'P4']);
    for (const rank of RANKS) expect(rankOf(markOf(rank))).toBe(rank);
  });
  it('the worst of a cluster is the least rank', () => {
    const inside = [markFor({ severity: 4 }, true), markFor({ severity: 1 }, false), markFor({ severity: 3 }, true)];
    expect(markOf(Math.min(...inside.map(rankOf)))).toEqual({ severity: 1, unacknowledged: false });
  });
  it('are drawn for sensors with a place whose domain is shown', () => {
    const sensors = new Map([at(0), at(1, { domain: 'water' }), at(2, { latitude: null })].map((one) => [one.id, one]));
    const mark = markFor({ severity: 2 }, true);
    const marks = new Map([['s0', mark], ['s1', mark], ['s2', mark], ['gone', mark]]);
    expect(alertMarks(sensors, marks, none).map((one) => one.id)).toEqual([0, 1]);
    expect(alertMarks(sensors, marks, new Set(['water'])).map((one) => one.id)).toEqual([0]);
  });
  it('that are hidden with their domain are counted while nobody acknowledged them', () => {
    const alerts = [alert('a'), alert('b', { state: 'acknowledged' }), alert('c', { domain: 'water' }), alert('d', { domain: null })];
    expect(hiddenAlerts(alerts, new Set(['air']))).toBe(1);
    expect(hiddenAlerts(alerts, none)).toBe(0);
  });
});

describe('the home view', () => {
  it('is the outlines’ box', () => {
    const outlines = { type: 'FeatureCollection' as const, features: [{
      type: 'Feature' as const, properties: { id: 'a', nameVi: '', nameEn: '', sketch: true },
      geometry: { type: 'Polygon' as const, coordinates: [[[1, 5], [3, 4], [2, 8], [1, 5]]] } }] };
    expect(homeBounds(outlines, [])).toEqual([[1, 4], [3, 8]]);
  });
  it('is the sensors’ without outlines, but for strays', () => {
    const sensors = Array.from({ length: 200 }, (_, index) => ({ index, longitude: 106 + index / 1000, latitude: 21 }));
    sensors.push({ index: 200, longitude: 0, latitude: 0 });
    const [[west, south]] = homeBounds(null, sensors)!;
    expect([west, south]).toEqual([106.001, 21]);
  });
  it('is nothing without either', () => {
    expect(homeBounds(null, [])).toBeNull();
    expect(boundsOf([])).toBeNull();
  });
  it('of a line is the line’s', () => {
    expect(boundsOf([{ type: 'LineString', coordinates: [[106, 21], [106.5, 20.5]] }])).toEqual([[106, 20.5], [106.5, 21]]);
  });
});
