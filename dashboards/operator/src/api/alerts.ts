import { request } from './rest';
import type { Alert, AlertState, HoldKind, LocalText, Severity } from './types';

export type ActKind =
  'raised' | 're_raised' | 'cleared' | 'acknowledged' | 'withdrawn' | 'reset' | 'shelved' | 'unshelved' | 'shelving_ended' | 'suppressed' | 'unsuppressed'
  | 'taken_out_of_service' | 'returned_to_service' | 'assigned' | 'released' | 'noted' | 'escalated' | 'handed_over' | 'chattering' | 'chattering_ended' | 'settled' | 'step_done' | 'step_undone';

/** Something that happened to an alert. Times are Unix milliseconds. */
export interface Act {
  sequence: number;
  kind: ActKind;
  /** Event time of a finding, the server's clock of an operator's act. */
  at: number;
  recordedAt: number;
  stateAfter: AlertState;
  holdAfter: HoldKind | 'none';
  /** Null for what happened by itself. */
  operator: string | null;
  note: string | null;
  value: number | null;
  until: number | null;
  /** To whom it was given, or the id of the alert that explains it. */
  target: string | null;
  count: number | null;
}

/** What an operator asks for; the fields are those of the request. */
export type Wish =
  | { kind: 'shelve'; until: number; reason: string }
  | { kind: 'unshelve' }
  | { kind: 'assign'; to: string; note?: string }
  | { kind: 'release' }
  | { kind: 'note'; note: string }
  | { kind: 'reset' };

export interface ManyResult {
  done: Alert[];
  refused: { id: string; reason: string }[];
}

/** Something that is, was or will be out of service. */
export interface Outage {
  id: string;
  kind: 'sensor' | 'asset' | 'district';
  subject: string;
  district: string;
  domain: string | null;
  reason: string;
  operator: string;
  from: number;
  /** Null = until somebody ends it. */
  until: number | null;
  started: boolean;
  endedAt: number | null;
  /** Name of the subject. Absent from an older server. */
  name?: LocalText;
}

export interface OutageWish {
  kind: Outage['kind'];
  id: string;
  domain?: string | null;
  reason: string;
  until: number | null;
}

export interface Handover {
  id: string;
  createdAt: number;
  from: string;
  to: string;
  summary: string;
  acceptedAt: number | null;
  /** Null while it was not; neither is given beside an acceptance. Absent from an older server. */
  withdrawnAt?: number | null;
  withdrawnBy?: string | null;
  /** Ids of alerts that `to` may not act on: they stayed with `from`. Absent from an older server. */
  left?: string[];
  alerts: HandoverAlert[];
}

/** An alert as it was at a hand-over. */
export interface HandoverAlert {
  id: string;
  title: LocalText;
  severity: Severity;
  state: AlertState;
  hold: HoldKind | 'none';
  assignee: string | null;
  stepsDone?: number | null;
  stepsOf?: number | null;
  /** What it was about, by the name that it had then; null when it was about the district. */
  name?: LocalText | null;
  /** Null in hand-overs written before names were kept. */
  district?: LocalText | null;
}

/** The largest number of alerts sent in one request. */
const GROUP_SIZE = 500;

const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
const ALERTS = '/api/v1/alerts';
const SHIFTS = '/api/v1/shifts/handovers';

/** Does something with one alert. A 409 carries the alert as it is now in `problem.alert`. */
export const actOnOne = (id: string, operator: string, { kind, ...fields }: Wish) =>
  request<Alert>(`${ALERTS}/${encodeURIComponent(id)}/${kind}`, post({ ...fields, operator }));

/** Does the same with many alerts, in as many requests as their number needs. */
export async function actOnMany(ids: readonly string[], operator: string, { kind, ...fields }: Wish): Promise<ManyResult> {
  const all: ManyResult = { done: [], refused: [] };
  for (let i = 0; i < ids.length; i += GROUP_SIZE) {
    const part = await request<ManyResult>(`${ALERTS}/${kind}`, post({ ...fields, ids: ids.slice(i, i + GROUP_SIZE), operator }));
    all.done.push(...part.done);
    all.refused.push(...part.refused);
  }
  return all;
}

export const getActs = (id: string, signal?: AbortSignal) => request<Act[]>(`${ALERTS}/${encodeURIComponent(id)}/acts`, signal ? { signal } : {});

export const getOutages = () => request<Outage[]>(`${ALERTS}/out-of-service`);
export const addOutage = (wish: OutageWish, operator: string) => request<Outage>(`${ALERTS}/out-of-service`, post({ ...wish, operator }));
export const endOutage = (id: string, operator: string) => request<Outage>(`${ALERTS}/out-of-service/${encodeURIComponent(id)}/end`, post({ operator }));

export const getHandovers = (limit: number, before: number | null = null) =>
  request<Handover[]>(`${SHIFTS}?limit=${limit}${before === null ? '' : `&before=${before}`}`);
export const handOver = (from: string, to: string, summary: string) => request<Handover>(SHIFTS, post({ from, to, summary }));
export const withdrawHandover = (id: string, operator: string) => request<Handover>(`${SHIFTS}/${encodeURIComponent(id)}/withdraw`, post({ operator }));
export const getOperators = () => request<string[]>('/api/v1/shifts/operators');
export const acceptHandover = (id: string, operator: string) => request<Handover>(`${SHIFTS}/${encodeURIComponent(id)}/accept`, post({ operator }));
