import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalogue } from '../src/store/catalogue';
import { LiveStore } from '../src/store/live-store';
import { update } from './samples';

let asked: string[] = [];
let limit = 200;
let down = false;
const times = (path: string) => asked.filter((one) => one.endsWith(path)).length;

beforeEach(() => {
  asked = [];
  limit = 200;
  down = false;
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (address: string) => {
    const path = String(address).split('?')[0]!;
    asked.push(path);
    if (down) return new Response('{}', { status: 503 });
    const body = path.endsWith('/rules') ? [{ id: 'a', raiseAbove: limit }] : path.endsWith('/outlines') ? { type: 'FeatureCollection', features: [] } : [];
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function following() {
  const [store, catalogue] = [new LiveStore(), new Catalogue()];
  catalogue.follow(store);
  store.apply(update(1, { full: true, catalogue: { rules: 5, procedures: 1 } }));
  await vi.advanceTimersByTimeAsync(5_000);
  asked = [];
  return { store, catalogue, above: () => catalogue.rules.value[0]?.raiseAbove };
}

describe('rules that change while the page is open', () => {
  it('are on the page within seconds, asked for once however many changes there were', async () => {
    const { store, above } = await following();
    expect(above()).toBe(200);
    limit = 250;
    for (let i = 0; i < 5; i++) {
      store.apply(update(2 + i, { catalogue: { rules: 6 + i, procedures: 1 } }));
      await vi.advanceTimersByTimeAsync(300);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(above()).toBe(250);
    expect(times('/rules')).toBe(1);
    expect(asked).toHaveLength(1);
  });
  it('are tried again where the server does not answer', async () => {
    const { store, above } = await following();
    limit = 250;
    down = true;
    store.apply(update(2, { catalogue: { rules: 6, procedures: 1 } }));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(above()).toBe(200);
    down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(above()).toBe(250);
  });
});

describe('rules that do not change', () => {
  it('are not asked for again, whatever else does', async () => {
    const { store } = await following();
    store.apply(update(2, { catalogue: { rules: 5, procedures: 2 } }));
    store.apply(update(3));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
    expect(store.proceduresRevision.value).toBe(2);
  });
});

describe('a server that began anew', () => {
  it('is asked for everything', async () => {
    const { store } = await following();
    store.apply({ ...update(1, { full: true, catalogue: { rules: 5, procedures: 1 } }), epoch: 'e2' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect([times('/rules'), times('/properties'), times('/areas'), times('/outlines')]).toEqual([1, 1, 1, 1]);
  });
});
