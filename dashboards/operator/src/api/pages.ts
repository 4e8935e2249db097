import { request } from './rest';
import type { Act } from './alerts';
import type { Alert, Checklist, DistrictAggregate, DistrictState, LocalText, Severity } from './types';

/** A step of a procedure. */
export interface ProcedureStep {
  id: string;
  text: LocalText;
  detail: LocalText | null;
  optional: boolean;
}

export interface Procedure {
  id: string;
  version: number;
  name: LocalText;
  summary: LocalText | null;
  source: LocalText | null;
  steps: ProcedureStep[];
}

export interface AlertProcedure {
  /** Null when there is none for it. */
  procedure: Procedure | null;
  /** Number of a newer version than the one that its steps are of. */
  latest: number | null;
  checklist: Checklist | null;
}

/** Past alerts like one; lengths of time in milliseconds. */
export interface SimilarAlerts {
  within: 'subject' | 'district';
  from: number;
  count: number;
  more: boolean;
  closed: number;
  medianLastedMs: number | null;
  medianToAcknowledgeMs: number | null;
  items: { alert: Alert; acts: Act[] }[];
  next: string | null;
}

export interface DeadLetter {
  id: number;
  at: number;
  topic: string;
  reason: string;
  reasonText: LocalText;
  detail: string;
  client: string;
  payload: string;
}

/** What is known of a sensor besides its values. */
export interface SensorDetails {
  id: string;
  registered: boolean;
  commune: { id: string; name: LocalText } | null;
  assets: { id: string; kind: string; name: LocalText }[];
  priority: { shift: number; reason: LocalText }[];
  devices: {
    name: string;
    profile: string;
    state: 'valid' | 'disabled' | 'expired' | 'without_secret';
    expiresAt: number | null;
    connected: boolean;
    lastLogin: number | null;
    failedLogins: number;
  }[];
  /** Refused within the last day. */
  deadLetters: number;
  deadLettersMore: boolean;
  lastDeadLetters: DeadLetter[];
}

export interface Exceedance {
  ruleId: string;
  title: LocalText;
  domain: string | null;
  property: string | null;
  severity: Severity;
  subjects: number;
  ms: number;
  now: boolean;
}

export interface DistrictDomain {
  domain: string;
  sensors: DistrictState['sensors'];
  alerts: DistrictState['openAlerts'];
  /** Those of them that nobody has acknowledged. */
  waiting: DistrictState['openAlerts'];
  unacknowledged: number;
  worst: Severity | null;
  exceededMs: number;
  aggregates: DistrictAggregate[];
}

/** Indicators of a district. */
export interface DistrictSummary {
  id: string;
  name: LocalText | null;
  dayBegan: number;
  now: number;
  domains: DistrictDomain[];
  exceedances: Exceedance[];
}

/** Readings of a calendar window. */
export interface HistoryWindow {
  start: number;
  end: number;
  count: number;
  mean: number;
  min: number;
  max: number;
}

export interface AlertPage {
  items: Alert[];
  next: string | null;
}

const id = encodeURIComponent;
const of = (signal?: AbortSignal): RequestInit => (signal ? { signal } : {});

export const getProcedure = (alert: string, signal?: AbortSignal) => request<AlertProcedure>(`/api/v1/alerts/${id(alert)}/procedure`, of(signal));

/** Does a step, or takes it back. A 409 carries the alert as it is now. */
export const doStep = (alert: string, step: string, procedure: Procedure, done: boolean, operator: string) =>
  request<Alert>(`/api/v1/alerts/${id(alert)}/steps/${id(step)}`, {
    method: 'POST', body: JSON.stringify({ operator, procedure: procedure.id, version: procedure.version, done }),
  });

export const getSimilar = (alert: string, within: SimilarAlerts['within'], before: string | null, signal?: AbortSignal) =>
  request<SimilarAlerts>(`/api/v1/alerts/${id(alert)}/similar?within=${within}&limit=5${before === null ? '' : `&before=${id(before)}`}`, of(signal));

export const getSensorDetails = (sensor: string, signal?: AbortSignal) => request<SensorDetails>(`/api/v1/sensors/${id(sensor)}/details`, of(signal));

export const getDistrictSummary = (district: string, signal?: AbortSignal) => request<DistrictSummary>(`/api/v1/districts/${id(district)}/summary`, of(signal));

/** All alerts of a sensor or a district, the latest first. */
export const getAlertsOf = (kind: 'sensor' | 'district', subject: string, before: string | null, signal?: AbortSignal) =>
  request<AlertPage>(`/api/v1/alerts?state=all&limit=20&${kind}=${id(subject)}${before === null ? '' : `&before=${id(before)}`}`, of(signal));

/** Means per window, of one sensor or of a district's sensors of a domain. */
export async function getWindows(
  whose: { sensor: string } | { district: string; domain: string }, property: string, from: number, to: number, window: string, signal?: AbortSignal,
): Promise<HistoryWindow[]> {
  const query = new URLSearchParams({ ...whose, property, from: new Date(from).toISOString(), to: new Date(to).toISOString(), window });
  return (await request<{ windows: HistoryWindow[] }>(`/api/v1/history?${query}`, of(signal), 30_000)).windows;
}
