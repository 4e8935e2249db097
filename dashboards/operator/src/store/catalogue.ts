import { effect, signal } from '@preact/signals';
import { getAreas, getOutlines, getProperties, getRules } from '../api/rest';
import type { Area, Outlines, PropertyDefinition, Rule, Severity } from '../api/types';
import type { LiveStore, Sensor } from './live-store';

const RETRY_MS = [1_000, 2_000, 4_000, 8_000];

/** Rules that are changed one after another are asked for once; and the pages of a whole control room not all in the same instant. */
const SETTLE_MS = 1_000;
const SPREAD_MS = 1_000;

/** What changes seldom: properties, areas with their outlines, rules. Loaded again whenever the server began anew, the rules also when others are in force. */
export class Catalogue {
  readonly properties = signal<ReadonlyMap<string, PropertyDefinition>>(new Map());
  readonly areas = signal<ReadonlyMap<string, Area>>(new Map());
  readonly outlines = signal<Outlines | null>(null);
  readonly rules = signal<readonly Rule[]>([]);
  /** True while something could not be loaded. */
  readonly trouble = signal(false);

  private run = 0;
  private rulesRun = 0;

  /** Keeps up with the server: all of it when that began anew, the rules when there are others. */
  follow({ epoch, rulesRevision }: Pick<LiveStore, 'epoch' | 'rulesRevision'>): void {
    let known: { epoch: string | null; rules: number | null } = { epoch: null, rules: null };
    let settling: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      epoch.value;
      void this.load();
    });
    effect(() => {
      const now = { epoch: epoch.value, rules: rulesRevision.value };
      const anew = now.epoch !== known.epoch || known.rules === null;
      const other = now.rules !== known.rules;
      known = now;
      if (anew || !other) return;
      clearTimeout(settling);
      settling = setTimeout(() => void this.loadRules(), SETTLE_MS + Math.random() * SPREAD_MS);
    });
  }

  /** Loads the rules alone; trouble is tried again like everything else. */
  private async loadRules(): Promise<void> {
    const [run, all] = [++this.rulesRun, this.run];
    try {
      const rules = await getRules();
      // What was asked for later counts.
      if (run === this.rulesRun && all === this.run) this.rules.value = rules;
    } catch {
      if (run === this.rulesRun && all === this.run) void this.load();
    }
  }

  /** Loads everything, trying again for ever; a later call replaces one under way. */
  async load(): Promise<void> {
    const run = ++this.run;
    for (let attempt = 0; run === this.run; attempt++) {
      const results = await Promise.allSettled([
        getProperties().then((all) => { this.properties.value = new Map(all.map((property) => [property.code, property])); }),
        getAreas().then((all) => { this.areas.value = new Map(all.map((area) => [area.id, area])); }),
        getOutlines().then((all) => { this.outlines.value = all; }),
        getRules().then((all) => { this.rules.value = all; }),
      ]);
      if (run !== this.run) return;
      this.trouble.value = results.some((result) => result.status === 'rejected');
      if (!this.trouble.value) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
    }
  }
}

export interface LimitLine {
  value: number;
  severity: Severity;
}

/** The limits that rules set for a sensor's property, each value once, the most urgent rule's priority first. */
export function limitsFor(rules: readonly Rule[], sensor: Sensor, property: string): LimitLine[] {
  const byValue = new Map<number, Severity>();
  for (const rule of rules) {
    if (rule.kind !== 'limit' || rule.property !== property) continue;
    if (rule.domain !== null && rule.domain !== sensor.domain) continue;
    if (rule.district !== null && rule.district !== sensor.district) continue;
    if (rule.sensor !== null && rule.sensor !== sensor.id) continue;
    for (const value of [rule.raiseAbove, rule.raiseBelow]) {
      if (value === null) continue;
      const known = byValue.get(value);
      if (known === undefined || rule.severity < known) byValue.set(value, rule.severity);
    }
  }
  return [...byValue].map(([value, severity]) => ({ value, severity })).sort((a, b) => a.severity - b.severity || a.value - b.value);
}
