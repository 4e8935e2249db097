import { describe, expect, it } from 'vitest';
import type { Handover } from '../src/api/alerts';
import { HandoverDrafts } from '../src/store/handover-draft';
import { pendingHandovers } from '../src/store/handovers';
import { LiveStore } from '../src/store/live-store';
import { distinctNames, sameName } from '../src/store/operators';
import { update } from './samples';

describe('names of operators', () => {
  it('are the same whatever their case, their space and the spelling of their accents', () => {
    for (const typed of ['nguyễn thị lan', ' Nguyễn  Thị\u00a0Lan ', 'Nguyễn Thị Lan'.normalize('NFD')]) expect(sameName(typed, 'Nguyễn Thị Lan')).toBe(true);
    for (const other of ['Lan', 'Nguyen Thi Lan', '', null]) expect(sameName(other, 'Nguyễn Thị Lan')).toBe(false);
    expect(sameName(null, null)).toBe(false);
    expect(sameName('', '')).toBe(false);
  });
  it('are offered once, as the first of them is written', () => {
    expect(distinctNames(['Lan', 'vh02', null, 'LAN ', '', 'vh01'])).toEqual(['Lan', 'vh02', 'vh01']);
  });
});

describe('a hand-over that was begun', () => {
  const memory = () => {
    const kept = new Map<string, string>();
    return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key), kept };
  };
  const draft = { from: 'Lan', to: 'vh02', summary: 'Trạm bụi đang sửa' };

  it('is there after a reload, for whoever began it', () => {
    const storage = memory();
    new HandoverDrafts(() => storage).keep('Lan', draft);
    const again = new HandoverDrafts(() => storage);
    expect(again.of('LAN')).toEqual(draft);
    expect(again.of('vh02')).toBeNull();
    again.keep('vh02', { from: 'vh02', to: '', summary: 'x' });
    expect(again.of('Lan')).toEqual(draft);
  });
  it('goes when it is discarded, or nothing of it is left', () => {
    const storage = memory();
    const drafts = new HandoverDrafts(() => storage);
    drafts.keep('Lan', draft);
    drafts.discard('Lan');
    expect(drafts.of('Lan')).toBeNull();
    drafts.keep('Lan', { ...draft, to: ' ', summary: '' });
    expect(drafts.of('Lan')).toBeNull();
    expect(storage.kept.size).toBe(0);
  });
  it('does without storage, and with what it cannot read', () => {
    const none = new HandoverDrafts(() => { throw new Error('switched off'); });
    none.keep('Lan', draft);
    expect(none.of('Lan')).toEqual(draft);
    const storage = memory();
    storage.setItem('ioc.operator.handover-drafts', '{"half":');
    expect(new HandoverDrafts(() => storage).of('Lan')).toBeNull();
  });
});

describe('hand-overs', () => {
  const one = (id: string, more: Partial<Handover>): Handover => ({ id, createdAt: 1, from: 'a', to: 'b', summary: 's', acceptedAt: null, alerts: [], ...more });

  it('wait until they are accepted or withdrawn', () => {
    expect(pendingHandovers([one('1', {}), one('2', { acceptedAt: 2 }), one('3', { withdrawnAt: 2, withdrawnBy: 'a' })]).map((each) => each.id)).toEqual(['1']);
  });
  it('are news to every page, as is who is on shift', () => {
    const store = new LiveStore(() => 0);
    const onDuty = [{ operator: 'Lan', since: 5 }];
    store.apply(update(1, { full: true, shift: { onDuty, handovers: 3 } }));
    expect([store.onDuty.value, store.handoversRevision.value]).toEqual([onDuty, 3]);
    const before = store.onDuty.value;
    store.apply(update(2, { shift: { onDuty: [{ operator: 'Lan', since: 5 }], handovers: 4 } }));
    expect(store.onDuty.value).toBe(before);
    expect(store.handoversRevision.value).toBe(4);
  });
});
