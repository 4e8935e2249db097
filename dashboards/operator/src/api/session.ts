import { effect, signal } from '@preact/signals';
import { setCityZone } from '../config';
import type { LocalText } from './types';

export type Role = 'viewer' | 'operator' | 'planner' | 'engineer' | 'administrator';
export type Permission = 'view' | 'monitor' | 'operate' | 'plan' | 'engineer' | 'administer';

/** A role, and where it holds; no districts or no domains = all of them. */
export interface Grant {
  role: Role;
  districts: string[];
  domains: string[];
}

/** Who uses this page, and what they may. */
export interface Session {
  accounts: 'required' | 'off';
  /** The city's zone. */
  timeZone?: string;
  signedIn: boolean;
  setupNeeded: boolean;
  account: { id: string; userName: string; displayName: string; secondFactor: boolean } | null;
  permissions: Permission[];
  everywhere: Permission[];
  grants: Grant[];
  mustEnrol: boolean;
  csrfToken: string | null;
  expiresAt: number | null;
  idleSeconds: number | null;
  /** A video wall's: it only looks on, and lasts. */
  wall: boolean;
  /** What stands on the button of single sign-on; null = there is none. */
  singleSignOn: LocalText | null;
}

/** Null until the server has been asked. */
export const session = signal<Session | null>(null);

/** Whether whoever is signed in may do something somewhere; without accounts everybody may. */
export const may = (permission: Permission): boolean => session.value === null || session.value.permissions.includes(permission);

/** The headers by which the server knows that a change comes from a page of its own. */
export const proof = (): Record<string, string> => (session.value?.csrfToken ? { 'x-ioc-csrf': session.value.csrfToken } : {});

/** Acts are recorded under the account's name: tells it now, and again when the server answers later than the page was opened. */
export const withName = (use: (name: string) => void): (() => void) =>
  effect(() => {
    const name = session.value?.account?.displayName;
    if (name !== undefined) use(name);
  });

/** Asks the server who this is; null when it does not answer. */
export async function askSession(): Promise<Session | null> {
  try {
    const response = await fetch('/api/v1/session', { headers: { accept: 'application/json' }, cache: 'no-store' });
    if (!response.ok) return null;
    const answer = (await response.json()) as Session;
    setCityZone(answer.timeZone);
    session.value = answer;
    return answer;
  } catch {
    return null;
  }
}

/** Where to go on after signing in: only a place of this server. */
export function wayBack(hash: string): string {
  const back = new URLSearchParams(hash.replace(/^#/, '')).get('back') ?? '/';
  return /^\/(?![/\\])/.test(back) ? back : '/';
}

/** Whether whoever signs in on the way to a place probably sets up a video wall. */
export const leadsToWall = (back: string): boolean => /^\/wall\/(?:$|[?#])/.test(back);

/** The sign-in page, with the way back to a place. */
export const signInAddress = (from: Pick<Location, 'pathname' | 'search' | 'hash'>): string =>
  `/signin/#${new URLSearchParams({ back: from.pathname + from.search + from.hash })}`;

/** Sends whoever is not signed in, or has to set up a second factor first, to the page for it. True when this page can go on. */
export async function enter(): Promise<boolean> {
  const known = await askSession();
  // A server that does not answer is the link's matter: the page says so, and asks again when it is back (`openLiveHub`).
  if (known === null || known.accounts === 'off') return true;
  if (!known.signedIn) {
    location.replace(signInAddress(location));
    return false;
  }
  if (known.mustEnrol) {
    location.replace('/account/#second-factor');
    return false;
  }
  return true;
}
