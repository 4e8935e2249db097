import type { LocalText } from './types';
import { request } from './rest';

/** Where messages can be sent. Secrets are never told. */
export interface Channel {
  name: string;
  kind: 'smtp' | 'webhook';
  enabled: boolean;
  note: string;
  recipients: string[];
  smtp: { host: string; port: number; security: string } | null;
  webhook: { url: string; template: string | null } | null;
  /** What the receiver failed with last; null while it does not fail. */
  error: string | null;
  failingSinceMs: number | null;
}

/** Which alerts are told through which channels; empty lists are no condition. */
export interface Route {
  name: string;
  order: number;
  enabled: boolean;
  severities: string[];
  domains: string[];
  districts: string[];
  calendar: string | null;
  channels: string[];
  groupWaitSeconds: number;
  repeatEverySeconds: number | null;
  quiet: { calendar: string; through: string[] } | null;
}

export type DeliveryState = 'collecting' | 'held' | 'pending' | 'sent' | 'given_up' | 'withdrawn';

/** A message to one recipient, with its outcome. Times are Unix milliseconds. */
export interface Delivery {
  id: string;
  channel: string;
  recipient: string | null;
  route: string | null;
  purpose: 'alerts' | 'summary' | 'test';
  state: DeliveryState;
  severity: string;
  count: number;
  createdAtMs: number;
  nextAtMs: number | null;
  attempts: number;
  status: number | null;
  error: string | null;
}

export interface TestResult {
  ok: boolean;
  deliveries: Delivery[];
}

const BASE = '/api/v1/notifications';

/** A test waits for its receiver: longer than other requests may take. */
const TEST_TIMEOUT_MS = 60_000;

export const getChannels = () => request<Channel[]>(`${BASE}/channels`);
export const getRoutes = () => request<Route[]>(`${BASE}/routes`);
export const getDeliveries = (state: DeliveryState | null, before: string | null) => {
  const query = new URLSearchParams({ limit: '50', ...(state ? { state } : {}), ...(before ? { before } : {}) });
  return request<{ items: Delivery[]; next: string | null }>(`${BASE}/deliveries?${query}`);
};

/** The test button: sends a message at once and tells how it went. */
export const testChannel = (name: string, language: string) =>
  request<TestResult>(`${BASE}/channels/${encodeURIComponent(name)}/test`, { method: 'POST', body: JSON.stringify({ language }) }, TEST_TIMEOUT_MS);

/** Has a message tried again that was given up or waits. */
export const retryDelivery = (id: string) => request<Delivery>(`${BASE}/deliveries/${encodeURIComponent(id)}/retry`, { method: 'POST' });

/** What a refusal says in the page's language. */
export const refusal = (problem: { detail?: string | null; detailVi?: string | null }, language: keyof LocalText) =>
  (language === 'vi' ? problem.detailVi : problem.detail) ?? problem.detail ?? '';
