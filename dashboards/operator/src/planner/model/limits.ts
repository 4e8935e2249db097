import type { LocalText, Severity } from '../../api/types';
import type { LimitRule, PlannedSensor } from '../api';
import { isDay, isDuration, roughly, startOf } from './calendar';
import { isLevel } from './chart';
import { isAsked } from './places';
import type { PlannerQuery } from './query';

/** A limit of a rule, and when it holds (Unix milliseconds, null = open). */
export interface Limit {
  value: number;
  below: boolean;
  severity: Severity;
  name: LocalText;
  source: LocalText | null;
  /** It is for a mean over so many seconds; null = for each value. */
  averageSeconds: number | null;
  from: number | null;
  to: number | null;
}

/** An instant of a rule's period: a day begins when the city's does. */
const instant = (text: string | null | undefined, zone: string): number | null => {
  if (!text) return null;
  const at = isDay(text) ? startOf(text, zone) : Date.parse(text);
  return Number.isFinite(at) ? at : null;
};

/** The limits that a rule ever sets. */
function allOf(rule: LimitRule, zone: string): Limit[] {
  const whole = rule.rule ?? {};
  const single = { above: rule.raiseAbove, below: rule.raiseBelow };
  const periods = whole.periods && whole.periods.length > 0 ? whole.periods : [{ ...(whole.raise ?? single), from: null, to: null, source: null }];
  return periods.flatMap((period) => ([[period.above, false], [period.below, true]] as const).flatMap(([value, below]): Limit[] => (typeof value !== 'number' ? [] : [{
    value, below, severity: rule.severity, name: rule.name, source: period.source ?? rule.source,
    averageSeconds: whole.average && isDuration(whole.average.length) ? roughly(whole.average.length) / 1000 : null,
    from: instant(period.from, zone), to: instant(period.to, zone),
  }])));
}

/** The limits that rules set for a property of any of the sensors asked for, within a range; the highest first. */
export function limitsOf(
  rules: readonly LimitRule[], sensors: readonly PlannedSensor[], query: PlannerQuery, property: string, range: { from: number; to: number }, zone: string): Limit[] {
  if (!isLevel(query.measures[0]!)) return [];
  const asked = sensors.filter((sensor) => sensor.properties.includes(property) && isAsked(query, sensor));
  const limits = new Map<string, Limit>();
  for (const rule of rules) {
    if (rule.kind !== 'limit' || rule.property !== property || rule.inForce === false) continue;
    if (!asked.some((s) => (rule.domain === null || rule.domain === s.domain) && (rule.district === null || rule.district === s.district) && (rule.sensor === null || rule.sensor === s.id))) continue;
    for (const limit of allOf(rule, zone)) {
      if ((limit.from ?? -Infinity) >= range.to || (limit.to ?? Infinity) <= range.from) continue;
      const key = JSON.stringify([limit.value, limit.below, limit.averageSeconds, limit.from, limit.to]);
      const known = limits.get(key);
      if (!known || limit.severity < known.severity) limits.set(key, limit);
    }
  }
  return [...limits.values()].sort((a, b) => b.value - a.value || a.severity - b.severity);
}
