import { describe, expect, it } from 'vitest';
import { addMonths, dayOf, isDay, isDuration, startOf } from '../src/planner/model/calendar';
import { apiAddress, CONTROLS, DEFAULT_QUERY, idleControls, isAskable, parseQuery, rangeOf, toSearch, windowOf, type PlannerQuery } from '../src/planner/model/query';

const ZONE = 'Asia/Ho_Chi_Minh';
const at = (text: string) => Date.parse(text);
const parameters = (address: string) => Object.fromEntries(new URLSearchParams(address.slice(address.indexOf('?') + 1)));

describe('the page’s address', () => {
  const whole: PlannerQuery = {
    sensors: ['bg-aqm-01', 'bg-aqm-02'], districts: ['viet-yen'], domains: ['environment'], properties: ['pm25', 'temp'], period: { from: '2025-11-01', to: '2026-02-28' },
    window: 'P1M', measures: ['exceedance:50', 'p95', 'mean'], groupBy: 'sensor', compare: 'P1Y', fill: 'linear', quality: 'all', view: 'heat', language: 'vi',
  };

  it('holds the whole question', () => {
    expect(parseQuery(toSearch(whole))).toEqual(whole);
  });
  it('is short and legible', () => {
    expect(toSearch({ ...DEFAULT_QUERY, districts: ['viet-yen', 'luc-nam'], properties: ['pm25'] })).toBe('?districts=viet-yen,luc-nam&properties=pm25&period=P30D');
    expect(toSearch(whole)).toContain('measures=exceedance:50,p95,mean');
  });
  it('of nothing is a page that asks nothing', () => {
    expect(parseQuery('')).toEqual(DEFAULT_QUERY);
    expect(isAskable(parseQuery(''))).toBe(false);
    expect(parseQuery(toSearch(DEFAULT_QUERY))).toEqual(DEFAULT_QUERY);
  });
  it('loses only what it does not understand', () => {
    const query = parseQuery('?properties=pm25,,pm25, temp&from=2026-02-30&to=2026-03-01&window=often&measures=mean,magic,p101&groupBy=colour&compare=P&view=pie&lang=fr&fill=wild');
    expect(query).toEqual({ ...DEFAULT_QUERY, properties: ['pm25', 'temp'], measures: ['mean'] });
  });
  it('refuses a period that ends before it begins', () => {
    expect(parseQuery('?from=2026-03-02&to=2026-03-01').period).toEqual({ back: 'P30D' });
  });
});

describe('the calendar', () => {
  it('knows days and durations', () => {
    expect(isDay('2024-02-29')).toBe(true);
    expect(isDay('2025-02-29')).toBe(false);
    expect(['P1Y', 'PT15M', 'P1DT12H'].every(isDuration)).toBe(true);
    expect(['P', 'PT', '1Y', 'P1.5D', ''].some(isDuration)).toBe(false);
  });
  it('begins days where the zone does', () => {
    expect(startOf('2026-01-05', ZONE)).toBe(at('2026-01-04T17:00:00Z'));
    expect(dayOf(at('2026-01-04T17:00:00Z'), ZONE)).toBe('2026-01-05');
    // Clocks go forward at 02:00 and back at 03:00.
    expect(startOf('2026-03-30', 'Europe/Berlin')).toBe(at('2026-03-29T22:00:00Z'));
    expect(startOf('2026-10-26', 'Europe/Berlin')).toBe(at('2026-10-25T23:00:00Z'));
  });
  it('keeps to the month’s end', () => {
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
  });
});

describe('the period', () => {
  const now = at('2026-11-22T05:30:20Z');
  it('of days includes the last one', () => {
    expect(rangeOf({ from: '2026-01-01', to: '2026-01-31' }, now, ZONE)).toEqual({ from: at('2026-01-01T00:00:00+07:00'), to: at('2026-02-01T00:00:00+07:00') });
  });
  it('back from now begins with a whole day, or so many hours before', () => {
    expect(rangeOf({ back: 'P7D' }, now, ZONE)).toEqual({ from: at('2026-11-15T00:00:00+07:00'), to: at('2026-11-22T05:31:00Z') });
    expect(rangeOf({ back: 'P1Y' }, now, ZONE).from).toBe(at('2025-11-22T00:00:00+07:00'));
    expect(rangeOf({ back: 'PT24H' }, now, ZONE).from).toBe(at('2026-11-21T05:31:00Z'));
  });
  it('gives the resolution unless one is asked for', () => {
    const window = (period: PlannerQuery['period'], chosen = 'auto') => windowOf({ ...DEFAULT_QUERY, window: chosen }, rangeOf(period, now, ZONE));
    expect([window({ back: 'PT24H' }), window({ back: 'P30D' }), window({ back: 'P1Y' }), window({ back: 'P5Y' })]).toEqual(['PT15M', 'PT1H', 'P1D', 'P1M']);
    expect(window({ back: 'P5Y' }, 'P1W')).toBe('P1W');
  });
  it('gives a resolution coarse enough for what a host answers', () => {
    const month = rangeOf({ back: 'P30D' }, now, ZONE);
    const window = (groups: number, more: Partial<PlannerQuery> = {}, range = month) => windowOf({ ...DEFAULT_QUERY, ...more }, range, groups);
    // A percentile keeps a distribution a cell: 10,000 of them, and ten districts with the year before would have 14,900.
    expect(window(10, { measures: ['p95'] })).toBe('PT1H');
    expect(window(10, { measures: ['p95'], compare: 'P1Y' })).toBe('PT3H');
    expect(window(10, { measures: ['mean', 'p50'], compare: 'P1Y' })).toBe('PT3H');
    expect(window(230, { measures: ['p95'] })).toBe('P1D');
    expect(window(5_000, { measures: ['p95'], compare: 'P1Y' })).toBe('P1Y');
    expect(window(10, { compare: 'P1Y' })).toBe('PT1H');
    expect(window(2_137)).toBe('PT3H');
    // What somebody asks for stays: the host says how to narrow it.
    expect(window(230, { measures: ['p95'], window: 'PT15M' })).toBe('PT15M');
  });
});

describe('the interface’s address', () => {
  const query: PlannerQuery = { ...DEFAULT_QUERY, districts: ['viet-yen'], properties: ['pm25'], period: { from: '2026-01-01', to: '2026-01-31' }, compare: 'P1Y' };
  const range = rangeOf(query.period, 0, ZONE);

  it('asks for windows', () => {
    const address = apiAddress(query, range, ZONE);
    expect(address.startsWith('/api/v1/history/query?')).toBe(true);
    expect(parameters(address)).toEqual({
      districts: 'viet-yen', properties: 'pm25', from: '2025-12-31T17:00:00.000Z', to: '2026-01-31T17:00:00.000Z', zone: ZONE, measures: 'mean,min,max',
      groupBy: 'district', window: 'PT1H', compare: 'P1Y',
    });
  });
  it('asks for the resolution that suits so many groups', () => {
    expect(parameters(apiAddress({ ...query, measures: ['p95'] }, range, ZONE, { groups: 10 })).window).toBe('PT3H');
  });
  it('asks for names in a file of CSV', () => {
    expect(parameters(apiAddress(query, range, ZONE, { form: 'csv-bom', names: 'vi' })).names).toBe('vi');
    expect(parameters(apiAddress(query, range, ZONE, { form: 'json', names: 'vi' }))).not.toHaveProperty('names');
    expect(parameters(apiAddress(query, range, ZONE, { names: 'vi' }))).not.toHaveProperty('names');
  });
  it('does not depend on what the page calls idle', () => {
    // The proof that a choice is rightly disabled: another value of it asks the same.
    const other: Record<(typeof CONTROLS)[number], Partial<PlannerQuery>> = {
      window: { window: 'P1W' }, measure: { measures: ['max'] }, band: { measures: ['mean'] }, groupBy: { groupBy: 'none' }, compare: { compare: null }, fill: { fill: 'linear' },
    };
    const looks: Partial<PlannerQuery>[] = [{ view: 'chart' }, { view: 'table' }, { view: 'heat' }, { view: 'districts' }, { view: 'chart', window: 'raw' }, { view: 'table', window: 'raw' }];
    for (const look of looks) {
      const asked = { ...query, ...look };
      const idle = idleControls(asked);
      for (const control of CONTROLS) {
        // A band is asked for with the districts as well, but has no place in their bars.
        if (control === 'band' && look.view === 'districts') continue;
        expect([look, control, apiAddress({ ...asked, ...other[control] }, range, ZONE) === apiAddress(asked, range, ZONE)]).toEqual([look, control, idle.includes(control)]);
      }
    }
    expect(idleControls({ ...query, view: 'districts' })).toContain('band');
  });
  it('asks for hours and weekdays of all weeks together', () => {
    const asked = parameters(apiAddress({ ...query, view: 'heat' }, range, ZONE));
    expect(asked.groupBy).toBe('district,hour,weekday');
    expect(asked).not.toHaveProperty('window');
    expect(asked).not.toHaveProperty('compare');
  });
  it('asks for one figure a district', () => {
    const asked = parameters(apiAddress({ ...query, view: 'districts', groupBy: 'sensor', window: 'raw' }, range, ZONE));
    expect(asked).toMatchObject({ groupBy: 'district', compare: 'P1Y' });
    expect(asked).not.toHaveProperty('window');
  });
  it('thins readings out for a chart, and leaves files whole', () => {
    expect(parameters(apiAddress({ ...query, window: 'raw' }, range, ZONE))).toMatchObject({ points: '2000', downsample: 'minmax' });
    const file = apiAddress({ ...query, window: 'raw' }, range, ZONE, { form: 'csv-bom' });
    expect(file.startsWith('/api/v1/history/readings?')).toBe(true);
    expect(parameters(file)).toMatchObject({ format: 'csv', bom: 'true' });
    for (const form of ['csv', 'csv-bom', 'json', 'ndjson'] as const) {
      const asked = parameters(apiAddress({ ...query, window: 'raw' }, range, ZONE, { form }));
      expect(asked).toMatchObject({ file: 'true' });
      expect(asked).not.toHaveProperty('points');
      expect(asked).not.toHaveProperty('limit');
    }
  });
});
