import { describe, expect, it } from 'vitest';
import { fromCityInput, toCityInput } from '../src/city-time';
import { BAD_QUALITY, CONDITION } from '../src/map/placement';
import { ReplayHour, type ReplayAlert, type ReplayAnswer } from '../src/store/replay';

const alert = (id: string, severity: 1 | 2 | 3 | 4, phases: ReplayAlert['phases'], more: Partial<ReplayAlert> = {}): ReplayAlert => ({
  id, sensor: 's1', asset: null, district: 'viet-yen', domain: 'air', kind: 'limit', title: { vi: 'Bụi', en: 'Dust' }, property: 'pm25', severity, raisedAt: phases[0]![0], phases, ...more,
});

const answer = (more: Partial<ReplayAnswer> = {}): ReplayAnswer => ({
  from: 1_000_000, to: 1_240_000, step: 60_000, moments: 5, properties: [{ code: 'pm25', decimals: 1 }, { code: 'temp', decimals: 0 }],
  sensors: ['s1', 's2'], states: ['nolsO', 'ooooo'],
  values: [[0, 0, null, 384, 2, null, -386], [0, 1, 21, 0, 1, 0, 0], [1, 0, 5, 5, 5, 5, 5]],
  alerts: [], alertsLeftOut: 0, ...more,
});

describe('a stretch of the past', () => {
  it('knows its moments', () => {
    const hour = new ReplayHour(answer());
    expect([hour.last, hour.timeOf(3), hour.momentOf(1_000_000), hour.momentOf(1_119_999), hour.momentOf(9e9), hour.momentOf(0)]).toEqual([4, 1_180_000, 0, 1, 4, 0]);
  });
  it('knows how sensors were, and that it knows nothing of others', () => {
    const hour = new ReplayHour(answer());
    expect([0, 1, 2, 3, 4].map((moment) => hour.codeOf('s1', moment))).toEqual([
      CONDITION.unknown, CONDITION.online, CONDITION.old, CONDITION.stale, CONDITION.online + BAD_QUALITY,
    ]);
    expect(hour.codeOf('other', 1)).toBe(CONDITION.unknown);
  });
  it('adds up differences, over gaps too', () => {
    const hour = new ReplayHour(answer());
    expect(hour.valuesOf('s1', 'pm25')).toEqual([null, 38.4, 38.6, null, 0]);
    expect(hour.valuesAt('s1', 2)).toEqual([{ property: 'pm25', value: 38.6 }, { property: 'temp', value: 22 }]);
    expect(hour.valuesAt('s1', 0)).toEqual([{ property: 'temp', value: 21 }]);
    expect(hour.valuesAt('other', 0)).toEqual([]);
    expect(hour.valuesOf('s2', 'temp')).toEqual([]);
  });
  it('has at each moment the alerts that were in the list then, in the state of then', () => {
    const hour = new ReplayHour(answer({ alerts: [
      alert('a', 3, [[900_000, 'unacknowledged'], [1_100_000, 'acknowledged'], [1_200_000, 'closed']]),
      alert('b', 1, [[1_060_000, 'unacknowledged'], [1_150_000, 'held']], { sensor: null, asset: 'f1' }),
      alert('c', 4, [[1_240_001, 'unacknowledged']]),
    ] }));
    const at = (moment: number) => hour.alertsAt(moment).map((one) => `${one.alert.id}${one.unacknowledged ? '!' : ''}`);
    expect([0, 1, 2, 3, 4].map(at)).toEqual([['a!'], ['b!', 'a!'], ['b!', 'a'], ['a'], []]);
    const scene = hour.sceneAt(1, [{ id: 's2' }, { id: 's1' }]);
    expect([...scene.codes]).toEqual([CONDITION.online, CONDITION.online]);
    expect(scene.sensorMarks.get('s1')).toMatchObject({ severity: 3, unacknowledged: true });
    expect(scene.assetMarks.get('f1')).toMatchObject({ severity: 1, unacknowledged: true });
    expect(scene.districtMarks.get('viet-yen')).toMatchObject({ severity: 1, unacknowledged: true });
  });
  it('lists them as the live list does: an acknowledged P1 stays above a P4 that waits', () => {
    const hour = new ReplayHour(answer({ alerts: [
      alert('p4', 4, [[900_000, 'unacknowledged']]), alert('p1', 1, [[900_000, 'unacknowledged'], [950_000, 'acknowledged']]), alert('p3', 3, [[900_000, 'acknowledged']]),
    ] }));
    expect(hour.alertsAt(0).map((one) => one.alert.id)).toEqual(['p1', 'p4', 'p3']);
    expect(hour.sceneAt(0, []).sensorMarks.get('s1')).toEqual({ severity: 1, unacknowledged: false, waiting: 4 });
  });
  it('counts what came, not what was there', () => {
    const hour = new ReplayHour(answer({ alerts: [
      alert('a', 3, [[900_000, 'unacknowledged']]), alert('b', 2, [[1_060_000, 'unacknowledged']]), alert('c', 1, [[1_060_001, 'unacknowledged']]), alert('d', 4, [[1_119_000, 'unacknowledged']]),
    ] }));
    expect(hour.raisedBy()).toEqual([{ count: 0, worst: null }, { count: 1, worst: 2 }, { count: 2, worst: 1 }, { count: 0, worst: null }, { count: 0, worst: null }]);
  });
});

describe('a date-and-time field', () => {
  it('is in the city’s zone, wherever the computer is', () => {
    const at = Date.parse('2026-11-22T14:05:00+07:00');
    expect(toCityInput(at)).toBe('2026-11-22T14:05');
    expect(fromCityInput('2026-11-22T14:05')).toBe(at);
    expect(fromCityInput('2026-11-22T00:00')).toBe(Date.parse('2026-11-21T17:00:00Z'));
    expect(fromCityInput('')).toBeNull();
  });
});
