import { describe, expect, it } from 'vitest';
import type { Answer, AnswerCell, AnswerGroup, LimitRule, PlannedSensor } from '../src/planner/api';
import { PlannerFormatter } from '../src/planner/format';
import { dictionaries } from '../src/i18n';
import { extentOf, isLow, panelsOf, panelsOfReadings } from '../src/planner/model/chart';
import { barOf, districtPanels } from '../src/planner/model/districts';
import { heatPanels, stepOf } from '../src/planner/model/heat';
import { limitsOf } from '../src/planner/model/limits';
import { groupsOf, isOffered, leftOut, narrowsSensors } from '../src/planner/model/places';
import { DEFAULT_QUERY } from '../src/planner/model/query';
import { rowsOf, sorted } from '../src/planner/model/rows';
import { rank, words } from '../src/planner/model/search';

const HOUR = 3_600_000;

function cell(hour: number, mean: number | null, more: Partial<AnswerCell> = {}): AnswerCell {
  const count = mean === null ? 0 : 60;
  return { start: hour * HOUR, end: (hour + 1) * HOUR, count, coverage: count / 60, values: mean === null ? [null, null, null] : [mean, mean - 1, mean + 1], filled: false, ...more };
}

const group = (district: string, cells: AnswerCell[], property = 'pm25'): AnswerGroup => ({ property, unit: 'ug/m3', district, sensors: 2, cells });
const answer = (groups: AnswerGroup[], more: Partial<Answer> = {}): Answer => ({ from: 0, to: 24 * HOUR, zone: 'UTC', measures: ['mean', 'min', 'max'], readings: 1, groups, ...more });

describe('the chart', () => {
  it('breaks its lines where windows are missing', () => {
    const [panel] = panelsOf(answer([group('a', [cell(0, 10), cell(1, 11), cell(4, 14)])]));
    expect(panel!.times).toEqual([0, 3600, 7200, 14_400]);
    expect(panel!.lines[0]!.values).toEqual([10, 11, null, 14]);
    expect(panel!.ends).toEqual([3600, 7200, 7200, 18_000]);
  });
  it('breaks a line where only others have windows', () => {
    const [panel] = panelsOf(answer([group('a', [cell(0, 10), cell(1, 11), cell(2, 12)]), group('b', [cell(0, 20), cell(2, 22)])]));
    expect(panel!.lines[1]!.values).toEqual([20, null, 22]);
  });
  it('has the band and a mark where few readings came', () => {
    const [panel] = panelsOf(answer([group('a', [cell(0, 10), cell(1, 11, { coverage: 0.5 }), cell(2, 12, { coverage: null }), cell(3, 13, { coverage: 0, count: 0, filled: true })])]));
    const [line] = panel!.lines;
    expect([line!.low, line!.high]).toEqual([[9, 10, 11, 12], [11, 12, 13, 14]]);
    expect(line!.doubtful).toEqual([false, true, false, true]);
    expect(panel!.low).toBe(1);
  });
  it('is as high as what is drawn: bands only where they are, nothing of hidden lines', () => {
    const gusty = (district: string, mean: number) => group(district, [cell(0, mean, { values: [mean, mean - 5, mean + 400] })]);
    const [panel] = panelsOf(answer([gusty('a', 10), gusty('b', 12), gusty('c', 14), gusty('d', 90)]));
    const none: ReadonlySet<number> = new Set();
    expect(extentOf(panel!, none, true)).toEqual({ min: 5, max: 490 });
    expect(extentOf(panel!, none, false)).toEqual({ min: 10, max: 90 });
    expect(extentOf(panel!, new Set([3]), false)).toEqual({ min: 10, max: 14 });
    expect(extentOf(panel!, new Set([0, 3]), true)).toEqual({ min: 7, max: 414 });
    const { min, max } = extentOf(panel!, new Set([0, 1, 2, 3]), true);
    expect(min > max).toBe(true);
  });
  it('of readings is as high as they are', () => {
    const [panel] = panelsOfReadings(
      { next: null, series: [{ sensor: 's', district: 'a', domain: 'd', property: 'pm25', unit: 'u', points: [[0, 3, 'ok'], [60_000, 8, 'ok']] }] }, { from: 0, to: 60_000 }, 2000, () => 60);
    expect(extentOf(panel!, new Set(), true)).toEqual({ min: 3, max: 8 });
  });
  it('puts both years over the same calendar', () => {
    const before = { count: 60, coverage: 1, values: [5, 4, 6], filled: false };
    const [panel] = panelsOf(answer([group('a', [cell(0, 10, { before }), cell(1, null, { before })])], { compare: 'P1Y' }));
    expect(panel!.lines.map((line) => [line.before, line.values])).toEqual([[true, [5, 5]], [false, [10, null]]]);
    expect(panel!.lines[0]!.low).toBeNull();
  });
  it('has a panel for each property, and leaves out who has nothing and who is too many', () => {
    const many = Array.from({ length: 15 }, (_, i) => group(`d${i}`, [cell(0, i)]));
    const panels = panelsOf(answer([...many, group('a', [cell(0, 3)], 'temp'), group('b', [cell(0, null)], 'temp')]));
    expect(panels.map((panel) => [panel.property, panel.lines.length, panel.left])).toEqual([['pm25', 12, 3], ['temp', 1, 0]]);
  });
  it('draws no band around a count', () => {
    expect(panelsOf(answer([group('a', [cell(0, 10)])], { measures: ['count', 'min', 'max'] }))[0]!.lines[0]!.low).toBeNull();
  });
  it('of readings breaks where a sensor was silent, and not where only others reported', () => {
    const series = (sensor: string, points: [number, number, 'ok' | 'fault'][]) => ({ sensor, district: 'a', domain: 'd', property: 'pm25', unit: 'u', points });
    const [panel] = panelsOfReadings(
      { next: null, series: [series('s1', [[0, 1, 'ok'], [60_000, 2, 'ok'], [600_000, 3, 'fault']]), series('s2', [[30_000, 7, 'ok'], [90_000, 8, 'ok']])] },
      { from: 0, to: 600_000 }, 2000, () => 60);
    expect(panel!.times).toEqual([0, 30, 60, 90, 330, 600]);
    expect(panel!.lines[0]!.values).toEqual([1, undefined, 2, null, null, 3]);
    expect(panel!.lines[1]!.values).toEqual([undefined, 7, undefined, 8, undefined, undefined]);
    expect(panel!.lines[0]!.doubtful.at(-1)).toBe(true);
  });
});

describe('coverage', () => {
  it('is low under three quarters, and unknown is not low', () => {
    expect(isLow(cell(0, 1, { coverage: 0.74 }))).toBe(true);
    expect(isLow(cell(0, 1, { coverage: 0.75 }))).toBe(false);
    expect(isLow(cell(0, 1, { coverage: null }))).toBe(false);
  });
});

describe('the heat map', () => {
  const at = (weekday: number, hour: number, mean: number) => cell(0, mean, { weekday, hour });
  it('puts hours and weekdays in their places, on one scale for all places', () => {
    const [panel] = heatPanels(answer([group('a', [at(1, 0, 10), at(7, 23, 30)]), group('b', [at(3, 12, 50)]), group('c', [])]));
    expect(panel!.maps).toHaveLength(2);
    expect(panel!.maps[0]!.cells[0]![0]!.values[0]).toBe(10);
    expect(panel!.maps[0]!.cells[6]![23]!.values[0]).toBe(30);
    expect(panel!.maps[0]!.cells[6]![22]).toBeNull();
    expect(panel!.maps[1]!.cells[2]![12]!.values[0]).toBe(50);
    expect([panel!.min, panel!.max]).toEqual([10, 50]);
  });
  it('has steps from the lowest to the highest', () => {
    expect([10, 29.9, 50].map((value) => stepOf(value, 10, 50))).toEqual([0, 3, 6]);
    expect(stepOf(5, 5, 5)).toBe(0);
  });
});

describe('the districts', () => {
  it('come highest first, with the change', () => {
    const before = { count: 1, coverage: 1, values: [20, 1, 1], filled: false };
    const [panel] = districtPanels(answer([group('low', [cell(0, 10)]), group('none', []), group('high', [cell(0, 25, { before })])], { compare: 'P1Y' }));
    expect(panel!.rows.map((row) => [row.group.district, row.change])).toEqual([['high', 0.25], ['low', null], ['none', null]]);
  });
  it('mark a change that rests on few readings, of now or of before', () => {
    const before = (coverage: number | null, filled = false) => ({ before: { count: 1, coverage, values: [20, 1, 1], filled } });
    const [panel] = districtPanels(answer([
      group('whole', [cell(0, 40, before(0.9))]), group('thin before', [cell(0, 30, before(0.03))]), group('thin now', [cell(0, 25, { ...before(1), coverage: 0.5 })]),
      group('filled', [cell(0, 24, before(0, true))]), group('unknown', [cell(0, 22, before(null))]), group('alone', [cell(0, 10, { coverage: 0.1 })]),
    ], { compare: 'P1Y' }));
    expect(panel!.rows.filter((row) => row.thin).map((row) => row.group.district)).toEqual(['thin before', 'thin now', 'filled']);
  });
  it('have bars that begin at zero', () => {
    expect(barOf(5, 0, 10)).toEqual({ left: 0, width: 50 });
    expect(barOf(-5, -5, 15)).toEqual({ left: 0, width: 25 });
    expect(barOf(15, -5, 15)).toEqual({ left: 25, width: 75 });
  });
});

describe('the table', () => {
  it('is ordered by any column, what is missing last', () => {
    const rows = rowsOf(answer([group('a', [cell(0, 2), cell(1, null), cell(2, 11), cell(3, 1)])]));
    const order = (key: 'start' | number, down: boolean) => sorted(rows, { key, down }, 'vi', () => '').map((row) => row.start / HOUR);
    expect(order(0, false)).toEqual([3, 0, 2, 1]);
    expect(order(0, true)).toEqual([2, 0, 3, 1]);
    expect(order('start', true)).toEqual([3, 2, 1, 0]);
  });
  it('has the earlier period beside each window', () => {
    const [row] = rowsOf(answer([group('a', [cell(0, 2, { before: { count: 1, coverage: 1, values: [7, 6, 8], filled: false } })])], { compare: 'P1Y' }));
    expect(row!.values).toEqual([2, 1, 3, 7, 6, 8]);
  });
  it('says what the earlier period rests on, and can be ordered by it', () => {
    const before = (coverage: number, filled: boolean) => ({ before: { count: 1, coverage, values: [7, 6, 8], filled } });
    const rows = rowsOf(answer([group('a', [cell(0, 2, before(0.9, false)), cell(1, 3, before(0.03, true)), cell(2, 4)])], { compare: 'P1Y' }));
    expect(rows.map((row) => row.before)).toEqual([
      { count: 1, coverage: 0.9, filled: false }, { count: 1, coverage: 0.03, filled: true }, { count: 0, coverage: null, filled: false }]);
    expect(sorted(rows, { key: 'beforeCoverage', down: false }, 'en', () => '').map((row) => row.start / HOUR)).toEqual([1, 0, 2]);
    expect(rowsOf(answer([group('a', [cell(0, 2)])]))[0]!.before).toBeNull();
  });
});

describe('limits', () => {
  const rule = (more: Partial<LimitRule>): LimitRule => ({
    id: 'r', kind: 'limit', name: { vi: 'v', en: 'e' }, severity: 3, property: 'pm25', domain: null, district: null, sensor: null, raiseAbove: 150, raiseBelow: null, hysteresis: 0,
    durationSeconds: 0, factor: 0, minimumChange: 0, source: null, ...more,
  });
  const sensors: PlannedSensor[] = [
    { id: 's1', name: null, district: 'a', domain: 'environment', longitude: null, latitude: null, properties: ['pm25'], periodSeconds: 60 },
    { id: 's2', name: null, district: 'b', domain: 'traffic', longitude: null, latitude: null, properties: ['speed'], periodSeconds: 60 },
  ];
  const query = { ...DEFAULT_QUERY, properties: ['pm25'] };
  const range = { from: Date.parse('2025-12-01T00:00:00+07:00'), to: Date.parse('2026-02-01T00:00:00+07:00') };
  const limits = (rules: LimitRule[], more = {}) => limitsOf(rules, sensors, { ...query, ...more }, 'pm25', range, 'Asia/Ho_Chi_Minh');
  const of = (rules: LimitRule[], more = {}) => limits(rules, more).map((limit) => limit.value);

  it('are those of rules that concern what was asked for', () => {
    expect(of([rule({}), rule({ raiseAbove: 250, domain: 'environment' }), rule({ raiseAbove: 99, domain: 'traffic' }), rule({ raiseAbove: 98, kind: 'spike' }), rule({ raiseAbove: 97, property: 'temp' })])).toEqual([250, 150]);
    expect(of([rule({ district: 'a' })], { districts: ['b'] })).toEqual([]);
  });
  it('hold when they hold, and for the mean that they are for', () => {
    const rules = [rule({
      raiseAbove: null, rule: { average: { length: 'P1D' }, periods: [{ to: '2023-09-12', above: 60 }, { from: '2023-09-12', to: '2026-01-01', above: 50 }, { from: '2026-01-01', above: 45, below: 1 }] },
    })];
    expect(limits(rules).map(({ value, below, from, to, averageSeconds }) => [value, below, from, to, averageSeconds])).toEqual([
      [50, false, Date.parse('2023-09-12T00:00:00+07:00'), Date.parse('2026-01-01T00:00:00+07:00'), 86_400],
      [45, false, Date.parse('2026-01-01T00:00:00+07:00'), null, 86_400], [1, true, Date.parse('2026-01-01T00:00:00+07:00'), null, 86_400]]);
  });
  it('of a mean that never changed are in the rule itself', () => {
    expect(of([rule({ raiseAbove: null, rule: { average: { length: 'PT1H' }, raise: { above: 200 } } })])).toEqual([200]);
  });
  it('of rules that are not in force are not shown', () => {
    expect(of([rule({ inForce: false })])).toEqual([]);
  });
  it('have no place beside a count', () => {
    expect(of([rule({})], { measures: ['count'] })).toEqual([]);
  });
});

describe('places', () => {
  const sensor = (id: string, district: string, properties: string[]): PlannedSensor =>
    ({ id, name: null, district, domain: 'environment', longitude: 1, latitude: 1, properties, periodSeconds: 60 });
  const sensors = new Map([sensor('s1', 'a', ['pm25', 'temp']), sensor('s2', 'a', ['pm25']), sensor('s3', 'b', ['speed'])].map((one) => [one.id, one]));
  const query = { ...DEFAULT_QUERY, properties: ['pm25'] };

  it('of sensors and districts must both hold: who is left out is told', () => {
    expect(leftOut({ ...query, sensors: ['s1', 's3'], districts: ['a'] }, sensors)).toEqual(['s3']);
    expect(leftOut({ ...query, sensors: ['s1'], domains: ['traffic'] }, sensors)).toEqual(['s1']);
    expect(leftOut({ ...query, sensors: ['gone'], districts: ['a'] }, sensors)).toEqual([]);
    expect(narrowsSensors({ ...query, sensors: ['s1'], districts: ['a'] })).toBe(true);
    expect([narrowsSensors({ ...query, sensors: ['s1'] }), narrowsSensors({ ...query, districts: ['a'], domains: ['traffic'] })]).toEqual([false, false]);
  });
  it('are offered where they measure what is asked for, and as long as they are chosen', () => {
    const offered = (more: Partial<typeof query>) => [...sensors.values()].filter((one) => isOffered({ ...query, ...more }, one)).map((one) => one.id);
    expect(offered({})).toEqual(['s1', 's2']);
    expect(offered({ properties: [] })).toEqual(['s1', 's2', 's3']);
    expect(offered({ sensors: ['s3'] })).toEqual(['s1', 's2', 's3']);
  });
  it('make as many groups as they are grouped into', () => {
    const groups = (more: Partial<typeof query>) => groupsOf({ ...query, properties: ['pm25', 'temp'], ...more }, sensors.values());
    expect([groups({}), groups({ groupBy: 'sensor' }), groups({ groupBy: 'none' }), groups({ sensors: ['s2'] }), groups({ districts: ['z'] })]).toEqual([2, 3, 2, 1, 1]);
  });
});

describe('search', () => {
  it('does without accents, in any order of words', () => {
    expect(rank('Bụi mịn PM2.5 pm25', words('bui PM'))).toBe(0);
    expect(rank('TX. Việt Yên', words('yen viet'))).toBe(0);
    expect(rank('Đường Lê Lợi', words('đuong'))).toBe(0);
    expect(rank('Đường Lê Lợi', words('uong'))).toBe(1);
    expect(rank('Đường Lê Lợi', words('le loi x'))).toBeNull();
  });
});

describe('times and amounts', () => {
  const vi = new PlannerFormatter('vi', dictionaries.vi.planner);
  const en = new PlannerFormatter('en', dictionaries.en.planner);
  const at = (text: string) => Date.parse(`${text}+07:00`);
  it('call a window by its length', () => {
    expect(vi.span(at('2026-01-01T00:00'), at('2026-02-01T00:00'))).toBe('01/2026');
    expect(vi.span(at('2026-01-05T00:00'), at('2026-01-06T00:00'))).toBe('05/01/2026');
    expect(vi.span(at('2026-01-05T00:00'), at('2026-01-12T00:00'))).toBe('05/01/2026 – 11/01/2026');
    expect(en.span(at('2026-01-05T23:00'), at('2026-01-06T00:00'))).toBe('05/01/2026 23:00–00:00');
  });
  it('are in words', () => {
    expect([vi.duration('P1Y6M'), vi.duration('PT15M'), en.duration('P7D'), en.duration('P30D')]).toEqual(['1 năm 6 tháng', '15 phút', '1 week', '30 days']);
    expect([en.average(86_400), en.average(3600), vi.average(28_800)]).toEqual(['24 hours', '1 hour', '8 giờ']);
    expect([vi.change(0.087), vi.change(-0.25), en.change(0.00001)]).toEqual(['+8,7 %', '−25 %', '±0.0 %']);
  });
});
