import { request } from '../api/rest';
import type { LocalText, Severity } from '../api/types';

/** A figure of the alarm system; units are 1 (a number or a share) and s (seconds). */
export interface Figure {
  id: string;
  name: LocalText;
  value: number | null;
  unit: string;
  target: { limit: number; met: boolean | null; text: LocalText } | null;
}

/** What an alert is about, with how often. */
export interface SubjectRow {
  kind: 'sensor' | 'asset' | 'district';
  subject: string;
  name: LocalText;
  district: string;
  domain: string | null;
  ruleId: string;
  title: LocalText | null;
}

export interface BadActor extends SubjectRow {
  annunciated: number;
  share: number;
}

export interface Nuisance extends SubjectRow {
  chattered: boolean;
  thriceInAMinute: boolean;
  fleeting: number;
}

export interface StaleAlert extends SubjectRow {
  alert: string;
  severity: Severity;
  since: number;
  until: number | null;
  acknowledged: boolean;
}

export interface Step {
  at: number;
  p1: number;
  p2: number;
  p3: number;
  p4: number;
  /** Most per operator in ten minutes of the step. */
  peak: number;
}

export interface PlaceRow {
  district: string;
  domain: string | null;
  p1: number;
  p2: number;
  p3: number;
  p4: number;
  annunciated: number;
  share: number;
}

/** The figures of a period; times are Unix milliseconds. */
export interface Figures {
  from: number;
  to: number;
  operators: number;
  staffed: number | null;
  source: LocalText;
  figures: Figure[];
  badActors: BadActor[];
  bucketMs: number;
  course: Step[];
  floods: { from: number; to: number; annunciated: number; peak: number }[];
  places: PlaceRow[];
  nuisances: Nuisance[];
  stale: StaleAlert[];
}

/** Months of lives take a while. */
const TIMEOUT_MS = 120_000;

export interface FiguresQuestion {
  from: number;
  to: number;
  district: string | null;
  domain: string | null;
  operators: number | null;
}

export function figuresAddress(question: FiguresQuestion, format: 'json' | 'csv' = 'json'): string {
  const query = new URLSearchParams({ from: String(question.from), to: String(question.to) });
  if (question.district !== null) query.set('district', question.district);
  if (question.domain !== null) query.set('domain', question.domain);
  if (question.operators !== null) query.set('operators', String(question.operators));
  if (format !== 'json') query.set('format', format);
  return `/api/v1/alerts/figures?${query}`;
}

export const getFigures = (question: FiguresQuestion, signal: AbortSignal) => request<Figures>(figuresAddress(question), { signal }, TIMEOUT_MS);
