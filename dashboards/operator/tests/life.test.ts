import { describe, expect, it, vi } from 'vitest';
import type { Act } from '../src/api/alerts';
import { ApiError } from '../src/api/rest';
import { Formatter } from '../src/format';
import { AlertActs, type ActRequests } from '../src/store/alert-acts';
import { heldOrder, sortHeld } from '../src/store/held';
import { LiveStore } from '../src/store/live-store';
import { endOf, endOfShift, minutesOf, nextTimeOfDay, shiftTimes } from '../src/store/shifts';
import { alert, update } from './samples';

const hold = (kind: 'shelved' | 'suppressed' | 'out_of_service', by: string, until: number | null = null) => ({ kind, id: `h-${by}`, since: 1, until, by, reason: '' });
// 22 November 2026, 12:18:30 in the city.
const NOON = Date.UTC(2026, 10, 22, 5, 18, 30);

describe('the end of a shelving', () => {
  it('reads times of day', () => {
    expect(minutesOf('06:30')).toBe(390);
    expect(minutesOf('6:30')).toBe(390);
    for (const wrong of ['', '24:00', '7', '07:60', 'x7:00']) expect(minutesOf(wrong)).toBeNull();
    expect(shiftTimes('22:00 06:00,14:00')).toEqual([360, 840, 1320]);
    expect(shiftTimes('06:00 noon')).toBeNull();
    expect(shiftTimes('  ')).toBeNull();
  });
  it('is the next such time in the city, whatever the computer’s zone', () => {
    expect(nextTimeOfDay(NOON, 12 * 60 + 20)).toBe(Date.UTC(2026, 10, 22, 5, 20));
    expect(nextTimeOfDay(NOON, 12 * 60 + 18)).toBe(Date.UTC(2026, 10, 23, 5, 18));
    expect(nextTimeOfDay(NOON, 0)).toBe(Date.UTC(2026, 10, 22, 17, 0));
  });
  it('is right over a change of clocks', () => {
    // Berlin, the night of 25 October 2026: 06:00 comes after 25-hour counting.
    expect(nextTimeOfDay(Date.UTC(2026, 9, 24, 20), 360, 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 5));
  });
  it('is the next change of shift, also over midnight', () => {
    expect(endOfShift(NOON, '06:00 14:00 22:00')).toBe(Date.UTC(2026, 10, 22, 7));
    expect(endOfShift(Date.UTC(2026, 10, 22, 16), '06:00 14:00 22:00')).toBe(Date.UTC(2026, 10, 22, 23));
    expect(endOfShift(NOON, 'nonsense')).toBe(Date.UTC(2026, 10, 22, 7));
    // Half a minute before the change it is the next shift's end that is meant.
    expect(endOfShift(Date.UTC(2026, 10, 22, 6, 59, 30), '06:00 14:00 22:00')).toBe(Date.UTC(2026, 10, 22, 15));
  });
  it('follows the choice', () => {
    expect(endOf('m15', NOON, '', '')).toBe(NOON + 900_000);
    expect(endOf('h4', NOON, '', '')).toBe(NOON + 4 * 3_600_000);
    expect(endOf('none', NOON, '', '')).toBeNull();
    expect(endOf('own', NOON, '13:00', '')).toBe(Date.UTC(2026, 10, 22, 6));
    expect(endOf('own', NOON, '', '')).toBeUndefined();
  });
  it('is written without seconds, with the day when it is another', () => {
    const f = new Formatter('vi');
    expect(f.shortWhen(Date.UTC(2026, 10, 22, 7), NOON)).toBe('14:00');
    expect(f.shortWhen(Date.UTC(2026, 10, 23, 7), NOON)).toMatch(/^23\D11 14:00$/);
  });
});

describe('what is held back', () => {
  const held = sortHeld([
    alert('late', { hold: hold('shelved', 'an', 900) }), alert('soon', { hold: hold('shelved', 'an', 500) }), alert('open'),
    alert('closed', { state: 'closed', hold: hold('shelved', 'an', 100) }), alert('out', { hold: hold('out_of_service', 'binh') }),
    alert('s3', { hold: hold('suppressed', 'big') }), alert('s1', { severity: 1, hold: hold('suppressed', 'big') }), alert('s0', { hold: hold('suppressed', 'small') }),
  ]);
  it('is sorted by why, what comes back first on top', () => {
    expect(held.shelved.map((one) => one.id)).toEqual(['soon', 'late']);
    expect(held.outOfService.map((one) => one.id)).toEqual(['out']);
    expect(held.suppressed.map((one) => [one.by, one.alerts.map((inside) => inside.id)])).toEqual([['big', ['s1', 's3']], ['small', ['s0']]]);
    expect(held.suppressedCount).toBe(3);
  });
  it('is walked through in the order in which it is shown', () => {
    expect(heldOrder(held).map((one) => one.id)).toEqual(['soon', 'late', 'out', 's1', 's3', 's0']);
  });
});

describe('AlertActs', () => {
  const make = (requests: Partial<ActRequests>) => {
    const store = new LiveStore();
    store.apply(update(1, { full: true, alerts: [alert('1'), alert('2')] }));
    const unused = () => Promise.reject(new Error('unused'));
    return { store, acts: new AlertActs(store, { one: unused, many: unused, acts: unused, ...requests }) };
  };
  const act = (kind: Act['kind'], operator: string | null): Act =>
    ({ sequence: 1, kind, at: 5, recordedAt: 5, stateAfter: 'acknowledged', holdAfter: 'none', operator, note: null, value: null, until: null, target: null, count: null });

  it('takes the answer into the store', async () => {
    const one = vi.fn(() => Promise.resolve(alert('1', { revision: 2, assignee: 'an' })));
    const { store, acts } = make({ one });
    expect(await acts.act(['1'], 'an', { kind: 'assign', to: 'an' })).toEqual({ kind: 'done', count: 1 });
    expect(one).toHaveBeenCalledWith('1', 'an', { kind: 'assign', to: 'an' });
    expect(store.alerts.get('1')!.assignee).toBe('an');
    expect(acts.pending.value.size).toBe(0);
  });
  it('shows the alert as it is after a conflict, and who was there before', async () => {
    const present = alert('1', { revision: 3, assignee: 'binh' });
    const { store, acts } = make({
      one: () => Promise.reject(new ApiError(409, { detail: 'binh sees to it', alert: present })),
      acts: () => Promise.resolve([act('raised', null), act('assigned', 'binh'), act('cleared', null)]),
    });
    expect(await acts.act(['1'], 'an', { kind: 'assign', to: 'binh' })).toMatchObject({ kind: 'conflict', alert: present, last: { kind: 'assigned', operator: 'binh' } });
    expect(store.alerts.get('1')!.assignee).toBe('binh');
  });
  it('still tells of the conflict when the history cannot be had', async () => {
    const { acts } = make({ one: () => Promise.reject(new ApiError(409, { alert: alert('1') })) });
    expect(await acts.act(['1'], 'an', { kind: 'unshelve' })).toMatchObject({ kind: 'conflict', last: null });
  });
  it('tells what of several was refused, and why', async () => {
    const { store, acts } = make({ many: () => Promise.resolve({ done: [alert('1', { revision: 2, hold: hold('shelved', 'an', 9) })], refused: [{ id: '2', reason: 'closed' }] }) });
    expect(await acts.act(['1', '2'], 'an', { kind: 'shelve', until: 9, reason: 'r' })).toEqual({ kind: 'refused', count: 1, of: 2, reasons: ['closed'] });
    expect(store.alerts.get('1')!.hold!.kind).toBe('shelved');
  });
  it('tells of a failure and changes nothing', async () => {
    const { store, acts } = make({ one: () => Promise.reject(new ApiError(503, {})) });
    expect(await acts.act(['1'], 'an', { kind: 'note', note: 'n' })).toMatchObject({ kind: 'failed', error: { status: 503 } });
    expect(store.alerts.get('1')!.revision).toBe(1);
  });
  it('does not send twice while one is under way', async () => {
    const one = vi.fn(() => new Promise<never>(() => undefined));
    const { acts } = make({ one });
    void acts.act(['1'], 'an', { kind: 'release' });
    expect(await acts.act(['1'], 'an', { kind: 'release' })).toEqual({ kind: 'done', count: 0 });
    expect(one).toHaveBeenCalledTimes(1);
  });
});
