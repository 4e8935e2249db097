import { request } from '../api/rest';
import type { LocalText, Quality, Rule } from '../api/types';

/** An answer in windows and groups; times are Unix milliseconds. */
export interface Answer {
  from: number;
  to: number;
  zone: string;
  window?: string | null;
  compare?: string | null;
  measures: string[];
  /** Readings that were gone through. */
  readings: number;
  groups: AnswerGroup[];
}

/** Sensor, district and domain are absent where the group's series may differ. */
export interface AnswerGroup {
  property: string;
  unit: string;
  sensor?: string | null;
  district?: string | null;
  domain?: string | null;
  /** How many sensors are in it. */
  sensors: number;
  cells: AnswerCell[];
}

export interface Figures {
  count: number;
  /** Share of the readings due that came, 0 to 1; absent where none is known to be due. */
  coverage?: number | null;
  /** In the order of the answer's measures. */
  values: (number | null)[];
  filled: boolean;
}

export interface AnswerCell extends Figures {
  start: number;
  end: number;
  hour?: number | null;
  /** Monday 1. */
  weekday?: number | null;
  before?: Figures | null;
}

/** Readings as they came, each [measured at, value, quality]; `next` is set when there are more. */
export interface Readings {
  series: ReadingSeries[];
  next: string | null;
}

export interface ReadingSeries {
  sensor: string;
  district: string;
  domain: string;
  property: string;
  unit: string;
  points: [number, number, Quality][];
}

/** What is held of one property of one sensor. */
export interface SeriesInfo {
  sensor: string;
  district: string;
  domain: string;
  property: string;
  firstMs: number;
  lastMs: number;
  count: number;
}

export interface PlannedSensor {
  id: string;
  name: LocalText | null;
  district: string;
  domain: string;
  longitude: number | null;
  latitude: number | null;
  properties: string[];
  periodSeconds: number | null;
}

/** A rule with the whole of it as its file has it (docs/rules.md), of which a chart needs its limits. */
export interface LimitRule extends Rule {
  /** Absent from a host whose rules are all in force. */
  inForce?: boolean;
  rule?: {
    raise?: LimitBounds | null;
    /** ISO 8601 duration of the mean that is judged; absent = each value. */
    average?: { length: string } | null;
    /** Limits that changed in time: days (or instants) of the city, from inclusive, to exclusive. */
    periods?: ({ from?: string | null; to?: string | null; source?: LocalText | null } & LimitBounds)[] | null;
  } | null;
}

export interface LimitBounds {
  above?: number | null;
  below?: number | null;
}

/** Years of readings may take a while; whoever waits can stop it. */
const ANSWER_TIMEOUT_MS = 600_000;

export const getAnswer = (address: string, signal: AbortSignal) => request<Answer>(address, { signal }, ANSWER_TIMEOUT_MS);
export const getReadings = (address: string, signal: AbortSignal) => request<Readings>(address, { signal }, ANSWER_TIMEOUT_MS);
export const getSensors = () => request<PlannedSensor[]>('/api/v1/sensors', {}, 60_000);
export const getSeries = (property: string, signal: AbortSignal) =>
  request<SeriesInfo[]>(`/api/v1/history/series?property=${encodeURIComponent(property)}`, { signal }, 60_000);
