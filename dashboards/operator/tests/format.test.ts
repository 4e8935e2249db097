import { describe, expect, it } from 'vitest';
import { duration, Formatter, unitLabel } from '../src/format';
import { dictionaries } from '../src/i18n';

const vi = new Formatter('vi');
const en = new Formatter('en');
const AT = Date.UTC(2026, 10, 21, 19, 22, 8); // 02:22:08 on the 22nd in the city

describe('numbers', () => {
  it('follow the language', () => {
    expect(vi.number(10_000)).toBe('10.000');
    expect(en.number(10_000)).toBe('10,000');
    expect(vi.number(57.93, 1)).toBe('57,9');
    expect(en.number(57.93, 1)).toBe('57.9');
  });
  it('never say minus zero', () => {
    expect(vi.number(-0.04, 1)).toBe('0,0');
    expect(en.number(-0.06, 1)).toBe('-0.1');
  });
  it('keep a given number’s own decimals', () => {
    expect(vi.given(2.1)).toBe('2,1');
    expect(vi.given(50)).toBe('50');
  });
});

describe('times', () => {
  it('are the city’s, whatever the computer’s zone', () => {
    expect(vi.clock(AT)).toBe('02:22:08');
    expect(en.minute(AT)).toBe('02:22');
    expect(vi.date(AT)).toContain('22/11/2026');
    expect(vi.date(AT)).toMatch(/^CN/);
    expect(en.date(AT)).toMatch(/^Sun/);
  });
  it('write midnight as 00', () => {
    expect(vi.clock(Date.UTC(2026, 10, 21, 17))).toBe('00:00:00');
  });
  it('name the day of what is not of today', () => {
    expect(en.when(AT, AT + 1_000)).toBe('02:22:08');
    expect(en.when(AT - 3 * 3_600_000, AT)).toBe('21/11 23:22');
    expect(en.when(AT - 365 * 86_400_000, AT)).toBe('22/11/25 02:22');
  });
});

describe('durations', () => {
  const words = dictionaries.vi.time;
  it('have at most two units', () => {
    expect(duration(-5, words)).toBe('0 giây');
    expect(duration(59_999, words)).toBe('59 giây');
    expect(duration(61_000, words)).toBe('1 phút');
    expect(duration(3_660_000, words)).toBe('1 giờ 1 phút');
    expect(duration(90_000_000, words)).toBe('1 ngày 1 giờ');
  });
});

describe('units', () => {
  it('are the catalogue’s, and in English never Vietnamese words', () => {
    const flow = { unit: '{vehicle}/h', unitLabel: 'xe/giờ' };
    expect(unitLabel(flow, 'vi')).toBe('xe/giờ');
    expect(unitLabel(flow, 'en')).toBe('vehicle/h');
    for (const label of ['µg/m³', '°C', 'dBA', '']) expect(unitLabel({ unit: 'code', unitLabel: label }, 'en')).toBe(label);
  });
});
