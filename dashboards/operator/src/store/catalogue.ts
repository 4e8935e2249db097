import { signal } from '@preact/signals';
import { getAreas, getOutlines, getProperties, getRules } from '../api/rest';
import type { Area, Outlines, PropertyDefinition, Rule, Severity } from '../api/types';
import type { Sensor } from './live-store';

const RETRY_MS = [1_000, 2_000, 4_000, 8_000];

/** What changes seldom: properties, areas with their outlines, rules. Loaded again whenever the server began anew. */
export class Catalogue {
  readonly properties = signal<ReadonlyMap<string, PropertyDefinition>>(new Map());
  readonly areas = signal<ReadonlyMap<string, Area>>(new Map());
  readonly outlines = signal<Outlines | null>(null);
  readonly rules = signal<readonly Rule[]>([]);
  /** True while something could not be loaded. */
  readonly trouble = signal(false);

  private run = 0;

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
