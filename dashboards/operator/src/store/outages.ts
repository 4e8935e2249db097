import { signal } from '@preact/signals';
import { getOutages, type Outage } from '../api/alerts';

/** What is out of service. The live stream tells of alerts only, so this is asked for: when alerts are held by it or freed, and now and then. */
export class Outages {
  readonly all = signal<readonly Outage[]>([]);
  private asked = 0;

  async load(): Promise<void> {
    const ask = ++this.asked;
    try {
      const all = await getOutages();
      if (ask === this.asked) this.all.value = all;
    } catch {
      // What is known stays; asked again soon.
    }
  }

  of(kind: Outage['kind'], subject: string): Outage | null {
    return this.all.value.find((outage) => outage.kind === kind && outage.subject === subject && outage.endedAt === null) ?? null;
  }
}
