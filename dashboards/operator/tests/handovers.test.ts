import { expect, it } from 'vitest';
import type { Handover } from '../src/api/alerts';
import { en } from '../src/i18n/en';
import { vi } from '../src/i18n/vi';
import { leftWith } from '../src/store/handovers';

const handover = (id: string, from: string, left: string[]): Handover =>
  ({ id, createdAt: 1, from, to: 'Lan', summary: 'yên', acceptedAt: 2, left, alerts: [] });

it('tells the giver of those hand-overs only whose alerts stayed with them', () => {
  const all = [handover('1', 'Minh', ['n1-2-3-0']), handover('2', 'Minh', []), handover('3', 'Hoa', ['n1-2-4-0'])];
  expect(leftWith(all, 'Minh').map((one) => one.id)).toEqual(['1']);
  expect(leftWith(all, 'Lan')).toEqual([]);
  expect(leftWith(null, 'Minh')).toEqual([]);
});

it('says in both languages how many, with whom, and what to do', () => {
  expect(en.life.handover.left('1', 'Minh', 'Lan')).toBe('1 alert where Lan may not act stays with Minh: give it to somebody who may act there.');
  expect(en.life.handover.left('2', 'Minh', 'Lan')).toBe('2 alerts where Lan may not act stay with Minh: give them to somebody who may act there.');
  expect(vi.life.handover.left('2', 'Minh', 'Lan')).toContain('vẫn do Minh phụ trách');
});
