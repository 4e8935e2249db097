import { describe, expect, it } from 'vitest';
import type { Rule } from '../src/api/types';
import { limitsFor } from '../src/store/catalogue';
import { gapFor, TrendSeries, valueRange } from '../src/trend/series';
import { sensor } from './samples';

describe('TrendSeries', () => {
  it('takes newer points only', () => {
    const series = new TrendSeries(30);
    series.add(1_000, 5, 'ok');
    series.add(1_000, 6, 'ok');
    series.add(500, 7, 'ok');
    series.add(2_000, 8, 'ok');
    expect(series.values).toEqual([5, 8]);
    expect([series.min, series.max, series.last, series.count]).toEqual([5, 8, 8, 2]);
  });
  it('breaks the line over a pause', () => {
    const series = new TrendSeries(30);
    series.add(0, 1, 'ok');
    series.add(100_000, 2, 'ok');
    expect(series.values).toEqual([1, null, 2]);
    expect([...series.times].sort((a, b) => a - b)).toEqual(series.times);
  });
  it('keeps an impossible value out of the line and of the scale', () => {
    const series = new TrendSeries(30);
    series.add(0, 1, 'ok');
    series.add(1_000, -9_999, 'implausible');
    series.add(2_000, 2, 'ok');
    expect(series.values).toEqual([1, null, 2]);
    expect([series.min, series.bad]).toEqual([1, 1]);
  });
  it('forgets what left the window', () => {
    const series = new TrendSeries(1_000);
    for (let i = 0; i < 10; i++) series.add(i * 1_000, 10 - i, 'ok');
    series.trim(5);
    expect(series.times[0]).toBe(5);
    expect([series.max, series.count]).toEqual([5, 5]);
  });
});

describe('gapFor', () => {
  it('follows the period, else the typical step', () => {
    expect(gapFor(60, [])).toBe(180);
    expect(gapFor(null, [[0, 1, 'ok'], [60_000, 1, 'ok'], [120_000, 1, 'ok'], [9_000_000, 1, 'ok']])).toBe(300);
  });
});

describe('valueRange', () => {
  it('always shows the alert’s limit and leaves a far one out', () => {
    const [, high] = valueRange(1, 2, 50, [50]);
    expect(high).toBeGreaterThan(50);
    expect(valueRange(1, 2, null, [50])[1]).toBeLessThan(3);
    expect(valueRange(1, 2, null, [2.5])[1]).toBeGreaterThan(2.5);
  });
  it('is never empty', () => {
    const [low, high] = valueRange(0, 0, null, []);
    expect(high).toBeGreaterThan(low);
    expect(valueRange(Infinity, -Infinity, null, [])).toEqual([0, 1]);
  });
});

describe('limitsFor', () => {
  const rule = (more: Partial<Rule>): Rule => ({
    id: 'r', kind: 'limit', name: { vi: '', en: '' }, severity: 3, property: 'pm25', domain: null, district: null, sensor: null, raiseAbove: null, raiseBelow: null,
    hysteresis: 0, durationSeconds: 0, factor: 0, minimumChange: 0, source: null, ...more,
  });
  const of = (...rules: Rule[]) => limitsFor(rules, { ...sensor('air-1'), index: 0 }, 'pm25');
  it('takes the limits that cover the sensor, the most urgent first', () => {
    expect(of(rule({ raiseAbove: 50 }), rule({ raiseAbove: 150, severity: 2 }), rule({ raiseAbove: 50, severity: 4 }), rule({ raiseAbove: 9, domain: 'water' }),
      rule({ raiseAbove: 8, property: 'no2' }), rule({ raiseAbove: 7, kind: 'spike' }), rule({ raiseBelow: 1, sensor: 'other' })))
      .toEqual([{ value: 150, severity: 2 }, { value: 50, severity: 3 }]);
  });
});
