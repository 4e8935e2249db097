import type { Handover, Outage } from '../api/alerts';
import { request } from '../api/rest';
import type { AlertState, DeviceCommand, HoldKind, LocalText, SensorStateName, Severity } from '../api/types';
import type { Figures } from '../figures/api';

export const TYPED = ['note', 'incident', 'contact', 'maintenance', 'instruction'] as const;
export const AUTOMATIC = ['duty', 'handover', 'alert', 'flood', 'command', 'system'] as const;
export type Typed = (typeof TYPED)[number];
export type Category = Typed | (typeof AUTOMATIC)[number];

/** An entry of the shift log; times are Unix milliseconds. */
export interface Entry {
  number: number;
  at: number;
  /** The time that it tells of. */
  about: number;
  category: Category;
  operator: string | null;
  text: LocalText;
  severity: Severity | null;
  alert: string | null;
  district: string | null;
  domain: string | null;
  corrects: number | null;
  automatic: boolean;
}

export interface Duty {
  id: string;
  operator: string;
  from: number;
  until: number | null;
}

export interface ReportAlert {
  id: string;
  title: LocalText;
  severity: Severity;
  kind: 'sensor' | 'asset' | 'district';
  subject: string;
  name: LocalText;
  district: string;
  domain: string | null;
  state: AlertState;
  raisedAt: number;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  assignee: string | null;
  hold: HoldKind | 'none';
  holdBy: string | null;
  holdReason: string | null;
  holdUntil: number | null;
  /** Steps of its procedure; null when nobody began. */
  stepsDone: number | null;
  stepsOf: number | null;
  notes: { at: number; operator: string | null; text: string }[];
}

export interface Report {
  from: number;
  to: number;
  generatedAt: number;
  duties: Duty[];
  handovers: Handover[];
  open: ReportAlert[];
  held: ReportAlert[];
  outOfService: Outage[];
  acts: { operator: string; act: string; count: number }[];
  commands: DeviceCommand[];
  /** Names of the sensors that commands went to. Absent from an older server. */
  commandNames?: Record<string, LocalText>;
  entries: Entry[];
  silent: { id: string; name: LocalText | null; district: string | null; domain: string | null; state: SensorStateName; measuredAt: number | null }[];
  figures: Figures;
  totals: { open: number; held: number; commands: number; moreEntries: boolean };
}

export interface LogQuestion {
  from: number | null;
  to: number | null;
  categories: readonly Category[];
  operator: string | null;
  search: string;
}

const SHIFTS = '/api/v1/shifts';
const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });

export function logAddress(question: LogQuestion, more: Record<string, string | number> = {}): string {
  const query = new URLSearchParams();
  if (question.from !== null) query.set('from', String(question.from));
  if (question.to !== null) query.set('to', String(question.to));
  if (question.categories.length > 0) query.set('categories', question.categories.join(','));
  if (question.operator !== null) query.set('operator', question.operator);
  if (question.search.trim() !== '') query.set('search', question.search.trim());
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  return `${SHIFTS}/log?${query}`;
}

export const getLog = (question: LogQuestion, more: Record<string, string | number>) => request<{ items: Entry[]; next: number | null }>(logAddress(question, more));
export const writeEntry = (entry: { operator: string; category: Typed; text: string; about: number | null; corrects: number | null }) => request<Entry>(`${SHIFTS}/log`, post(entry));
export const getOnDuty = () => request<Duty[]>(`${SHIFTS}/duties`);
export const comeOnDuty = (operator: string) => request<Duty>(`${SHIFTS}/duties`, post({ operator }));
export const goOffDuty = (operator: string) => request<Duty>(`${SHIFTS}/duties/end`, post({ operator }));

/** The address of the report; as a file it is recorded as taken away. */
export const reportAddress = (from: number, to: number, file: 'json' | 'csv' | null = null) => `${SHIFTS}/report?from=${from}&to=${to}${file === null ? '' : `&format=${file}&file=true`}`;
export const getReport = (from: number, to: number, signal: AbortSignal) => request<Report>(reportAddress(from, to), { signal }, 60_000);
