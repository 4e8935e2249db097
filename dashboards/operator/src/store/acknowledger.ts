import { signal } from '@preact/signals';
import { ApiError } from '../api/rest';
import type { Alert, GroupAcknowledgement } from '../api/types';
import type { LiveStore } from './live-store';

/** How long a row shows that its acknowledgement failed. */
const FAILED_SHOWN_MS = 10_000;

export interface AcknowledgeRequests {
  one: (id: string, operator: string) => Promise<Alert>;
  group: (ids: readonly string[], operator: string) => Promise<GroupAcknowledgement>;
}

/** What came of an acknowledgement that did not go as asked. */
export type AcknowledgeTrouble =
  | { kind: 'alreadyDone'; by: string | null }
  | { kind: 'failed'; error: ApiError }
  | { kind: 'refused'; count: number; of: number };

/**
 * Sends acknowledgements. A row counts as acknowledged while its request is under way (`pending`), and visibly falls
 * back when it fails (`failed`).
 */
export class Acknowledger {
  readonly pending = signal<ReadonlySet<string>>(new Set());
  readonly failed = signal<ReadonlySet<string>>(new Set());

  constructor(
    private readonly store: LiveStore,
    private readonly requests: AcknowledgeRequests,
    private readonly report: (trouble: AcknowledgeTrouble) => void,
  ) {}

  async one(id: string, operator: string): Promise<void> {
    if (this.pending.value.has(id)) return;
    this.begin([id]);
    try {
      this.store.applyAnswer(await this.requests.one(id, operator));
      this.end([id], []);
    } catch (error) {
      const known = asApiError(error);
      if (known.status === 409 && known.problem.alert) {
        // Another operator was faster: that is no failure, and the alert is as it is.
        this.store.applyAnswer(known.problem.alert);
        this.end([id], []);
        this.report({ kind: 'alreadyDone', by: known.problem.alert.acknowledgedBy });
      } else {
        this.end([id], [id]);
        this.report({ kind: 'failed', error: known });
      }
    }
  }

  async group(ids: readonly string[], operator: string): Promise<void> {
    const asked = ids.filter((id) => !this.pending.value.has(id));
    if (asked.length === 0) return;
    this.begin(asked);
    try {
      const answer = await this.requests.group(asked, operator);
      for (const alert of answer.acknowledged) this.store.applyAnswer(alert);
      const refused = answer.refused.map((refusal) => refusal.id);
      this.end(asked, refused);
      if (refused.length > 0) this.report({ kind: 'refused', count: refused.length, of: asked.length });
    } catch (error) {
      this.end(asked, asked);
      this.report({ kind: 'failed', error: asApiError(error) });
    }
  }

  private begin(ids: readonly string[]): void {
    this.pending.value = new Set([...this.pending.value, ...ids]);
    this.failed.value = without(this.failed.value, ids);
  }

  private end(ids: readonly string[], failed: readonly string[]): void {
    this.pending.value = without(this.pending.value, ids);
    if (failed.length === 0) return;
    this.failed.value = new Set([...this.failed.value, ...failed]);
    setTimeout(() => { this.failed.value = without(this.failed.value, failed); }, FAILED_SHOWN_MS);
  }
}

const asApiError = (error: unknown) => (error instanceof ApiError ? error : new ApiError(0, {}));

function without(set: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  const rest = new Set(set);
  for (const id of ids) rest.delete(id);
  return rest;
}
