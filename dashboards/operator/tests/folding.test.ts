import { describe, expect, it } from 'vitest';
import { isPinned, listItems } from '../src/store/folding';
import { visibleAlerts, NO_FILTER } from '../src/store/alerts';
import type { Alert } from '../src/api/types';
import { alert } from './samples';

const NONE: ReadonlySet<string> = new Set();
const nothing = () => [];
const ids = (items: ReturnType<typeof listItems>) => items.map((item) => item.id);

describe('the folded list', () => {
  const lamp = (id: string, more: Partial<Alert> = {}) => alert(id, { groupKey: 'viet-yen/lighting/silence', severity: 4, ...more });

  it('is the plain list outside of a flood', () => {
    const alerts = [alert('a', { groupKey: 'k' }), alert('b', { groupKey: 'k' })];
    expect(ids(listItems(alerts, false, NONE, nothing))).toEqual(['a', 'b']);
  });

  it('has one row for the alerts of a key, at the place of the first, with count, worst priority and newest time', () => {
    const alerts = [alert('x', { groupKey: 'other' }), lamp('a', { raisedAt: 5 }), alert('y', { groupKey: 'third' }),
      lamp('b', { raisedAt: 9, severity: 3 }), lamp('c', { raisedAt: 7, state: 'acknowledged' })];
    const items = listItems(alerts, true, NONE, nothing);
    expect(ids(items)).toEqual(['x', 'fold:viet-yen/lighting/silence', 'y']);
    expect(items[1]).toMatchObject({ kind: 'fold', mark: { severity: 3, unacknowledged: true }, newest: 9, unacknowledged: 2, open: false });
  });

  it('opens to its members and shuts again', () => {
    const alerts = [lamp('a'), lamp('b')];
    const open = new Set(['fold:viet-yen/lighting/silence']);
    const items = listItems(alerts, true, open, nothing);
    expect(ids(items)).toEqual(['fold:viet-yen/lighting/silence', 'a', 'b']);
    expect(items[1]).toMatchObject({ kind: 'alert', depth: 1 });
  });

  it('keeps active P1 and P2 that nobody acknowledged pinned', () => {
    const key = { groupKey: 'viet-yen/air/r' };
    const alerts = visibleAlerts([alert('p1', { ...key, severity: 1 }), alert('p2', { ...key, severity: 2 }), alert('p2-done', { ...key, severity: 2, state: 'acknowledged' }),
      alert('p2-back', { ...key, severity: 2, state: 'returned' }), alert('p3', key)], NO_FILTER, () => '');
    const items = listItems(alerts, true, NONE, nothing);
    expect(ids(items)).toEqual(['p1', 'p2', 'fold:viet-yen/air/r']);
    expect(items[2]).toMatchObject({ mark: { severity: 2, unacknowledged: true, waiting: 2 }, unacknowledged: 2 });
    expect(isPinned(alert('x', { severity: 3 }))).toBe(false);
  });

  it('never folds a P1, whoever acknowledged it and whether it is over', () => {
    const key = { groupKey: 'viet-yen/air/r', severity: 1 as const };
    const alerts = visibleAlerts([alert('seen', { ...key, state: 'acknowledged' }), alert('over', { ...key, state: 'returned' }), alert('latched', { ...key, state: 'latched_acknowledged' })],
      NO_FILTER, () => '');
    expect(ids(listItems(alerts, true, NONE, nothing)).sort()).toEqual(['latched', 'over', 'seen']);
  });

  it('shows a fold as hollow by an acknowledged P2, not filled by the P4 that waits in it', () => {
    const items = listItems([lamp('a', { severity: 2, state: 'acknowledged' }), lamp('b')], true, NONE, nothing);
    expect(items[0]).toMatchObject({ mark: { severity: 2, unacknowledged: false, waiting: 4 }, unacknowledged: 1 });
  });

  it('leaves nothing out: what is visible stands in a row or in a fold, whatever comes', () => {
    let seed = 7;
    const draw = (below: number) => { seed = (seed * 48271) % 2147483647; return seed % below; };
    for (let run = 0; run < 50; run++) {
      const states = ['unacknowledged', 'acknowledged', 'returned', 'closed'] as const;
      const alerts = visibleAlerts(Array.from({ length: draw(40) }, (_, i) => alert(`a${i}`, {
        groupKey: draw(9) === 0 ? '' : `k${draw(5)}`, severity: (1 + draw(4)) as 1 | 2 | 3 | 4, state: states[draw(4)]!,
      })), { ...NO_FILTER, showClosed: true }, () => '');
      const items = listItems(alerts, true, NONE, nothing);
      const inside = items.flatMap((item) => item.kind === 'fold' ? item.alerts.map((member) => member.id) : [item.id]);
      expect(inside.sort()).toEqual(alerts.map((a) => a.id).sort());
      expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    }
  });

  it('lets an alert that explains others open to them at any time', () => {
    const group = alert('g', { kind: 'group', members: 2, membersOf: 3 });
    const members = [lamp('m1'), lamp('m2')];
    const closed = listItems([group], false, NONE, (id) => id === 'g' ? members : []);
    expect(closed).toMatchObject([{ id: 'g', members: 2, open: false }]);
    const open = listItems([group], false, new Set(['g']), (id) => id === 'g' ? members : []);
    expect(ids(open)).toEqual(['g', 'm1', 'm2']);
    expect(open[1]).toMatchObject({ depth: 1, members: 0 });
  });
});
