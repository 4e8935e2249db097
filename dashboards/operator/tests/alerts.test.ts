import { describe, expect, it } from 'vitest';
import { compareAlerts, countByDomain, countBySeverity, fold, groupable, isShown, isUnacknowledged, marksBy, NO_FILTER, visibleAlerts } from '../src/store/alerts';
import { alert } from './samples';

const order = (...alerts: ReturnType<typeof alert>[]) => alerts.sort(compareAlerts).map((one) => one.id);

describe('the order of the list', () => {
  it('keeps an acknowledged P1 that still holds above unacknowledged low ones', () => {
    expect(order(
      alert('p4', { severity: 4 }), alert('p3', { severity: 3 }),
      alert('p1-acknowledged', { severity: 1, state: 'acknowledged' }), alert('p2', { severity: 2 }), alert('p1', { severity: 1 }),
    )).toEqual(['p1', 'p2', 'p1-acknowledged', 'p3', 'p4']);
  });
  it('puts what nobody acknowledged before what somebody did, closed last', () => {
    expect(order(
      alert('closed', { severity: 1, state: 'closed' }), alert('acknowledged', { severity: 3, state: 'acknowledged' }),
      alert('p4', { severity: 4 }), alert('returned-p1', { severity: 1, state: 'returned' }),
    )).toEqual(['returned-p1', 'p4', 'acknowledged', 'closed']);
  });
  it('puts the newest first, and never depends on the order of arrival', () => {
    const [a, b, c] = [alert('a', { raisedAt: 1 }), alert('b', { raisedAt: 3 }), alert('c', { raisedAt: 3 })];
    expect(order(a, b, c)).toEqual(['b', 'c', 'a']);
    expect(order(c, b, a)).toEqual(['b', 'c', 'a']);
  });
});

describe('the filter', () => {
  const alerts = [
    alert('1', { severity: 1, domain: 'water' }), alert('2', { severity: 2 }), alert('3', { severity: 2, state: 'acknowledged' }), alert('4', { state: 'closed' }),
  ];
  const ids = (more: Partial<typeof NO_FILTER>) => visibleAlerts(alerts, { ...NO_FILTER, ...more }, (one) => `${one.title.vi} ${one.id} Ngập lụt Đông`).map((one) => one.id);
  it('hides closed alerts unless asked', () => {
    expect(ids({})).toEqual(['1', '2', '3']);
    expect(ids({ showClosed: true })).toEqual(['1', '2', '3', '4']);
  });
  it('takes several priorities and a domain', () => {
    expect(ids({ severities: new Set([2]) })).toEqual(['2', '3']);
    expect(ids({ severities: new Set([1, 2]), domain: 'air' })).toEqual(['2', '3']);
  });
  it('finds Vietnamese without its marks, all words in any order', () => {
    expect(ids({ search: 'lut NGAP 2' })).toEqual(['2']);
    expect(ids({ search: 'dong' })).toEqual(['1', '2', '3']);
    expect(ids({ search: 'xyz' })).toEqual([]);
    expect(fold('Đường ống thấp')).toBe('duong ong thap');
  });
});

describe('counts', () => {
  const alerts = [
    alert('1', { severity: 1, state: 'acknowledged' }), alert('2', { severity: 4 }), alert('3', { severity: 2, state: 'returned', domain: 'water', sensor: 'w' }),
    alert('4', { severity: 1, state: 'closed' }),
  ];
  it('by priority', () => {
    const counts = countBySeverity(alerts);
    expect(counts[1]).toEqual({ open: 1, unacknowledged: 0 });
    expect(counts[2]).toEqual({ open: 1, unacknowledged: 1 });
    expect(counts[3]).toEqual({ open: 0, unacknowledged: 0 });
  });
  it('by domain: an acknowledged alert does not light the bar', () => {
    expect(countByDomain([{ domain: 'noise' }, { domain: 'air' }], alerts)).toEqual([
      { domain: 'air', sensors: 1, open: 2, unacknowledged: 1, worst: 4 },
      { domain: 'noise', sensors: 1, open: 0, unacknowledged: 0, worst: null },
      { domain: 'water', sensors: 0, open: 1, unacknowledged: 1, worst: 2 },
    ]);
  });
  it('marks a sensor by its worst: an acknowledged P1 does not sink below a P4, and the P4 still waits', () => {
    const marks = marksBy(alerts, 'sensor');
    expect(marks.get('air-1')).toEqual({ severity: 1, unacknowledged: false, waiting: 4 });
    expect(marks.get('w')).toEqual({ severity: 2, unacknowledged: true, waiting: 2 });
    expect(marksBy([alerts[0]!], 'district').get('viet-yen')).toEqual({ severity: 1, unacknowledged: false, waiting: null });
    const lesser = [alert('5', { severity: 3, state: 'acknowledged' }), alert('6', { severity: 4 })];
    expect(marksBy(lesser, 'sensor').get('air-1')).toEqual({ severity: 4, unacknowledged: true, waiting: 4 });
  });
  it('leaves P1 and what is acknowledged out of a group', () => {
    expect(groupable([alert('p1', { severity: 1 }), alert('p2', { severity: 2 }), alert('done', { state: 'acknowledged' }), alert('back', { state: 'returned' })])
      .map((one) => one.id)).toEqual(['p2', 'back']);
  });
});

describe('held and latched alerts', () => {
  it('keeps what is held back out of the list', () => {
    const hold = { kind: 'shelved' as const, id: 'h', since: 1, until: 2, by: 'vh01', reason: 'r' };
    expect([alert('a'), alert('b', { hold })].filter(isShown).map((one) => one.id)).toEqual(['a']);
  });
  it('asks for a latched alert to be acknowledged', () => {
    expect(isUnacknowledged(alert('a', { state: 'latched_unacknowledged' }))).toBe(true);
    expect(isUnacknowledged(alert('a', { state: 'latched_acknowledged' }))).toBe(false);
  });
});
