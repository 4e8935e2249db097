import type { DistrictDomain } from '../api/pages';
import type { SensorState } from '../api/types';

/** Past this age of its oldest value a figure says how old it is, milliseconds. Sensors that do not report are not in it: this is of what was kept and sent late. */
const OLD_MS = 3_600_000;

export const isOld = (oldest: number, now: number): boolean => now - oldest > OLD_MS;

export interface FigureChoice {
  key: string;
  domain: string;
  property: string;
}

/** What a district has a past of: also what nobody tells at present, which is when one asks. */
export function figuresOf(domains: readonly Pick<DistrictDomain, 'domain' | 'aggregates'>[], sensors: Iterable<Pick<SensorState, 'district' | 'domain' | 'values'>>, district: string): FigureChoice[] {
  const byDomain = new Map(domains.map(({ domain, aggregates }) => [domain, new Set(aggregates.map(({ property }) => property))]));
  for (const sensor of sensors) {
    if (sensor.district !== district) continue;
    const properties = byDomain.get(sensor.domain);
    for (const property of Object.keys(sensor.values)) properties?.add(property);
  }
  return [...byDomain].flatMap(([domain, properties]) => [...properties].map((property) => ({ key: `${domain}/${property}`, domain, property })));
}
