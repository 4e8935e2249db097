import { computed } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askSession } from '../src/api/session';
import { fromCityInput, toCityInput } from '../src/city-time';
import { CITY_ZONE, setCityZone } from '../src/config';
import { Formatter } from '../src/format';
import { shiftStart, toWall, wallTime } from '../src/shifts/model';
import { nextTimeOfDay } from '../src/store/shifts';

const told = async (timeZone: string | undefined) => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ accounts: 'off', signedIn: true, timeZone })));
  await askSession();
};
// Noon in Greenwich.
const NOON = Date.parse('2026-11-22T12:00:00Z');

beforeEach(() => setCityZone('Asia/Ho_Chi_Minh'));
afterEach(() => {
  setCityZone('Asia/Ho_Chi_Minh');
  vi.unstubAllGlobals();
});

describe('the zone of the city', () => {
  it('is Hanoi’s until the host tells another', async () => {
    expect(new Formatter('en').minute(NOON)).toBe('19:00');
    await told(undefined);
    expect(CITY_ZONE).toBe('Asia/Ho_Chi_Minh');
  });
  it('is the host’s, for clocks, days, shifts and what is typed', async () => {
    const f = computed(() => new Formatter('en'));
    expect(f.value.minute(NOON)).toBe('19:00');
    await told('Asia/Tokyo');
    // Also where the page stands already.
    expect(f.value.minute(NOON)).toBe('21:00');
    expect(f.value.shortDate(Date.parse('2026-11-22T15:30:00Z'))).toBe('23/11');
    expect([toWall(NOON), toCityInput(NOON)]).toEqual(['2026-11-22T21:00', '2026-11-22T21:00']);
    expect([wallTime('2026-11-22T21:00'), fromCityInput('2026-11-22T21:00')]).toEqual([NOON, NOON]);
    expect(new Date(shiftStart(NOON, '06:00 14:00 22:00')).toISOString()).toBe('2026-11-22T05:00:00.000Z');
    expect(new Date(nextTimeOfDay(NOON, 22 * 60)).toISOString()).toBe('2026-11-22T13:00:00.000Z');
  });
  it('stays as it is where the browser does not know the one that is told', async () => {
    await told('Nowhere/At_All');
    expect(CITY_ZONE).toBe('Asia/Ho_Chi_Minh');
  });
});
