import { request } from '../api/rest';
import type { Grant, Permission, Role, Session } from '../api/session';
import type { LocalText } from '../api/types';

export interface LinkInfo {
  purpose: 'setup' | 'invitation' | 'reset';
  userName: string | null;
  displayName: string | null;
  expiresAt: number;
  minPasswordLength: number;
}

export interface OwnAccount {
  id: string;
  userName: string;
  displayName: string;
  grants: Grant[];
  /** Who vouches for it where its owner signs in elsewhere. */
  provider: string | null;
  secondFactor: boolean;
  secondFactorRequired: boolean;
  recoveryCodesLeft: number;
  lastSignIn: number | null;
  minPasswordLength: number;
}

export interface AccountSession {
  id: string;
  current: boolean;
  createdAt: number;
  lastSeen: number;
  expiresAt: number;
  address: string;
  agent: string;
  secondFactor: boolean;
  /** A video wall's. */
  wall: boolean;
}

export interface Account {
  id: string;
  userName: string;
  displayName: string;
  grants: Grant[];
  state: 'invited' | 'active' | 'disabled';
  /** Who vouches for it where its owner signs in elsewhere. */
  provider: string | null;
  secondFactor: boolean;
  lockedUntil: number | null;
  lastSignIn: number | null;
  sessions: number;
  tokens: number;
  createdAt: number;
  createdBy: string;
}

export interface RoleInfo {
  role: Role;
  name: LocalText;
  description: LocalText;
  permissions: Permission[];
}

export interface Token {
  id: string;
  name: string;
  account: string;
  permissions: Permission[];
  districts: string[];
  domains: string[];
  createdAt: number;
  expiresAt: number;
  lastUsed: number | null;
}

export interface OneTimeLink {
  url: string;
  expiresAt: number;
}

export interface NewTotp {
  secret: string;
  uri: string;
  svg: string;
}

export interface TokenWish {
  name: string;
  permissions: Permission[];
  districts: string[];
  domains: string[];
  days: number;
}

const post = (body: unknown = {}): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
const remove: RequestInit = { method: 'DELETE' };
const at = (id: string) => `/api/v1/accounts/${encodeURIComponent(id)}`;

export const signIn = (userName: string, password: string, code: string | null, wall: boolean) => request<Session>('/api/v1/session', post({ userName, password, code, wall }));
export const signOut = () => request<void>('/api/v1/session', remove);
export const lookAtLink = (token: string) => request<LinkInfo>('/api/v1/links/look', post({ token }));
export const redeemLink = (token: string, password: string, userName: string | null, displayName: string | null) =>
  request<{ signedIn: boolean }>('/api/v1/links/redeem', post({ token, password, userName, displayName }));

export const getOwnAccount = () => request<OwnAccount>('/api/v1/account');
export const changePassword = (present: string, next: string) => request<void>('/api/v1/account/password', post({ present, new: next }));
export const beginTotp = (password: string) => request<NewTotp>('/api/v1/account/totp', post({ password }));
export const confirmTotp = (code: string) => request<{ codes: string[] }>('/api/v1/account/totp/confirm', post({ code }));
export const removeTotp = (password: string) => request<void>('/api/v1/account/totp/remove', post({ password }));
export const newRecoveryCodes = (password: string) => request<{ codes: string[] }>('/api/v1/account/recovery-codes', post({ password }));
export const getOwnSessions = () => request<AccountSession[]>('/api/v1/account/sessions');
export const endOwnSession = (id: string) => request<void>(`/api/v1/account/sessions/${encodeURIComponent(id)}`, remove);
export const endOtherSessions = () => request<{ ended: number }>('/api/v1/account/sessions', remove);

export const getTokens = (all: boolean) => request<Token[]>(`/api/v1/tokens${all ? '?all=true' : ''}`);
export const makeToken = (wish: TokenWish) => request<{ token: string; details: Token }>('/api/v1/tokens', post(wish));
export const revokeToken = (id: string) => request<void>(`/api/v1/tokens/${encodeURIComponent(id)}`, remove);

export const getRoles = () => request<RoleInfo[]>('/api/v1/roles');
export const getAccounts = () => request<Account[]>('/api/v1/accounts');
export const invite = (userName: string, displayName: string, grants: Grant[]) =>
  request<{ account: Account; link: OneTimeLink }>('/api/v1/accounts', post({ userName, displayName, grants }));
export const changeAccount = (id: string, change: { displayName?: string; grants?: Grant[]; disabled?: boolean }) =>
  request<Account>(at(id), { method: 'PATCH', body: JSON.stringify(change) });
export const deleteAccount = (id: string) => request<void>(at(id), remove);
export const newLink = (id: string) => request<OneTimeLink>(`${at(id)}/link`, post());
export const resetSecondFactor = (id: string) => request<void>(`${at(id)}/second-factor/reset`, post());
export const unlock = (id: string) => request<void>(`${at(id)}/unlock`, post());
export const endSessions = (id: string) => request<{ ended: number }>(`${at(id)}/sessions`, remove);

export interface AuditEntry {
  number: number;
  at: number;
  who: string;
  by: string;
  address: string;
  action: string;
  target: string;
  status: number;
  detail: string;
}

export interface AuditVerdict {
  whole: boolean;
  entries: number;
  hash: string;
  wrong: number | null;
}

export const getAudit = (who: string, text: string, before: number | null) =>
  request<{ items: AuditEntry[]; next: number | null }>(`/api/v1/audit?${new URLSearchParams({
    limit: '50', ...(who.trim() ? { who: who.trim() } : {}), ...(text.trim() ? { text: text.trim() } : {}), ...(before === null ? {} : { before: String(before) }),
  })}`);
export const verifyAudit = () => request<AuditVerdict>('/api/v1/audit/verify', post(), 60_000);
