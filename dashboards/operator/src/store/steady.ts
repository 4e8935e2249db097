import { signal } from '@preact/signals';
import type { Alert } from '../api/types';
import { isUnacknowledged } from './alerts';
import type { ListItem } from './folding';

/** For how long after the last move of the pointer over it the list stays as it is, in milliseconds. */
export const HOLD_MS = 4_000;

/** The same after the pointer left: a finger's press counts only once it has left. */
const AFTERWARDS_MS = 1_000;

/** Whether somebody is aiming at something in the list: its rows then stay where they are. */
export class Hold {
  readonly held = signal(false);
  private pressed = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** The pointer moved over the list. */
  touch(ms = HOLD_MS): void {
    this.held.value = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.pressed ? null : setTimeout(() => this.release(), ms);
  }

  press(): void {
    this.pressed = true;
    this.touch();
  }

  letGo(): void {
    this.pressed = false;
    this.touch();
  }

  leave(): void {
    this.pressed = false;
    if (this.held.peek()) this.touch(AFTERWARDS_MS);
  }

  release(): void {
    this.pressed = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.held.value = false;
  }
}

/** What is not in a list that is held, or not at its place. */
export interface News {
  count: number;
  /** How many of them are P1 that nobody acknowledged. */
  critical: number;
}

const NO_NEWS: News = { count: 0, critical: 0 };

const isCritical = (alert: Alert) => alert.severity === 1 && isUnacknowledged(alert);

/** The rows as they are shown: while the list is held, in the order and at the places that they had, with what they say now. */
export class SteadyRows {
  private shown: readonly ListItem[] = [];
  /** P1 that waited when the list was last as it should be. */
  private critical: ReadonlySet<string> = new Set();
  private asked: readonly unknown[] = [];

  /**
   * @param fresh the rows as they should be
   * @param held whether they stay where they are
   * @param asked what the operator asked for (filter, open rows): the list follows at once when it changes
   * @param find an alert as it is now, for rows that should be gone
   */
  next(fresh: readonly ListItem[], held: boolean, asked: readonly unknown[], find: (id: string) => Alert | undefined): { rows: readonly ListItem[]; news: News } {
    if (!held || asked.some((one, i) => one !== this.asked[i])) {
      this.asked = asked;
      this.shown = fresh;
      this.critical = new Set(fresh.flatMap((item) => (item.kind === 'alert' && isCritical(item.alert) ? [item.id] : [])));
      return { rows: fresh, news: NO_NEWS };
    }
    const now = new Map(fresh.map((item) => [item.id, item]));
    const known = new Set(this.shown.map((item) => item.id));
    this.shown = this.shown.map((item) => now.get(item.id) ?? gone(item, find));
    let count = 0;
    let critical = 0;
    for (const item of fresh) {
      const urgent = item.kind === 'alert' && isCritical(item.alert) && !this.critical.has(item.id);
      if (known.has(item.id) && !urgent) continue;
      count += item.kind === 'fold' ? item.alerts.length : 1;
      if (urgent) critical++;
    }
    return { rows: this.shown, news: { count, critical } };
  }
}

const gone = (item: ListItem, find: (id: string) => Alert | undefined): ListItem =>
  item.kind === 'fold' ? { ...item, gone: true } : { ...item, alert: find(item.id) ?? item.alert, gone: true };

/**
 * By how many rows a scrolled list has to move so that the row at its top stays where it was; when that row itself went elsewhere, the next
 * one that moved about as far as most that were seen.
 *
 * @param seen ids of the rows that were seen, from the top
 * @param first place of the first of them
 * @param after the rows now
 */
export function shiftOf(seen: readonly string[], first: number, after: readonly { id: string }[]): number {
  const places = new Map(after.map((row, place) => [row.id, place]));
  const shifts = seen.flatMap((id, i) => {
    const place = places.get(id);
    return place === undefined ? [] : [place - first - i];
  });
  const votes = new Map<number, number>();
  for (const shift of shifts) votes.set(shift, (votes.get(shift) ?? 0) + 1);
  let most = 0;
  for (const [shift, count] of votes) if (count > (votes.get(most) ?? 0)) most = shift;
  return shifts.find((shift) => Math.abs(shift - most) <= 1) ?? 0;
}

/** Where the list's next move goes from a row that went elsewhere: its neighbours as they were. */
export class Anchor {
  private readonly before: readonly string[];
  private readonly after: readonly string[];

  constructor(rows: readonly { id: string }[], readonly id: string) {
    const at = rows.findIndex((row) => row.id === id);
    this.before = rows.slice(0, Math.max(0, at)).map((row) => row.id).reverse();
    this.after = rows.slice(at + 1).map((row) => row.id);
  }

  /** The next row below or above that is still there; the last or first row when there is none, null in an empty list. */
  next(rows: readonly { id: string }[], by: 1 | -1): string | null {
    const there = new Set(rows.map((row) => row.id));
    const found = (by > 0 ? this.after : this.before).find((id) => there.has(id));
    return found ?? (by > 0 ? rows.at(-1) : rows[0])?.id ?? null;
  }
}
