import { render, type ComponentChild } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../src/app';
import { conditionCode, CONDITION } from '../src/map/placement';
import { isOld, isValueOld } from '../src/store/age';
import { ReplayHour } from '../src/store/replay';
import { AppContext } from '../src/ui/context';
import { SensorPanel } from '../src/ui/SensorPanel';
import { sensor, update } from './samples';

vi.mock('../src/trend/chart', () => ({ TrendChart: class { update() {} remove() {} } }));
const { PastPanel } = await import('../src/ui/PastPanel');

const MINUTE = 60_000;
const quarterly = (more: Parameters<typeof sensor>[1] = {}) => ({ ...sensor('a', { periodSeconds: 900, measuredAt: 0, receivedAt: 500, ...more }), index: 0 });

describe('what is old', () => {
  it('is so everywhere at the same moment: a report overdue by half a period', () => {
    for (const [minutes, old] of [[22, false], [23, true], [40, true]] as const) {
      const now = minutes * MINUTE;
      expect([isValueOld(quarterly(), 'pm25', now), isOld(quarterly(), now), conditionCode(quarterly(), now) === CONDITION.old]).toEqual([old, old, old]);
    }
  });
  it('is a value that the last reports left out', () => {
    const one = quarterly({ measuredAt: 60 * MINUTE, receivedAt: 60 * MINUTE, values: { pm25: 1, temp: 2 }, valueTimes: { temp: 15 * MINUTE } });
    expect([isValueOld(one, 'pm25', 61 * MINUTE), isValueOld(one, 'temp', 61 * MINUTE), isOld(one, 61 * MINUTE)]).toEqual([false, true, false]);
  });
  it('is not a mean that is stamped with the beginning of its hour', () => {
    const hourly = quarterly({ periodSeconds: 3600, measuredAt: 0, receivedAt: 60 * MINUTE });
    expect([isValueOld(hourly, 'pm25', 119 * MINUTE), isValueOld(hourly, 'pm25', 151 * MINUTE)]).toEqual([false, true]);
  });
  it('is what the server calls stale or silent; without a period nobody can tell', () => {
    expect(isValueOld(quarterly({ state: 'stale' }), 'pm25', 1_000)).toBe(true);
    expect(isValueOld(quarterly({ periodSeconds: null }), 'pm25', 1e12)).toBe(false);
    expect(isValueOld(quarterly({ measuredAt: null, state: 'silent' }), 'pm25', 1_000)).toBe(false);
  });
});

describe('old data on the page', () => {
  let app: App;
  let root: HTMLElement;
  const show = (child: ComponentChild) => act(() => render(<AppContext.Provider value={app}>{child}</AppContext.Provider>, root));
  const row = () => root.querySelector('.value-row')!;
  beforeEach(() => {
    localStorage.clear();
    app = new App();
    app.preferences.language.value = 'en';
    app.store.apply(update(1, { full: true, sensors: [quarterly()] }));
    app.lookAtSensor('a', 'pm25');
    root = document.createElement('div');
    document.body.append(root);
  });
  afterEach(async () => {
    await act(() => render(null, root));
    root.remove();
  });

  it('is said in the strip that is always there', async () => {
    app.now.value = 10 * MINUTE;
    await show(<SensorPanel />);
    expect([row().classList.contains('old'), row().textContent!.includes('old')]).toEqual([false, false]);
    await act(() => { app.now.value = 40 * MINUTE; });
    expect([row().classList.contains('old'), row().textContent!.includes('old')]).toEqual([true, true]);
  });
  it('is said while looking back, as is bad quality', async () => {
    app.past.hour.value = new ReplayHour({
      from: 0, to: 3 * MINUTE, step: MINUTE, moments: 4, properties: [{ code: 'pm25', decimals: 0 }], sensors: ['a'], states: ['olsO'], values: [[0, 0, 60, 0, 0, 0]], alerts: [], alertsLeftOut: 0,
    });
    const at = async (moment: number) => {
      app.past.moment.value = moment;
      await show(<PastPanel />);
      return [[...root.querySelectorAll('.facts .tag')].slice(1).map((tag) => tag.textContent), row().classList.contains('old')];
    };
    expect([await at(0), await at(1), await at(2), await at(3)]).toEqual([[[], false], [['old'], true], [['Overdue'], true], [['Bad data quality'], true]]);
  });
});
