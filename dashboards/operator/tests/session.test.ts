import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enter, leadsToWall, session, signInAddress, wayBack, withName, type Session } from '../src/api/session';

const signedIn = {
  accounts: 'required', signedIn: true, account: { id: '1', userName: 'lan', displayName: 'Nguyễn Thị Lan', secondFactor: false }, permissions: ['view'], mustEnrol: false, csrfToken: 'c',
} as unknown as Session;
const answer = (body: unknown, ok = true) => vi.stubGlobal('fetch', () => Promise.resolve({ ok, json: () => Promise.resolve(body) }));
const replace = vi.fn();

beforeEach(() => {
  session.value = null;
  replace.mockReset();
  vi.stubGlobal('location', { pathname: '/', search: '', hash: '#/alert/1', replace });
});
afterEach(() => vi.unstubAllGlobals());

describe('who sits before the page', () => {
  it('is named as soon as the server tells, also when it did not answer at first', async () => {
    const names: string[] = [];
    const stop = withName((name) => names.push(name));
    answer({}, false);
    expect(await enter()).toBe(true);
    expect(names).toEqual([]);
    answer(signedIn);
    expect(await enter()).toBe(true);
    expect(names).toEqual(['Nguyễn Thị Lan']);
    stop();
  });

  it('is sent to sign in and back to the same place, or to set up a second factor', async () => {
    answer({ ...signedIn, signedIn: false, account: null });
    expect(await enter()).toBe(false);
    expect(replace).toHaveBeenCalledWith(signInAddress({ pathname: '/', search: '', hash: '#/alert/1' }));
    expect(wayBack(signInAddress({ pathname: '/', search: '?a=1', hash: '#/alert/1' }).split('#')[1]!)).toBe('/?a=1#/alert/1');
    answer({ ...signedIn, mustEnrol: true });
    expect(await enter()).toBe(false);
    expect(replace).toHaveBeenLastCalledWith('/account/#second-factor');
  });

  it('is a video wall where the way leads there, and nowhere else', () => {
    expect(['/wall/', '/wall/?distance=6', '/wall/#a'].map(leadsToWall)).toEqual([true, true, true]);
    expect(['/', '/wallpaper', '/account/', '/?x=/wall/'].map(leadsToWall)).toEqual([false, false, false, false]);
  });

  it('never goes to another server on the way back', () => {
    for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) expect(wayBack(new URLSearchParams({ back }).toString())).toBe('/');
  });
});
