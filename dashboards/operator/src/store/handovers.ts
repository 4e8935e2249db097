import { signal } from '@preact/signals';
import { getHandovers, type Handover } from '../api/alerts';
import { sameName } from './operators';

/** How many are asked for at once. */
const PAGE = 20;

/** Changes of shift, the latest first. */
export class Handovers {
  readonly all = signal<readonly Handover[] | null>(null);
  readonly more = signal(false);
  private asked = 0;

  async load(): Promise<boolean> {
    const ask = ++this.asked;
    try {
      const latest = await getHandovers(PAGE);
      if (ask !== this.asked) return true;
      const known = this.all.value ?? [];
      const oldest = latest.at(-1)?.createdAt ?? Number.MAX_SAFE_INTEGER;
      const older = known.filter((one) => one.createdAt < oldest);
      this.all.value = [...latest, ...older];
      if (older.length === 0) this.more.value = latest.length === PAGE;
      return true;
    } catch {
      // What is known stays; asked again soon.
      return false;
    }
  }

  async loadMore(): Promise<boolean> {
    const known = this.all.value ?? [];
    const oldest = known.at(-1);
    if (!oldest) return this.load();
    try {
      const page = await getHandovers(PAGE, oldest.createdAt);
      this.all.value = [...known, ...page.filter((one) => !known.some((other) => other.id === one.id))];
      this.more.value = page.length === PAGE;
      return true;
    } catch {
      return false;
    }
  }

  /** Takes what a request answered; a list asked for before is older than it. */
  take(handover: Handover): void {
    this.asked++;
    const known = this.all.value ?? [];
    this.all.value = known.some((one) => one.id === handover.id) ? known.map((one) => (one.id === handover.id ? handover : one)) : [handover, ...known];
  }
}

/** Those that wait for somebody to accept them. */
export const pendingHandovers = (all: readonly Handover[] | null) => (all ?? []).filter((one) => one.acceptedAt === null && one.withdrawnAt == null);


/** Ids of the alerts that stayed with the giver. */
export const leftOf = (handover: Handover): readonly string[] => handover.left ?? [];

/** Those whose giver still has alerts that the other may not act on. */
export const leftWith = (all: readonly Handover[] | null, giver: string) => (all ?? []).filter((one) => sameName(one.from, giver) && leftOf(one).length > 0);
