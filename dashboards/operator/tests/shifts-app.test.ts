import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ShiftsApp } from '../src/shifts/shifts-app';

vi.mock('../src/api/live', () => ({ watchShift: () => undefined }));

const at = (text: string) => Date.parse(`${text}:00+07:00`);
let asked: URLSearchParams[] = [];

/** What the server was asked for last, of a kind. */
const last = (kind: 'report' | 'log') => {
  const query = asked.findLast((one) => one.get('kind') === kind)!;
  return { from: Number(query.get('from')), to: query.get('to') === null ? null : Number(query.get('to')) };
};
const count = (kind: string) => asked.filter((one) => one.get('kind') === kind).length;

async function opened(address: string): Promise<ShiftsApp> {
  history.replaceState(null, '', address);
  const app = new ShiftsApp();
  app.start();
  await vi.advanceTimersByTimeAsync(0);
  return app;
}

beforeEach(() => {
  asked = [];
  vi.useFakeTimers({ now: at('2026-11-22T06:05') });
  vi.stubGlobal('fetch', async (address: string) => {
    const [path, query] = String(address).split('?') as [string, string | undefined];
    const kind = path.endsWith('/report') ? 'report' : path.endsWith('/log') ? 'log' : null;
    if (kind !== null) asked.push(new URLSearchParams(`${query}&kind=${kind}`));
    return new Response(JSON.stringify(kind === 'log' ? { items: [], next: null } : {}), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the report of a page that was opened long ago', () => {
  it('goes up to the moment at which it is asked for', async () => {
    const app = await opened('/shifts/');
    await vi.advanceTimersByTimeAsync(at('2026-11-22T13:55') - Date.now());
    app.change({ view: 'report' });
    await vi.advanceTimersByTimeAsync(0);
    expect(last('report')).toEqual({ from: at('2026-11-22T06:00'), to: at('2026-11-22T13:55') });
    // The files are of the same time as the table.
    expect(app.reportSpan.value).toEqual(last('report'));
    expect(count('report')).toBe(1);
  });
  it('is of the new shift once the shift has changed', async () => {
    const app = await opened('/shifts/');
    await vi.advanceTimersByTimeAsync(at('2026-11-22T14:10') - Date.now());
    app.change({ view: 'report' });
    await vi.advanceTimersByTimeAsync(0);
    expect(last('report')).toEqual({ from: at('2026-11-22T14:00'), to: at('2026-11-22T14:10') });
    app.change({ span: 'previous' });
    await vi.advanceTimersByTimeAsync(0);
    expect(last('report')).toEqual({ from: at('2026-11-22T06:00'), to: at('2026-11-22T14:00') });
  });
});

describe('a report that stays open', () => {
  it('stays what it was, says so, and is made anew when asked', async () => {
    const app = await opened('/shifts/?view=report');
    expect(app.outdated.value).toBe('no');
    await vi.advanceTimersByTimeAsync(at('2026-11-22T13:55') - Date.now());
    expect(count('report')).toBe(1);
    expect(app.outdated.value).toBe('old');
    app.toggleLanguage();
    expect(count('report')).toBe(1);
    app.again();
    await vi.advanceTimersByTimeAsync(0);
    expect(last('report')).toEqual({ from: at('2026-11-22T06:00'), to: at('2026-11-22T13:55') });
    expect(app.outdated.value).toBe('no');
    await vi.advanceTimersByTimeAsync(at('2026-11-22T14:01') - Date.now());
    expect(app.outdated.value).toBe('shift-over');
    expect(app.reportSpan.value.from).toBe(at('2026-11-22T06:00'));
  });
  it('is never old when its time is over anyway', async () => {
    const app = await opened('/shifts/?view=report&span=yesterday');
    await vi.advanceTimersByTimeAsync(at('2026-11-22T13:55') - Date.now());
    expect(app.outdated.value).toBe('no');
  });
});

describe('the log of this shift', () => {
  it('is asked for again when the shift changes, and not before', async () => {
    await opened('/shifts/?span=this');
    await vi.advanceTimersByTimeAsync(at('2026-11-22T13:59') - Date.now());
    expect(count('log')).toBe(1);
    await vi.advanceTimersByTimeAsync(at('2026-11-22T14:01') - Date.now());
    expect(count('log')).toBe(2);
    expect(last('log')).toEqual({ from: at('2026-11-22T14:00'), to: null });
  });
});
