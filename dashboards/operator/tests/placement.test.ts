import { describe, expect, it } from 'vitest';
import { abnormal, conditionCode, homeBounds, placed } from '../src/map/placement';
import { sensor } from './samples';

const at = (index: number, more: Parameters<typeof sensor>[1] = {}) => ({ ...sensor(`s${index}`, more), index });

describe('the map’s sensors', () => {
  it('leave out those without a place', () => {
    expect(placed([at(0), at(1, { longitude: null, latitude: null })]).map((one) => one.index)).toEqual([0]);
  });
  it('are abnormal by alert, state or quality', () => {
    const marks = new Map([['s1', { severity: 1 as const, unacknowledged: true }]]);
    const list = abnormal([at(0), at(1), at(2, { state: 'offline', quality: 'fault' }), at(3, { quality: 'calibrating' }), at(4, { state: 'silent', longitude: null })], marks);
    expect(list.map(({ index, mark, condition, badQuality }) => [index, mark?.severity ?? null, condition, badQuality])).toEqual([
      [1, 1, null, false], [2, null, 'offline', false], [3, null, null, true],
    ]);
  });
  it('need drawing when state or quality changes', () => {
    const codes = [at(0), at(0, { state: 'stale' }), at(0, { quality: 'fault' }), at(0, { state: 'stale', quality: 'fault' })].map(conditionCode);
    expect(new Set(codes).size).toBe(4);
    expect(conditionCode(at(0, { values: { pm25: 1 } }))).toBe(conditionCode(at(0)));
  });
});

describe('the home view', () => {
  it('is the outlines’ box', () => {
    const outlines = { type: 'FeatureCollection' as const, features: [{
      type: 'Feature' as const, properties: { id: 'a', nameVi: '', nameEn: '', sketch: true },
      geometry: { type: 'Polygon' as const, coordinates: [[[1, 5], [3, 4], [2, 8], [1, 5]]] } }] };
    expect(homeBounds(outlines, [])).toEqual([[1, 4], [3, 8]]);
  });
  it('is the sensors’ without outlines, but for strays', () => {
    const sensors = Array.from({ length: 200 }, (_, index) => ({ index, longitude: 106 + index / 1000, latitude: 21 }));
    sensors.push({ index: 200, longitude: 0, latitude: 0 });
    const [[west, south]] = homeBounds(null, sensors)!;
    expect([west, south]).toEqual([106.001, 21]);
  });
  it('is nothing without either', () => {
    expect(homeBounds(null, [])).toBeNull();
  });
});
