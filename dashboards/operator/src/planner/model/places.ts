import type { PlannedSensor } from '../api';
import type { PlannerQuery } from './query';

/** Whether a sensor is one of those asked for: it must fit every list that has something in it. */
export const isAsked = (query: PlannerQuery, sensor: { id: string; district: string; domain: string }): boolean =>
  (query.sensors.length === 0 || query.sensors.includes(sensor.id))
  && (query.districts.length === 0 || query.districts.includes(sensor.district))
  && (query.domains.length === 0 || query.domains.includes(sensor.domain));

/** Whether sensors are chosen together with districts or domains: then only those count that fit both, which people seldom mean. */
export const narrowsSensors = (query: PlannerQuery): boolean => query.sensors.length > 0 && (query.districts.length > 0 || query.domains.length > 0);

/** Of the sensors chosen, those that lie in none of the districts, or belong to none of the domains chosen beside them. */
export function leftOut(query: PlannerQuery, sensors: ReadonlyMap<string, PlannedSensor>): string[] {
  if (!narrowsSensors(query)) return [];
  return query.sensors.filter((id) => {
    const sensor = sensors.get(id);
    return sensor !== undefined && !isAsked(query, sensor);
  });
}

/** The sensors to choose from for the properties chosen; one that is chosen already stays, so that it can be dropped. */
export const isOffered = (query: PlannerQuery, sensor: PlannedSensor): boolean =>
  query.properties.length === 0 || query.sensors.includes(sensor.id) || query.properties.some((code) => sensor.properties.includes(code));

/** How many groups an answer has, as far as the sensors are known; 1 at least. */
export function groupsOf(query: PlannerQuery, sensors: Iterable<PlannedSensor>): number {
  const groups = new Set<string>();
  for (const sensor of sensors) {
    if (!isAsked(query, sensor)) continue;
    const place = { sensor: sensor.id, district: sensor.district, domain: sensor.domain, none: '' }[query.groupBy];
    for (const code of sensor.properties) if (query.properties.includes(code)) groups.add(`${code} ${place}`);
  }
  return Math.max(1, groups.size);
}
