import type { Alert, DistrictState, Rule, SensorState } from '../api/types';
import { isActive, isShown, isUnacknowledged, markFor, worse, type Mark } from '../store/alerts';

/** What a domain is judged by, the most telling first. Anything else that the registry has comes after these. */
const TELLING = [
  'aqi', 'pm25', 'stage', 'level', 'speed', 'occupancy', 'flow', 'load', 'voltage', 'pressure_water', 'turbidity', 'ph', 'oxygen', 'pm10', 'no2', 'o3', 'noise', 'rain', 'power',
  'current', 'wind', 'temp', 'humidity',
];

/** Properties that describe what a device is told, or only ever count up: no indicator. */
const UNTELLING = new Set(['dim', 'energy']);

export type Direction = 'high' | 'low';

export interface Indicator {
  property: string;
  /** Mean over all sensors of the city. */
  mean: number;
  sensors: number;
  direction: Direction;
  /** The worst sensor's value, and the district that it is in. */
  worst: number;
  worstDistrict: string;
  /** When the oldest value that counts was measured. */
  oldest: number;
}

export interface Lamps {
  on: number;
  off: number;
  faulty: number;
}

export interface DomainState {
  domain: string;
  sensors: number;
  reporting: number;
  open: number;
  /** The worst open alert, as on the map. */
  worst: Mark | null;
  /** The first is the headline. */
  indicators: Indicator[];
  lamps: Lamps | null;
}

/** What is worse the lower it is, also where a rule minds the other end too: slow traffic, water without oxygen. */
const WORSE_LOW = new Set(['speed', 'oxygen']);

/** Which way is worse, from the limits that rules set; high where none says otherwise. */
export function directionOf(property: string, domain: string, rules: readonly Rule[]): Direction {
  const own = rules.filter((rule) => rule.property === property && (rule.domain === null || rule.domain === domain));
  if (WORSE_LOW.has(property)) return 'low';
  return own.some((rule) => rule.raiseBelow !== null) && !own.some((rule) => rule.raiseAbove !== null) ? 'low' : 'high';
}

const rank = (property: string) => {
  const at = TELLING.indexOf(property);
  return at < 0 ? TELLING.length : at;
};

/** The indicators of a domain from the districts' aggregates. */
export function indicatorsOf(domain: string, districts: Iterable<DistrictState>, rules: readonly Rule[]): Indicator[] {
  const byProperty = new Map<string, Indicator & { sum: number }>();
  for (const district of districts) {
    for (const part of district.aggregates) {
      if (part.domain !== domain || part.count === 0 || UNTELLING.has(part.property)) continue;
      const direction = directionOf(part.property, domain, rules);
      const value = direction === 'high' ? part.max : part.min;
      const known = byProperty.get(part.property);
      if (!known) {
        byProperty.set(part.property, { property: part.property, mean: 0, sum: part.mean * part.count, sensors: part.count, direction, worst: value, worstDistrict: district.id, oldest: part.oldest });
        continue;
      }
      known.sum += part.mean * part.count;
      known.sensors += part.count;
      known.oldest = Math.min(known.oldest, part.oldest);
      if (direction === 'high' ? value > known.worst : value < known.worst) {
        known.worst = value;
        known.worstDistrict = district.id;
      }
    }
  }
  return [...byProperty.values()].map(({ sum, ...indicator }) => ({ ...indicator, mean: sum / indicator.sensors }))
    .sort((a, b) => rank(a.property) - rank(b.property) || b.sensors - a.sensors || (a.property < b.property ? -1 : 1));
}

type Lamp = Pick<SensorState, 'state' | 'quality' | 'values' | 'properties'>;

/** Whether a sensor is a lamp or a cabinet of lamps: it is told how bright to be. */
export const isLamp = (sensor: Lamp) => sensor.properties.includes('dim');

/** Adds a lamp to the count: cut off, or on, or off. */
export function countLamp(lamps: Lamps, sensor: Lamp, hasAlert: boolean): void {
  const { state, quality, values } = sensor;
  if (hasAlert || state === 'offline' || state === 'silent' || state === 'stale' || quality === 'fault') lamps.faulty++;
  else if ((values.power ?? values.dim ?? 0) > 0) lamps.on++;
  else lamps.off++;
}

/** How each domain is, those with the most urgent alerts first; else by name. */
export function domainStates(sensors: Iterable<SensorState>, districts: readonly DistrictState[], alerts: Iterable<Alert>, rules: readonly Rule[]): DomainState[] {
  const byDomain = new Map<string, DomainState>();
  const of = (domain: string) => {
    let state = byDomain.get(domain);
    if (!state) byDomain.set(domain, state = { domain, sensors: 0, reporting: 0, open: 0, worst: null, indicators: [], lamps: null });
    return state;
  };
  const troubled = new Set<string>();
  for (const alert of alerts) {
    if (alert.state === 'closed' || !isShown(alert)) continue;
    if (alert.sensor !== null && isActive(alert)) troubled.add(alert.sensor);
    if (alert.domain === null) continue;
    const state = of(alert.domain);
    state.open++;
    state.worst = worse(state.worst ?? undefined, markFor(alert, isUnacknowledged(alert)));
  }
  for (const sensor of sensors) {
    const state = of(sensor.domain);
    state.sensors++;
    if (sensor.state === 'online') state.reporting++;
    if (isLamp(sensor)) countLamp(state.lamps ??= { on: 0, off: 0, faulty: 0 }, sensor, troubled.has((sensor as SensorState).id));
  }
  for (const state of byDomain.values()) state.indicators = indicatorsOf(state.domain, districts, rules);
  return [...byDomain.values()].filter((state) => state.sensors > 0 || state.open > 0).sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

export interface DistrictRow {
  id: string;
  /** Open alerts, P1 first, and how many of them nobody acknowledged. */
  open: [number, number, number, number];
  waiting: [number, number, number, number];
  sensors: number;
  silent: number;
}

/** The districts, the worst first. */
export function districtRows(districts: Iterable<DistrictState>, alerts: Iterable<Alert>): DistrictRow[] {
  const rows = new Map<string, DistrictRow>();
  for (const { id, sensors } of districts) {
    rows.set(id, { id, open: [0, 0, 0, 0], waiting: [0, 0, 0, 0], sensors: sensors.total, silent: sensors.offline + sensors.stale + sensors.silent });
  }
  for (const alert of alerts) {
    const row = rows.get(alert.district);
    if (!row || alert.state === 'closed' || !isShown(alert)) continue;
    row.open[(alert.severity - 1) as 0 | 1 | 2 | 3]++;
    if (isUnacknowledged(alert)) row.waiting[(alert.severity - 1) as 0 | 1 | 2 | 3]++;
  }
  const compare = (a: DistrictRow, b: DistrictRow): number => {
    for (let i = 0 as 0 | 1 | 2 | 3; i < 4; i++) {
      if (a.waiting[i] !== b.waiting[i]) return b.waiting[i] - a.waiting[i];
      if (a.open[i] !== b.open[i]) return b.open[i] - a.open[i];
    }
    return b.silent - a.silent || (a.id < b.id ? -1 : 1);
  };
  return [...rows.values()].sort(compare);
}
