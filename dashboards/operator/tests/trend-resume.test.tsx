import { render, type ComponentChild } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryPoint } from '../src/api/types';

const asked: { to: number; answer: (points: HistoryPoint[]) => void; fail: () => void }[] = [];
const drawn: (number | null)[][] = [];

vi.mock('../src/api/rest', async (original) => ({
  ...(await original<object>()),
  getHistory: (_sensor: string, _property: string, _from: number, to: number) =>
    new Promise<HistoryPoint[]>((resolve, reject) => asked.push({ to, answer: resolve, fail: () => reject(new Error('no')) })),
}));
vi.mock('../src/trend/chart', () => ({
  TrendChart: class {
    constructor(_element: HTMLElement, series: { values: (number | null)[] }) {
      drawn.push(series.values);
    }
    update() {}
    remove() {}
  },
}));

const { App } = await import('../src/app');
const { AppContext } = await import('../src/ui/context');
const { PageTrend } = await import('../src/ui/PageTrend');
const { Trend } = await import('../src/ui/Trend');
const { sensor, update } = await import('./samples');

describe('a trend after the page was cut off', () => {
  const MINUTE = 60_000;
  let app: InstanceType<typeof App>;
  let root: HTMLElement;
  const show = (child: ComponentChild) => act(() => render(<AppContext.Provider value={app}>{child}</AppContext.Provider>, root));
  const reading = (version: number, minute: number, full = false) =>
    update(version, { full, serverTime: Date.now(), sensors: [sensor('a', { periodSeconds: 60, measuredAt: minute * MINUTE, valueTimes: { pm25: minute * MINUTE }, values: { pm25: minute } })] });

  beforeEach(() => {
    asked.length = drawn.length = 0;
    app = new App();
    app.store.apply(reading(1, 2, true));
    app.lookAtSensor('a', 'pm25');
    root = document.createElement('div');
    document.body.append(root);
  });
  afterEach(async () => {
    await act(() => render(null, root));
    root.remove();
  });

  for (const [name, make] of [
    ['of the strip', () => <Trend />], ['of the page', () => <PageTrend whose={{ sensor: 'a' }} property="pm25" range="hour" limits={[]} />],
  ] as const) {
    it(`${name} is filled up from the history`, async () => {
      await show(make());
      await act(async () => asked[0]!.answer([[MINUTE, 1, 'ok'], [2 * MINUTE, 2, 'ok']]));
      expect(drawn.at(-1)).toEqual([1, 2]);
      // Five minutes without the network; the stream goes on with the last value.
      await act(() => {
        app.store.apply(reading(2, 7));
        app.link.resumed.value++;
      });
      expect(asked.length).toBe(2);
      await act(async () => asked[1]!.answer([1, 2, 3, 4, 5, 6].map((minute) => [minute * MINUTE, minute, 'ok'])));
      expect(drawn.at(-1)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });
    it(`${name} says so when it cannot be filled up`, async () => {
      await show(make());
      await act(async () => asked[0]!.answer([[MINUTE, 1, 'ok']]));
      await act(() => { app.link.resumed.value++; });
      await act(async () => asked[1]!.fail());
      expect(root.querySelector('[role=alert]')).not.toBeNull();
    });
  }
});
