import { describe, expect, it } from 'vitest';
import { whenTexts } from '../src/i18n/when';
import { partAt, readWhen, stepWhen, writeWhen } from '../src/when';

describe('a field for days and times', () => {
  it('shows the day before its month, and 24 hours', () => {
    expect(writeWhen('day', '2026-11-02')).toBe('02/11/2026');
    expect(writeWhen('moment', '2026-11-02T14:05')).toBe('02/11/2026 14:05');
    expect(writeWhen('time', '14:05')).toBe('14:05');
    expect(writeWhen('day', '')).toBe('');
  });

  it('reads what people write', () => {
    for (const text of ['2/11/2026', '02/11/26', '2.11.2026', '2-11-2026', ' 02 11 2026 ', '2026-11-02']) expect(readWhen('day', text), text).toBe('2026-11-02');
    for (const text of ['14:05', '14h05', '14.05', '14:5']) expect(readWhen('time', text), text).toBe('14:05');
    for (const text of ['2/11/2026 14:05', '02/11/2026, 14h05', '2026-11-02T14:05']) expect(readWhen('moment', text), text).toBe('2026-11-02T14:05');
  });

  it('refuses what is no day and no time', () => {
    for (const text of ['', '31/02/2026', '11/22/2026', '2/11', '2026', 'hôm nay', '1/1/1800']) expect(readWhen('day', text), text).toBeNull();
    for (const text of ['', '24:00', '7', '12:60', '2:05 PM']) expect(readWhen('time', text), text).toBeNull();
    for (const text of ['2/11/2026', '14:05', '2/11/2026 25:00', '31/04/2026 10:00']) expect(readWhen('moment', text), text).toBeNull();
  });

  it('reads what it wrote', () => {
    for (const value of ['1999-12-31T23:59', '2024-02-29T00:00', '2026-01-01T06:30']) {
      expect(readWhen('moment', writeWhen('moment', value))).toBe(value);
      expect(readWhen('day', writeWhen('day', value.slice(0, 10)))).toBe(value.slice(0, 10));
    }
  });

  it('counts the part up and down that the caret is in', () => {
    expect([0, 2, 4, 9, 12, 16].map((at) => partAt('moment', at).part)).toEqual(['day', 'day', 'month', 'year', 'hour', 'minute']);
    expect(partAt('time', 4)).toEqual({ part: 'minute', from: 3, to: 5 });
    expect(stepWhen('day', '2026-12-31', 'day', 1)).toBe('2027-01-01');
    expect(stepWhen('day', '2026-03-31', 'month', -1)).toBe('2026-02-28');
    expect(stepWhen('day', '2024-02-29', 'year', 1)).toBe('2025-02-28');
    expect(stepWhen('moment', '2026-12-31T23:59', 'minute', 1)).toBe('2027-01-01T00:00');
    expect(stepWhen('moment', '2026-01-01T00:30', 'hour', -1)).toBe('2025-12-31T23:30');
    expect(stepWhen('time', '23:30', 'hour', 1)).toBe('00:30');
    expect(stepWhen('time', '00:00', 'minute', -1)).toBe('23:59');
  });

  it('speaks both languages, and English without Vietnamese letters', () => {
    const said = (texts: typeof whenTexts.vi) => [...Object.values(texts.hint), ...Object.values(texts.empty), ...Object.values(texts.wrong), texts.early('1'), texts.late('1')];
    expect(said(whenTexts.en).join(' ')).not.toMatch(/[ăâđêôơưạảãáàẹẻẽéèịỉĩíìọỏõóòụủũúùỵỷỹýỳ]/i);
    for (const [i, text] of said(whenTexts.vi).entries()) expect(text).not.toBe(said(whenTexts.en)[i]);
  });
});
