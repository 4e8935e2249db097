import type { Alert, Severity } from '../api/types';
import { sameName } from './operators';

export const SEVERITIES: readonly Severity[] = [1, 2, 3, 4];

/** What an alert's place in the list follows from. */
export type Standing = Pick<Alert, 'state' | 'severity'>;

/** Whether somebody still has to acknowledge it. */
export const isUnacknowledged = (alert: Pick<Alert, 'state'>) =>
  alert.state === 'unacknowledged' || alert.state === 'returned' || alert.state === 'latched_unacknowledged';

/** Whether it belongs in the list: nothing holds it back. */
export const isShown = (alert: Alert) => !alert.hold;

/** Whether its condition is gone and it waits for a reset. */
export const isLatched = (alert: Alert) => alert.state === 'latched_unacknowledged' || alert.state === 'latched_acknowledged';

/** Whether the condition still holds. */
export const isActive = (alert: Pick<Alert, 'state'>) => alert.state === 'unacknowledged' || alert.state === 'acknowledged';

/**
 * The order of the list: P1 and P2 whose condition still holds stay on top whether acknowledged or not; then what nobody
 * acknowledged; then what somebody did; closed ones last. Within each: the most urgent, then the newest.
 */
export function listGroup(alert: Standing): number {
  if (alert.state === 'closed') return 4;
  if (alert.severity <= 2 && isActive(alert)) return isUnacknowledged(alert) ? 0 : 1;
  return isUnacknowledged(alert) ? 2 : 3;
}

export function compareAlerts(a: Alert, b: Alert): number {
  const byGroup = listGroup(a) - listGroup(b);
  if (byGroup !== 0) return byGroup;
  if (a.state !== 'closed' && a.severity !== b.severity) return a.severity - b.severity;
  if (a.raisedAt !== b.raisedAt) return b.raisedAt - a.raisedAt;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** How an alert has to stand: it waits for somebody to acknowledge it, somebody did and it holds, it is over, it waits for a reset. */
export type StateFilter = 'waiting' | 'acknowledged' | 'returned' | 'latched';

export interface AlertFilter {
  /** Empty = all. */
  severities: ReadonlySet<Severity>;
  /** Null = all. */
  domain: string | null;
  /** Null = all. */
  district: string | null;
  /** Null = all. */
  state: StateFilter | null;
  /** Only those that the operator sees to. */
  mine: boolean;
  /** Words that all have to occur. */
  search: string;
  showClosed: boolean;
}

export const NO_FILTER: AlertFilter = { severities: new Set(), domain: null, district: null, state: null, mine: false, search: '', showClosed: false };

/** Whether a filter leaves anything out that is open. */
export const isFiltered = (filter: AlertFilter) =>
  filter.severities.size > 0 || filter.domain !== null || filter.district !== null || filter.state !== null || filter.mine || filter.search !== '';

const STANDS: Record<StateFilter, (alert: Alert) => boolean> = {
  waiting: (alert) => isUnacknowledged(alert),
  acknowledged: (alert) => alert.state === 'acknowledged',
  returned: (alert) => alert.state === 'returned',
  latched: (alert) => isLatched(alert),
};

/** Lower case without diacritics, so that "ngap lut" finds "Ngập lụt". */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

/** The alerts that a filter lets through, in the list's order. `describe` gives the text that a search looks in, `me` is the operator. */
export function visibleAlerts(alerts: Iterable<Alert>, filter: AlertFilter, describe: (alert: Alert) => string, me = ''): Alert[] {
  const words = fold(filter.search).split(/\s+/).filter((word) => word !== '');
  const visible: Alert[] = [];
  for (const alert of alerts) {
    if (alert.state === 'closed' && !filter.showClosed) continue;
    if (filter.severities.size > 0 && !filter.severities.has(alert.severity)) continue;
    if (filter.domain !== null && alert.domain !== filter.domain) continue;
    if (filter.district !== null && alert.district !== filter.district) continue;
    if (filter.state !== null && !STANDS[filter.state](alert)) continue;
    if (filter.mine && !sameName(alert.assignee, me)) continue;
    if (words.length > 0) {
      const text = fold(describe(alert));
      if (!words.every((word) => text.includes(word))) continue;
    }
    visible.push(alert);
  }
  return visible.sort(compareAlerts);
}

export interface SeverityCount {
  open: number;
  unacknowledged: number;
}

export type SeverityCounts = Record<Severity, SeverityCount>;

/** How many are not closed, and how many of those nobody acknowledged, per priority. */
export function countBySeverity(alerts: Iterable<Alert>): SeverityCounts {
  const counts: SeverityCounts = {
    1: { open: 0, unacknowledged: 0 }, 2: { open: 0, unacknowledged: 0 }, 3: { open: 0, unacknowledged: 0 }, 4: { open: 0, unacknowledged: 0 },
  };
  for (const alert of alerts) {
    if (alert.state === 'closed') continue;
    const count = counts[alert.severity];
    count.open++;
    if (isUnacknowledged(alert)) count.unacknowledged++;
  }
  return counts;
}

export interface DomainCount {
  domain: string;
  sensors: number;
  open: number;
  unacknowledged: number;
  /** The most urgent alert that nobody acknowledged; null when there is none. */
  worst: Severity | null;
}

/** The domains that there are sensors or open alerts of, by name. */
export function countByDomain(sensors: Iterable<{ domain: string }>, alerts: Iterable<Alert>): DomainCount[] {
  const byDomain = new Map<string, DomainCount>();
  const of = (domain: string) => {
    let count = byDomain.get(domain);
    if (!count) byDomain.set(domain, count = { domain, sensors: 0, open: 0, unacknowledged: 0, worst: null });
    return count;
  };
  for (const sensor of sensors) of(sensor.domain).sensors++;
  for (const alert of alerts) {
    if (alert.state === 'closed') continue;
    if (alert.domain === null) continue;
    const count = of(alert.domain);
    count.open++;
    if (!isUnacknowledged(alert)) continue;
    count.unacknowledged++;
    if (count.worst === null || alert.severity < count.worst) count.worst = alert.severity;
  }
  return [...byDomain.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

/** What a group acknowledgement would take from the list: what nobody acknowledged, never a P1. */
export const groupable = (alerts: readonly Alert[]) => alerts.filter((alert) => isUnacknowledged(alert) && alert.severity !== 1);

/** The shape that stands for open alerts: a priority, filled while nobody acknowledged it. */
export interface Figure {
  severity: Severity;
  unacknowledged: boolean;
}

/** The mark that a sensor, an asset or a district gets for its open alerts. */
export interface Mark extends Figure {
  /** The most urgent priority that nobody acknowledged, which may be another than the shape's; null when all are acknowledged. */
  waiting: Severity | null;
}

/** The order of marks, the worst first: an acknowledged P1 or P2 is never below a P3 or P4, as in the list. */
const RANKING: readonly Figure[] = ([[1, true], [2, true], [1, false], [2, false], [3, true], [4, true], [3, false], [4, false]] as const)
  .map(([severity, unacknowledged]) => ({ severity, unacknowledged }));

/** A mark's place in that order, from 1; the least is the worst inside a cluster. */
export const rankOf = (mark: Figure) => 1 + RANKING.findIndex((one) => one.severity === mark.severity && one.unacknowledged === mark.unacknowledged);

/** The shape of a rank. */
export const markOf = (rank: number): Figure => RANKING[rank - 1]!;

/** All ranks. */
export const RANKS: readonly number[] = RANKING.map((_, index) => index + 1);

/** The mark of one alert. */
export function markFor({ severity }: { severity: Severity }, unacknowledged: boolean): Mark {
  return { severity, unacknowledged, waiting: unacknowledged ? severity : null };
}

/** What two marks together are: the shape of the worse one, and the most urgent of what waits in either. */
export function worse(a: Mark | undefined, b: Mark): Mark {
  if (!a) return b;
  const shape = rankOf(b) < rankOf(a) ? b : a;
  const waiting = a.waiting === null ? b.waiting : b.waiting === null || a.waiting < b.waiting ? a.waiting : b.waiting;
  return shape.waiting === waiting ? shape : { ...shape, waiting };
}

/** The marks by sensor (or by district, or by asset), from the alerts that are not closed. */
export function marksBy(alerts: Iterable<Alert>, key: 'sensor' | 'district' | 'asset'): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const alert of alerts) {
    if (alert.state === 'closed') continue;
    const id = alert[key];
    if (id !== null) marks.set(id, worse(marks.get(id), markFor(alert, isUnacknowledged(alert))));
  }
  return marks;
}
