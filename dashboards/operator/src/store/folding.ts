import type { Alert } from '../api/types';
import { isActive, isUnacknowledged, markFor, worse, type Mark } from './alerts';

/** A row of the list that is an alert; `depth` 1 stands inside the row above it. */
export interface AlertItem {
  kind: 'alert';
  id: string;
  alert: Alert;
  depth: 0 | 1;
  /** How many alerts it has inside; 0 = none. */
  members: number;
  open: boolean;
  /** It stays only because the list is held: it is closed, held back, or not what the filter asks for. */
  gone?: boolean;
}

/** A row that stands for several alerts. */
export interface FoldItem {
  kind: 'fold';
  id: string;
  key: string;
  alerts: readonly Alert[];
  unacknowledged: number;
  /** The worst of them. */
  mark: Mark;
  newest: number;
  open: boolean;
  gone?: boolean;
}

export type ListItem = AlertItem | FoldItem;

/** A P1 is never folded, nor a P2 that is active and that nobody acknowledged. */
export const isPinned = (alert: Alert) => alert.severity === 1 || (alert.severity === 2 && isActive(alert) && isUnacknowledged(alert));

const foldId = (key: string) => `fold:${key}`;

/**
 * The rows of the list: in a flood the alerts of one key become one row, at the place of the first of them. Nothing is left out: what
 * is folded stands in its row, and opens. An alert that explains others opens to them at any time.
 *
 * @param alerts what the filter lets through, in order
 * @param inFlood whether to fold
 * @param open ids of the rows that are open
 * @param inside the alerts that an alert explains
 */
export function listItems(alerts: readonly Alert[], inFlood: boolean, open: ReadonlySet<string>, inside: (id: string) => readonly Alert[]): ListItem[] {
  const folds = inFlood ? foldable(alerts) : new Map<string, Alert[]>();
  const items: ListItem[] = [];
  const done = new Set<string>();
  for (const alert of alerts) {
    const fold = isPinned(alert) || alert.state === 'closed' ? undefined : folds.get(alert.groupKey ?? '');
    if (!fold || fold.length < 2) {
      addAlert(items, alert, open, inside);
      continue;
    }
    const key = alert.groupKey!;
    if (done.has(key)) continue;
    done.add(key);
    const row = foldRow(key, fold, open);
    items.push(row);
    if (row.open) for (const member of fold) items.push({ kind: 'alert', id: member.id, alert: member, depth: 1, members: 0, open: false });
  }
  return items;
}

function foldable(alerts: readonly Alert[]): Map<string, Alert[]> {
  const folds = new Map<string, Alert[]>();
  for (const alert of alerts) {
    if (isPinned(alert) || alert.state === 'closed' || !alert.groupKey) continue;
    const fold = folds.get(alert.groupKey);
    if (fold) fold.push(alert);
    else folds.set(alert.groupKey, [alert]);
  }
  return folds;
}

function foldRow(key: string, alerts: readonly Alert[], open: ReadonlySet<string>): FoldItem {
  return {
    kind: 'fold', id: foldId(key), key, alerts, open: open.has(foldId(key)),
    unacknowledged: alerts.filter(isUnacknowledged).length,
    mark: alerts.map((alert) => markFor(alert, isUnacknowledged(alert))).reduce(worse),
    newest: Math.max(...alerts.map((alert) => alert.raisedAt)),
  };
}

function addAlert(items: ListItem[], alert: Alert, open: ReadonlySet<string>, inside: (id: string) => readonly Alert[]): void {
  const members = alert.members ?? 0;
  const opened = members > 0 && open.has(alert.id);
  items.push({ kind: 'alert', id: alert.id, alert, depth: 0, members, open: opened });
  if (opened) for (const member of inside(alert.id)) items.push({ kind: 'alert', id: member.id, alert: member, depth: 1, members: 0, open: false });
}
