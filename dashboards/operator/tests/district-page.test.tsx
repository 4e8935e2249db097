import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Alert, DistrictAggregate, SensorState } from '../src/api/types';
import { alertsIn, countsOf } from '../src/store/district-alerts';
import { figuresOf, isOld } from '../src/store/district-figures';
import { useAtMostEvery } from '../src/ui/use-load';

const p = (p1: number, p2: number, p3: number, p4: number) => ({ p1, p2, p3, p4 });
const alert = (id: string, revision: number, district = 'd1') => ({ id, revision, district }) as Alert;

describe('the marks of a district’s indicators', () => {
  it('are filled where somebody has to acknowledge one of that priority, whatever the others are', () => {
    const filled = (alerts: ReturnType<typeof p>, waiting: ReturnType<typeof p>) => countsOf({ alerts, waiting }).map((one) => [one.severity, one.waiting]);
    expect(filled(p(1, 0, 0, 1), p(0, 0, 0, 1))).toEqual([[1, false], [4, true]]);
    expect(filled(p(0, 1, 1, 0), p(0, 1, 1, 0))).toEqual([[2, true], [3, true]]);
    expect(filled(p(0, 3, 0, 0), p(0, 0, 0, 0))).toEqual([[2, false]]);
  });
});

describe('what a district’s indicators wait for', () => {
  const before = alertsIn([alert('a', 1), alert('b', 1)], 'd1');
  it('is any change of its alerts', () => {
    expect(alertsIn([alert('a', 2), alert('b', 1)], 'd1')).not.toBe(before);
    expect(alertsIn([alert('a', 1)], 'd1')).not.toBe(before);
    expect(alertsIn([alert('a', 1), alert('b', 1), alert('c', 1)], 'd1')).not.toBe(before);
  });
  it('is no other order, and no other district', () => {
    expect(alertsIn([alert('b', 1), alert('a', 1), alert('x', 7, 'd2')], 'd1')).toBe(before);
  });
});

describe('a value that changes often', () => {
  afterEach(() => vi.useRealTimers());
  it('is passed on at once, then at most once in its time, and never lost', () => {
    vi.useFakeTimers();
    const value = signal(0);
    const shown: number[] = [];
    const View = () => {
      shown.push(useAtMostEvery(value.value, 1_000));
      return null;
    };
    const root = document.createElement('div');
    act(() => render(<View />, root));
    const change = (to: number) => act(() => { value.value = to; });
    const pass = (ms: number) => act(() => { vi.advanceTimersByTime(ms); });
    change(1);
    expect(shown.at(-1)).toBe(1);
    for (let i = 2; i <= 9; i++) {
      change(i);
      pass(100);
      expect(shown.at(-1)).toBe(1);
    }
    pass(300);
    expect(shown.at(-1)).toBe(9);
    pass(1_000);
    change(10);
    expect(shown.at(-1)).toBe(10);
    render(null, root);
  });
});

describe('the figures of a district', () => {
  const aggregate = (property: string) => ({ domain: 'air', property }) as DistrictAggregate;
  const sensor = (district: string, domain: string, ...properties: string[]) => ({ district, domain, values: Object.fromEntries(properties.map((one) => [one, 1])) }) as SensorState;
  it('can be looked back on though no sensor tells them now', () => {
    const keys = (...aggregates: DistrictAggregate[]) =>
      figuresOf([{ domain: 'air', aggregates }], [sensor('d1', 'air', 'pm25', 'no2'), sensor('d2', 'air', 'co'), sensor('d1', 'water', 'ph')], 'd1').map((one) => one.key);
    expect(keys()).toEqual(['air/pm25', 'air/no2']);
    expect(keys(aggregate('no2'))).toEqual(['air/no2', 'air/pm25']);
  });
  it('say how old they are past an hour', () => {
    expect(isOld(0, 3_600_000)).toBe(false);
    expect(isOld(0, 3_600_001)).toBe(true);
  });
});
