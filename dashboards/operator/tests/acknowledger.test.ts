import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/api/rest';
import { explain } from '../src/app';
import { dictionaries } from '../src/i18n';
import { Acknowledger, type AcknowledgeRequests, type AcknowledgeTrouble } from '../src/store/acknowledger';
import { LiveStore } from '../src/store/live-store';
import { alert, update } from './samples';

const done = (id: string, by: string) => alert(id, { state: 'acknowledged', acknowledgedAt: 5, acknowledgedBy: by });

describe('Acknowledger', () => {
  let store: LiveStore;
  let troubles: AcknowledgeTrouble[];
  const make = (requests: Partial<AcknowledgeRequests>) =>
    new Acknowledger(store, { one: () => Promise.reject(new Error('unused')), group: () => Promise.reject(new Error('unused')), ...requests }, (one) => troubles.push(one));

  beforeEach(() => {
    vi.useFakeTimers();
    troubles = [];
    store = new LiveStore();
    store.apply(update(1, { full: true, alerts: [alert('1'), alert('2'), alert('3')] }));
  });
  afterEach(() => { vi.useRealTimers(); });

  it('shows the row as under way, then as the server answered', async () => {
    let answer: (one: ReturnType<typeof alert>) => void = () => undefined;
    const acknowledger = make({ one: () => new Promise((resolve) => { answer = resolve; }) });
    const sent = acknowledger.one('1', 'vh01');
    expect(acknowledger.pending.value.has('1')).toBe(true);
    expect(store.alerts.get('1')!.state).toBe('unacknowledged');
    answer(done('1', 'vh01'));
    await sent;
    expect(acknowledger.pending.value.size).toBe(0);
    expect(store.alerts.get('1')!.acknowledgedBy).toBe('vh01');
    expect(troubles).toEqual([]);
  });

  it('takes a failed one back and says so for a while', async () => {
    const acknowledger = make({ one: () => Promise.reject(new ApiError(503, { detail: 'busy', detailVi: 'bận' })) });
    await acknowledger.one('1', 'vh01');
    expect(acknowledger.pending.value.size).toBe(0);
    expect(acknowledger.failed.value.has('1')).toBe(true);
    expect(store.alerts.get('1')!.state).toBe('unacknowledged');
    expect(troubles).toMatchObject([{ kind: 'failed', error: { status: 503 } }]);
    vi.advanceTimersByTime(10_000);
    expect(acknowledger.failed.value.size).toBe(0);
  });

  it('takes the other operator’s act from a 409', async () => {
    const acknowledger = make({ one: () => Promise.reject(new ApiError(409, { alert: done('1', 'vh02') })) });
    await acknowledger.one('1', 'vh01');
    expect(store.alerts.get('1')!.acknowledgedBy).toBe('vh02');
    expect(acknowledger.failed.value.size).toBe(0);
    expect(troubles).toEqual([{ kind: 'alreadyDone', by: 'vh02' }]);
  });

  it('does not send the same one twice at once', async () => {
    const one = vi.fn(() => new Promise<never>(() => undefined));
    const acknowledger = make({ one });
    void acknowledger.one('1', 'vh01');
    void acknowledger.one('1', 'vh01');
    expect(one).toHaveBeenCalledTimes(1);
  });

  it('tells what of a group was refused', async () => {
    const acknowledger = make({ group: () => Promise.resolve({ acknowledged: [done('1', 'vh01')], refused: [{ id: '2', reason: 'already_acknowledged' }] }) });
    await acknowledger.group(['1', '2'], 'vh01');
    expect(store.alerts.get('1')!.state).toBe('acknowledged');
    expect([...acknowledger.failed.value]).toEqual(['2']);
    expect(troubles).toEqual([{ kind: 'refused', count: 1, of: 2 }]);
  });
});

describe('explain', () => {
  it('uses the server’s words in the operator’s language', () => {
    const error = new ApiError(503, { detail: 'Busy.', detailVi: 'Đang bận.' });
    expect(explain(error, dictionaries.vi, true)).toBe('Đang bận.');
    expect(explain(error, dictionaries.en, false)).toBe('Busy.');
  });
  it('has words of its own where the server sent none', () => {
    expect(explain(new ApiError(0, {}), dictionaries.en, false)).toBe(dictionaries.en.error.network);
    expect(explain(new ApiError(404, {}), dictionaries.vi, true)).toBe(dictionaries.vi.error.notFound);
    expect(explain(new ApiError(502, {}), dictionaries.en, false)).toContain('502');
  });
});
