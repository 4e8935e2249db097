import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../src/app';
import type { Alert } from '../src/api/types';
import { Anchor, HOLD_MS, shiftOf } from '../src/store/steady';
import { alert, update } from './samples';

vi.mock('../src/api/rest', async (original) => ({ ...(await original<object>()), acknowledge: () => new Promise(() => undefined) }));

describe('a list that somebody aims at', () => {
  let app: App;
  let version: number;
  const put = (...alerts: Alert[]) => app.store.apply(update(++version, { full: version === 1, alerts }));
  const ids = () => app.rows.value.map((row) => (row.gone ? `(${row.id})` : row.id));

  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
    app = new App();
    version = 0;
    put(alert('a', { severity: 2 }), alert('b', { severity: 3 }), alert('c', { severity: 4 }));
    expect(ids()).toEqual(['a', 'b', 'c']);
  });
  afterEach(() => { vi.useRealTimers(); });

  it('keeps its rows in place, says what is new, and follows when nobody aims any more', () => {
    app.hold.touch();
    put(alert('p1', { severity: 1 }), alert('d', { severity: 3 }), alert('a', { severity: 2, state: 'acknowledged' }));
    expect([ids(), app.news.value]).toEqual([['a', 'b', 'c'], { count: 2, critical: 1 }]);
    // What the rows say is of now.
    expect(app.rows.value[0]).toMatchObject({ alert: { state: 'acknowledged' } });
    vi.advanceTimersByTime(HOLD_MS);
    expect([ids(), app.news.value]).toEqual([['p1', 'a', 'b', 'd', 'c'], { count: 0, critical: 0 }]);
  });
  it('acknowledges as a group only what it shows', () => {
    app.preferences.operator.value = 'vh01';
    app.hold.touch();
    put(alert('d', { severity: 3 }));
    app.askGroup();
    expect(app.dialog.value).toEqual({ kind: 'group', ids: ['a', 'b', 'c'] });
  });
  it('leaves the row of what is closed where it was, without pulling up the others', () => {
    app.hold.touch();
    put(alert('a', { severity: 2, state: 'closed' }));
    expect(ids()).toEqual(['(a)', 'b', 'c']);
    app.hold.release();
    expect(ids()).toEqual(['b', 'c']);
  });
  it('tells of an alert that becomes a P1, wherever its row stands', () => {
    app.hold.touch();
    put(alert('c', { severity: 1 }));
    expect([ids(), app.news.value]).toEqual([['a', 'b', 'c'], { count: 1, critical: 1 }]);
  });
  it('follows at once what the operator asks for', () => {
    app.hold.touch();
    put(alert('d', { severity: 3 }));
    app.toggleSeverity(3);
    expect(ids().sort()).toEqual(['b', 'd']);
  });
  it('does not fold while it is held', () => {
    const key = { groupKey: 'k', severity: 4 as const };
    put(alert('x', key), alert('y', key));
    const before = ids();
    app.hold.touch();
    app.store.apply(update(++version, { flood: { inFlood: true, since: 1, rate: 20, operators: 1 } }));
    expect(ids()).toEqual(before);
    app.hold.release();
    expect(ids()).toContain('fold:k');
  });
  it('stays as long as the button is down, and a second after the pointer left', () => {
    app.hold.press();
    vi.advanceTimersByTime(HOLD_MS * 3);
    expect(app.hold.held.value).toBe(true);
    app.hold.letGo();
    app.hold.leave();
    vi.advanceTimersByTime(999);
    expect(app.hold.held.value).toBe(true);
    vi.advanceTimersByTime(1);
    expect(app.hold.held.value).toBe(false);
  });
  it('goes down after A, also when a new P1 came above meanwhile', () => {
    put(alert('a', { severity: 3 }), alert('b', { severity: 3 }), alert('c', { severity: 3 }), alert('d', { severity: 3 }));
    expect(ids()).toEqual(['a', 'b', 'c', 'd']);
    app.preferences.operator.value = 'vh01';
    app.selectAlert('b');
    app.run({ kind: 'acknowledge' });
    put(alert('b', { severity: 3, state: 'acknowledged' }), alert('p1', { severity: 1 }), alert('q1', { severity: 1 }));
    app.run({ kind: 'move', by: 1 });
    expect(app.selectedAlert.value).toBe('c');
  });
});

describe('a scrolled list', () => {
  const rows = (text: string) => [...text].map((id) => ({ id }));
  it('moves as far as its top row did, unless that went elsewhere', () => {
    expect(shiftOf([...'def'], 3, rows('XYabcdefg'))).toBe(2);
    // One of them went to the end.
    expect(shiftOf([...'def'], 3, rows('abcefgd'))).toBe(-1);
    expect(shiftOf([...'def'], 3, rows('abcdfge'))).toBe(0);
    expect(shiftOf([...'def'], 3, rows('abcdefgX'))).toBe(0);
    expect(shiftOf([...'def'], 3, rows('XYZ'))).toBe(0);
  });
});

describe('the next row after one that went elsewhere', () => {
  const rows = (text: string) => [...text].map((id) => ({ id }));
  it('is its former neighbour, or the nearest that is still there', () => {
    const anchor = new Anchor(rows('abcde'), 'c');
    expect([anchor.next(rows('XYabdec'), 1), anchor.next(rows('XYabdec'), -1), anchor.next(rows('ae'), 1), anchor.next(rows('ce'), -1)]).toEqual(['d', 'b', 'e', 'c']);
    expect([anchor.next(rows('ab'), 1), anchor.next([], 1)]).toEqual(['b', null]);
  });
});
