import { describe, expect, it } from 'vitest';
import type { Figure, Figures } from '../src/figures/api';
import { formOf, isBetter, placeTable, stack, verdict } from '../src/figures/model';

const figure = (id: string, value: number | null, met: boolean | null = null): Figure =>
  ({ id, name: { vi: id, en: id }, value, unit: '1', target: met === null ? null : { limit: 1, met, text: { vi: '', en: '' } } });

describe('the figures', () => {
  it('are written by what they are', () => {
    expect(formOf('flood_share', '1')).toBe('share');
    expect(formOf('share_of_10min_above_10', '1')).toBe('share');
    expect(formOf('annunciations_per_10min_mean', '1')).toBe('rate');
    expect(formOf('annunciations_per_10min_max', '1')).toBe('rate');
    expect(formOf('floods', '1')).toBe('count');
    expect(formOf('flood_longest', 's')).toBe('seconds');
  });
  it('are judged where there is a target and a value', () => {
    expect(verdict([figure('a', 1, true), figure('b', 2, false), figure('c', 3)])).toEqual({ met: 1, judged: 2 });
  });
  it('are better when fewer, and neither where there is no better', () => {
    expect(isBetter('floods', 1, 2)).toBe(true);
    expect(isBetter('floods', 3, 2)).toBe(false);
    expect(isBetter('floods', 2, 2)).toBeNull();
    expect(isBetter('floods', 2, null)).toBeNull();
    expect(isBetter('closed', 1, 2)).toBeNull();
    expect(isBetter('shelved', 1, 2)).toBeNull();
  });
  it('have a course without holes, in sums', () => {
    const course = stack({ from: 0, to: 3_000_000, bucketMs: 600_000, course: [{ at: 600_000, p1: 1, p2: 2, p3: 3, p4: 4, peak: 5 }] } as unknown as Figures);
    expect(course.times).toEqual([0, 600, 1200, 1800, 2400]);
    expect(course.sums.map((sum) => sum[1])).toEqual([1, 3, 6, 10]);
    expect(course.sums[3]).toEqual([0, 10, 0, 0, 0]);
    expect(course.peaks).toEqual([0, 5, 0, 0, 0]);
  });
  it('are laid out by district and domain, the most first', () => {
    const place = (district: string, domain: string | null, annunciated: number) => ({ district, domain, p1: 0, p2: 0, p3: 0, p4: annunciated, annunciated, share: 0 });
    const table = placeTable([place('a', 'x', 1), place('b', 'y', 5), place('a', 'y', 2), place('b', null, 1)]);
    expect(table.domains).toEqual(['y', 'x', null]);
    expect(table.rows).toEqual([{ district: 'b', total: 6, cells: [5, 0, 1] }, { district: 'a', total: 3, cells: [2, 1, 0] }]);
    expect(table.totals).toEqual([7, 1, 1]);
  });
});
