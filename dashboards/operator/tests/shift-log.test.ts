import { describe, expect, it } from 'vitest';
import type { Entry, ReportAlert } from '../src/shifts/api';
import { byDay, categoriesOf, corrections, countBy, merge, shiftStart, spanOf, toWall, wallTime, worthListing } from '../src/shifts/model';
import { wholePage } from '../src/shifts/download';

const SHIFTS = '06:00 14:00 22:00';
// 22/11/2026 10:30 in Vietnam.
const NOW = Date.parse('2026-11-22T03:30:00Z');
const entry = (number: number, at: number, corrects: number | null = null): Entry =>
  ({ number, at, about: at, category: 'note', operator: 'vh01', text: { vi: 'x', en: 'x' }, severity: null, alert: null, district: null, domain: null, corrects, automatic: false });

describe('shifts', () => {
  it('begin at the last change, also before midnight', () => {
    expect(new Date(shiftStart(NOW, SHIFTS)).toISOString()).toBe('2026-11-21T23:00:00.000Z');
    expect(new Date(shiftStart(Date.parse('2026-11-21T20:00:00Z'), SHIFTS)).toISOString()).toBe('2026-11-21T15:00:00.000Z');
    expect(new Date(shiftStart(Date.parse('2026-11-21T23:00:00Z'), SHIFTS)).toISOString()).toBe('2026-11-21T23:00:00.000Z');
    expect(new Date(shiftStart(NOW, '08:00')).toISOString()).toBe('2026-11-22T01:00:00.000Z');
  });
  it('are spans of an address', () => {
    const span = (search: string) => spanOf(new URLSearchParams(search), NOW, SHIFTS, 'all');
    expect(span('')).toEqual({ name: 'all', from: null, to: null });
    expect(span('span=this')).toEqual({ name: 'this', from: Date.parse('2026-11-21T23:00:00Z'), to: null });
    expect(span('span=previous')).toEqual({ name: 'previous', from: Date.parse('2026-11-21T15:00:00Z'), to: Date.parse('2026-11-21T23:00:00Z') });
    expect(span('span=yesterday')).toEqual({ name: 'yesterday', from: Date.parse('2026-11-20T17:00:00Z'), to: Date.parse('2026-11-21T17:00:00Z') });
    expect(span('span=own&from=2026-11-22T06:00&to=2026-11-22T14:00')).toEqual({ name: 'own', from: Date.parse('2026-11-21T23:00:00Z'), to: Date.parse('2026-11-22T07:00:00Z') });
    expect(span('span=own&from=2026-11-22T14:00&to=2026-11-22T06:00').name).toBe('all');
  });
  it('have wall times that are each other’s reverse', () => {
    expect(toWall(NOW)).toBe('2026-11-22T10:30');
    expect(wallTime('2026-11-22T10:30')).toBe(NOW);
    expect(wallTime('2026-11-31T10:30')).toBeNull();
    expect(wallTime('2026-11-22')).toBeNull();
  });
});

describe('the log', () => {
  it('has each entry once, the last first', () => {
    expect(merge([entry(3, 3), entry(2, 2)], [entry(4, 4), entry(3, 3), entry(1, 1)]).map((one) => one.number)).toEqual([4, 3, 2, 1]);
  });
  it('knows what the latest correction of an entry is', () => {
    expect([...corrections([entry(5, 5, 1), entry(3, 3, 1), entry(1, 1)])]).toEqual([[1, 5]]);
  });
  it('is by day of the city', () => {
    const days = byDay([entry(3, Date.parse('2026-11-22T00:00:00Z')), entry(2, Date.parse('2026-11-21T17:30:00Z')), entry(1, Date.parse('2026-11-21T16:30:00Z'))]);
    expect(days.map((day) => day.entries.length)).toEqual([2, 1]);
  });
  it('filters by one category, by what operators write, or by what writes itself', () => {
    expect(categoriesOf('alert')).toEqual(['alert']);
    expect(categoriesOf('typed')).toContain('incident');
    expect(categoriesOf('automatic')).not.toContain('incident');
    expect(categoriesOf('nonsense')).toEqual([]);
  });
});

describe('the report', () => {
  it('lists the most urgent and what somebody saw to, and counts the rest', () => {
    const alert = (i: number, more: Partial<ReportAlert> = {}): ReportAlert => ({ id: String(i), notes: [], assignee: null, severity: i < 50 ? 2 : 4, ...more }) as ReportAlert;
    const open = [...Array.from({ length: 80 }, (_, i) => alert(i)), alert(98, { assignee: 'vh01' }), alert(99, { notes: [{ at: 1, operator: 'a', text: 'b' }] })];
    const { listed, others } = worthListing(open);
    expect(listed.length).toBe(62);
    expect(others.map((one) => one.id)).toEqual(Array.from({ length: 20 }, (_, i) => String(60 + i)));
    expect(countBy(others, (one) => `P${one.severity}`)).toEqual([['P4', 20]]);
  });
});

describe('the report as a file', () => {
  it('is one page without scripts and buttons', () => {
    const article = document.createElement('article');
    article.innerHTML = '<h1>Ca &lt;1&gt;</h1><button>x</button><p class="no-print">y</p><script>alert(1)</script>';
    const page = wholePage('Báo cáo', 'vi', article);
    expect(page).toMatch(/^<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">/);
    expect(page).toContain('<h1>Ca &lt;1&gt;</h1>');
    expect(page).not.toMatch(/<button|<script|no-print/);
  });
});
