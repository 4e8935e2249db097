import type { DistrictDomain } from '../api/pages';
import type { Alert, Severity } from '../api/types';

/** What tells one state of a district's alerts from the next: each with how many acts it has, and those that came and went. */
export function alertsIn(alerts: readonly Alert[], district: string): string {
  return alerts.filter((alert) => alert.district === district).map((alert) => `${alert.id}:${alert.revision}`).sort().join();
}

export interface PriorityCount {
  severity: Severity;
  count: number;
  /** Whether somebody still has to acknowledge one of them: its mark is filled then. */
  waiting: boolean;
}

/** The alerts of a domain by priority, those that there are. */
export const countsOf = ({ alerts, waiting }: Pick<DistrictDomain, 'alerts' | 'waiting'>): PriorityCount[] =>
  ([1, 2, 3, 4] as const).map((severity) => ({ severity, count: alerts[`p${severity}`], waiting: waiting[`p${severity}`] > 0 })).filter(({ count }) => count > 0);
