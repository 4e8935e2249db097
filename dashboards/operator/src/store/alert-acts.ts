import { signal } from '@preact/signals';
import type { Act, ManyResult, Wish } from '../api/alerts';
import { ApiError } from '../api/rest';
import type { Alert } from '../api/types';
import type { LiveStore } from './live-store';

export interface ActRequests {
  one: (id: string, operator: string, wish: Wish) => Promise<Alert>;
  many: (ids: readonly string[], operator: string, wish: Wish) => Promise<ManyResult>;
  acts: (id: string) => Promise<Act[]>;
}

/** What came of an act. */
export type ActOutcome =
  | { kind: 'done'; count: number }
  /** Another operator was there before: the alert as it is, and what was done to it last. */
  | { kind: 'conflict'; alert: Alert; error: ApiError; last: Act | null }
  | { kind: 'refused'; count: number; of: number; reasons: string[] }
  | { kind: 'failed'; error: ApiError };

/** Sends what operators do with alerts, and takes the answers into the store. */
export class AlertActs {
  /** Alerts with a request under way. */
  readonly pending = signal<ReadonlySet<string>>(new Set());

  constructor(private readonly store: LiveStore, private readonly requests: ActRequests) {}

  async act(ids: readonly string[], operator: string, wish: Wish): Promise<ActOutcome> {
    const free = ids.filter((id) => !this.pending.value.has(id));
    if (free.length === 0) return { kind: 'done', count: 0 };
    this.pending.value = new Set([...this.pending.value, ...free]);
    try {
      return free.length === 1 ? await this.one(free[0]!, operator, wish) : await this.many(free, operator, wish);
    } finally {
      this.pending.value = new Set([...this.pending.value].filter((id) => !free.includes(id)));
    }
  }

  private async one(id: string, operator: string, wish: Wish): Promise<ActOutcome> {
    try {
      this.store.applyAnswer(await this.requests.one(id, operator, wish));
      return { kind: 'done', count: 1 };
    } catch (error) {
      const known = asApiError(error);
      const present = known.problem.alert;
      if (known.status !== 409 || !present) return { kind: 'failed', error: known };
      this.store.applyAnswer(present);
      return { kind: 'conflict', alert: present, error: known, last: await this.lastAct(id) };
    }
  }

  private async many(ids: readonly string[], operator: string, wish: Wish): Promise<ActOutcome> {
    try {
      const answer = await this.requests.many(ids, operator, wish);
      for (const alert of answer.done) this.store.applyAnswer(alert);
      if (answer.refused.length === 0) return { kind: 'done', count: answer.done.length };
      return { kind: 'refused', count: answer.refused.length, of: ids.length, reasons: [...new Set(answer.refused.map((refusal) => refusal.reason))] };
    } catch (error) {
      return { kind: 'failed', error: asApiError(error) };
    }
  }

  /** What an operator did to it last; null when nobody did or it cannot be learnt. */
  private async lastAct(id: string): Promise<Act | null> {
    try {
      return (await this.requests.acts(id)).filter((act) => act.operator !== null).at(-1) ?? null;
    } catch {
      return null;
    }
  }
}

export const asApiError = (error: unknown) => (error instanceof ApiError ? error : new ApiError(0, {}));
