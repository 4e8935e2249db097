import { describe, expect, it } from 'vitest';
import type { Alert, DistrictState, Rule, SensorState } from '../src/api/types';
import { Course, loadCourses, POINTS, saveCourses, sparkline, STEP_MS, trendOf } from '../src/wall/courses';
import { directionOf, districtRows, domainStates, indicatorsOf } from '../src/wall/indicators';
import { indexOf, places, step } from '../src/wall/rotation';
import { DEFAULTS, diagonalOfWidth, parseSettings, toSearch, widthOfDiagonal, type WallSettings } from '../src/wall/settings';
import { CAPITAL, letterHeight, typeSize } from '../src/wall/type';

const known: WallSettings = { ...DEFAULTS, theme: 'night', language: 'vi' };

describe('the type of a wall', () => {
  it('has capitals of 16 minutes of arc: about 19 mm at four metres', () => {
    expect(letterHeight(4)).toBeCloseTo(18.6, 1);
    const { px, enough } = typeSize(4, 2420, 1920, 1080);
    expect(enough).toBe(true);
    expect((px * CAPITAL * 2420) / 1920).toBeCloseTo(letterHeight(4), 6);
  });
  it('says from how far a screen can be read that is too small', () => {
    const { enough, readable } = typeSize(10, 600, 1366, 768);
    expect(enough).toBe(false);
    expect(readable).toBeLessThan(10);
    expect(typeSize(readable, 600, 1366, 768).px).toBeCloseTo(typeSize(10, 600, 1366, 768).px, 6);
  });
  it('is never smaller than one reads at a desk', () => expect(typeSize(0.5, 3000, 1920, 1080).px).toBe(14));
});

describe('the settings of a wall', () => {
  it('are an address and back', () => {
    const settings: WallSettings = { distance: 6.5, width: 3000, period: 15, pages: ['alerts', 'map'], theme: 'day', language: 'en', shift: false, reload: '03:30' };
    expect(parseSettings(toSearch(settings), known)).toEqual(settings);
    expect(parseSettings(toSearch(known), { ...settings })).toEqual({ ...known, reload: '03:30' });
  });
  it('leave out what is no setting', () => {
    expect(parseSettings('?distance=-3&width=x&period=0&pages=a,b&theme=pink&lang=fr&reload=99:00', known)).toEqual(known);
    expect(parseSettings('?pages=map,map,alerts', known).pages).toEqual(['map', 'alerts']);
  });
  it('know a screen by its diagonal', () => {
    expect(widthOfDiagonal(55)).toBe(1218);
    expect(diagonalOfWidth(1218)).toBeCloseTo(55, 1);
  });
});

describe('the rotation', () => {
  const all = places(['overview', 'alerts'], { overview: 2, map: 1, districts: 1, alerts: 1 });
  it('goes round through the parts of each page', () => {
    expect(all.map((place) => `${place.page}${place.part}`)).toEqual(['overview0', 'overview1', 'alerts0']);
    expect(step(all, all[2]!, 1)).toEqual(all[0]);
    expect(step(all, all[0]!, -1)).toEqual(all[2]);
  });
  it('stays on its page when that has fewer parts', () => {
    expect(indexOf(all, { page: 'overview', part: 5, parts: 6 })).toBe(1);
    expect(indexOf(all, { page: 'map', part: 0, parts: 1 })).toBe(0);
    expect(indexOf(all, null)).toBe(0);
  });
});

describe('a course', () => {
  it('go on where they were when the page is loaded anew', () => {
    const course = new Course();
    for (let step = 1_000; step < 1_200; step += 3) course.put(step * STEP_MS, step / 4);
    saveCourses(new Map([['environment pm25', course], ['water ph', new Course()]]));
    const kept = loadCourses();
    expect([...kept.keys()]).toEqual(['environment pm25']);
    expect(kept.get('environment pm25')!.points()).toEqual(course.points());
    localStorage.setItem('ioc.wall.courses', '{"x":1}');
    expect(loadCourses().size).toBe(0);
  });
  it('holds a fixed number of points however long it runs', () => {
    const course = new Course();
    expect(course.points()).toEqual([]);
    for (let i = 0; i < 10 * POINTS; i++) course.put(i * STEP_MS, i);
    const points = course.points();
    expect(points.length).toBe(POINTS);
    expect(points.at(-1)).toBe(10 * POINTS - 1);
    expect(points[0]).toBe(9 * POINTS);
  });
  it('has gaps where nothing was told, takes the past in later and forgets what is too old', () => {
    const course = new Course();
    const now = 1000 * STEP_MS;
    course.put(now, 5);
    course.put(now + 3 * STEP_MS, 8);
    course.put(now - STEP_MS, 4);
    course.put(now - POINTS * STEP_MS, 1);
    expect(course.points().slice(-5)).toEqual([4, 5, Number.NaN, Number.NaN, 8]);
    expect(course.points().filter((value) => !Number.isNaN(value))).toEqual([4, 5, 8]);
  });
  it('tells where it goes', () => {
    const line = (of: (i: number) => number) => Array.from({ length: POINTS }, (_, i) => of(i));
    expect(trendOf(line((i) => i))).toBe('up');
    expect(trendOf(line((i) => -i))).toBe('down');
    expect(trendOf(line(() => 7))).toBe('flat');
    expect(trendOf([])).toBeNull();
  });
  it('is drawn with gaps', () => {
    expect(sparkline([0, 1, Number.NaN, 0, 1], 4, 10)).toBe('M0.0 10.0L1.0 0.0M3.0 10.0L4.0 0.0');
    expect(sparkline([Number.NaN, 1], 4, 10)).toBe('');
  });
});

const rule = (property: string, above: number | null, below: number | null): Rule =>
  ({ id: property, kind: 'limit', property, domain: null, raiseAbove: above, raiseBelow: below }) as unknown as Rule;
const district = (id: string, ...aggregates: DistrictState['aggregates']): DistrictState =>
  ({ id, name: null, sensors: { total: 4, online: 2, offline: 1, stale: 0, silent: 1, unknown: 0 }, aggregates, openAlerts: { p1: 0, p2: 0, p3: 0, p4: 0 } });
const alert = (id: string, over: Partial<Alert>): Alert => ({ id, sensor: null, district: 'a', domain: 'air', severity: 3, state: 'unacknowledged', hold: null, ...over }) as Alert;
const sensor = (id: string, over: Partial<SensorState>): SensorState =>
  ({ id, domain: 'air', district: 'a', state: 'online', quality: 'ok', values: {}, properties: ['pm25'], ...over }) as SensorState;

describe('the indicators of a domain', () => {
  const districts = [
    district('a', { domain: 'air', property: 'pm25', count: 1, mean: 10, min: 10, max: 10, oldest: 500 }, { domain: 'air', property: 'temp', count: 3, mean: 20, min: 1, max: 30, oldest: 900 }),
    district('b', { domain: 'air', property: 'pm25', count: 3, mean: 50, min: 20, max: 90, oldest: 400 }, { domain: 'road', property: 'speed', count: 2, mean: 30, min: 5, max: 60, oldest: 900 }),
  ];
  it('are weighted by sensors, with the worst district', () => {
    const [first, second] = indicatorsOf('air', districts, []);
    expect(first).toEqual({ property: 'pm25', mean: 40, sensors: 4, direction: 'high', worst: 90, worstDistrict: 'b', oldest: 400 });
    expect(second!.property).toBe('temp');
  });
  it('are worst where the rules say so', () => {
    expect(directionOf('speed', 'road', [rule('speed', null, 10)])).toBe('low');
    expect(directionOf('speed', 'road', [rule('speed', 90, 10)])).toBe('low');
    expect(directionOf('ph', 'water', [rule('ph', 9, 6)])).toBe('high');
    expect(directionOf('voltage', 'power', [rule('voltage', null, 198)])).toBe('low');
    expect(directionOf('speed', 'road', [])).toBe('low');
    expect(directionOf('pm25', 'air', [])).toBe('high');
    expect(indicatorsOf('road', districts, [rule('speed', null, 10)])[0]).toMatchObject({ worst: 5, worstDistrict: 'b', direction: 'low' });
  });
  it('go with sensors, lamps and the worst alert, acknowledged or not', () => {
    const states = domainStates(
      [
        sensor('1', {}), sensor('2', { state: 'silent' }), sensor('l1', { domain: 'light', properties: ['dim', 'power'], values: { power: 90, dim: 100 } }),
        sensor('l2', { domain: 'light', properties: ['dim'], values: { dim: 0 } }), sensor('l3', { domain: 'light', properties: ['dim'], state: 'offline' }),
        sensor('l4', { domain: 'light', properties: ['dim'], values: { dim: 50 } }),
      ],
      districts,
      [
        alert('x', { severity: 1, state: 'acknowledged' }), alert('y', { severity: 3 }), alert('z', { severity: 2, state: 'closed' }), alert('l', { domain: 'light', sensor: 'l4', severity: 4 }),
        alert('h', { severity: 1, hold: { kind: 'shelved' } as Alert['hold'] }),
      ],
      []);
    expect(states.map((state) => state.domain)).toEqual(['air', 'light']);
    expect(states[0]).toMatchObject({ sensors: 2, reporting: 1, open: 2, worst: { severity: 1, unacknowledged: false }, lamps: null });
    expect(states[1]).toMatchObject({ lamps: { on: 1, off: 1, faulty: 2 }, open: 1 });
  });
});

describe('the districts', () => {
  it('are sorted by what waits, then by what is open, then by silence', () => {
    const rows = districtRows([district('a'), district('b'), district('c'), district('d')], [
      alert('1', { district: 'c', severity: 2 }), alert('2', { district: 'b', severity: 1, state: 'acknowledged' }), alert('3', { district: 'd', severity: 4, state: 'closed' }),
    ]);
    expect(rows.map((row) => row.id)).toEqual(['b', 'c', 'a', 'd']);
    expect(rows[0]).toMatchObject({ open: [1, 0, 0, 0], waiting: [0, 0, 0, 0], sensors: 4, silent: 2 });
  });
});
