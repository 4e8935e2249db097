import type { Alert, Outlines } from '../api/types';
import { isOverdue } from '../store/age';
import { isUnacknowledged, type Mark } from '../store/alerts';
import type { Sensor } from '../store/live-store';
import type { AbnormalSensor, AlertMark, PlacedSensor } from './city-map';

export type Bounds = [[number, number], [number, number]];

export const isPlaced = (sensor: Sensor): sensor is Sensor & { longitude: number; latitude: number } =>
  sensor.longitude !== null && sensor.latitude !== null;

/** The sensors that have a place; `domains` numbers their domains. */
export function placed(sensors: Iterable<Sensor>, domains: readonly string[] = []): PlacedSensor[] {
  const result: PlacedSensor[] = [];
  for (const sensor of sensors) {
    if (isPlaced(sensor)) result.push({ index: sensor.index, longitude: sensor.longitude, latitude: sensor.latitude, group: domains.indexOf(sensor.domain) });
  }
  return result;
}

/** How a sensor is, as the map has to know it. */
export const CONDITION = { online: 0, offline: 1, stale: 2, silent: 3, unknown: 4, old: 5 } as const;

/** Added to a condition when the data's quality is bad. */
export const BAD_QUALITY = 8;

/** How a sensor is, in a byte: what the map has to know to see whether it must draw it differently. */
export function conditionCode(sensor: Sensor, now = 0): number {
  const condition = sensor.state === 'online' && isOverdue(sensor, now) ? CONDITION.old : CONDITION[sensor.state];
  return condition + (sensor.quality === 'ok' ? 0 : BAD_QUALITY);
}

/** How a dot is drawn: in full; not at all, since a sign stands in its place; hollow, since its data are old; faint, since nothing is known. */
export const LOOK = { normal: 0, hidden: 1, old: 2, unknown: 3 } as const;

export function lookOf(code: number): number {
  switch (code & 7) {
    case CONDITION.offline:
    case CONDITION.silent: return LOOK.hidden;
    case CONDITION.stale:
    case CONDITION.old: return LOOK.old;
    case CONDITION.unknown: return LOOK.unknown;
    default: return LOOK.normal;
  }
}

/** Whether a sensor has a sign besides its dot. */
export function hasSign(code: number): boolean {
  const condition = code & 7;
  if (condition === CONDITION.offline || condition === CONDITION.silent) return true;
  // What a sensor last said is no longer of interest once it says nothing.
  return code >= BAD_QUALITY && condition !== CONDITION.unknown;
}

/** The sensors that have a sign besides their dot: offline, silent, or of bad quality. */
export function abnormal(sensors: readonly Sensor[], codes: Uint8Array, hidden: ReadonlySet<string>): AbnormalSensor[] {
  const result: AbnormalSensor[] = [];
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    if (code === 0 || !hasSign(code)) continue;
    const sensor = sensors[index];
    if (!sensor || !isPlaced(sensor) || hidden.has(sensor.domain)) continue;
    const condition = code & 7;
    result.push({
      index, longitude: sensor.longitude, latitude: sensor.latitude,
      condition: condition === CONDITION.offline ? 'offline' : condition === CONDITION.silent ? 'silent' : null,
      badQuality: code >= BAD_QUALITY && condition !== CONDITION.offline && condition !== CONDITION.silent,
    });
  }
  return result;
}

/** The marks to draw: one for each sensor that has an open alert. */
export function alertMarks(sensors: ReadonlyMap<string, Sensor>, marks: ReadonlyMap<string, Mark>, hidden: ReadonlySet<string>): AlertMark[] {
  const result: AlertMark[] = [];
  for (const [id, mark] of marks) {
    const sensor = sensors.get(id);
    if (!sensor || !isPlaced(sensor) || hidden.has(sensor.domain)) continue;
    result.push({ id: sensor.index, longitude: sensor.longitude, latitude: sensor.latitude, mark });
  }
  return result;
}

/** Alerts that nobody acknowledged and that the map does not show, because their domain's layer is off. */
export const hiddenAlerts = (alerts: Iterable<Alert>, hidden: ReadonlySet<string>) => {
  let count = 0;
  for (const alert of alerts) if (alert.domain !== null && hidden.has(alert.domain) && isUnacknowledged(alert)) count++;
  return count;
};

/** The box around the outlines; without outlines around the sensors, leaving out stray ones. Null when there is nothing. */
export function homeBounds(outlines: Outlines | null, sensors: readonly PlacedSensor[]): Bounds | null {
  const outlined = boundsOf((outlines?.features ?? []).map((feature) => feature.geometry));
  if (outlined || sensors.length === 0) return outlined;
  const longitudes = sensors.map((sensor) => sensor.longitude).sort((a, b) => a - b);
  const latitudes = sensors.map((sensor) => sensor.latitude).sort((a, b) => a - b);
  const cut = Math.floor(longitudes.length * 0.01);
  return [[longitudes[cut]!, latitudes[cut]!], [longitudes.at(-1 - cut)!, latitudes.at(-1 - cut)!]];
}

type Shape = GeoJSON.Polygon | GeoJSON.MultiPolygon | GeoJSON.LineString | GeoJSON.MultiLineString | GeoJSON.Point;

/** The box around shapes; null when there are none. */
export function boundsOf(shapes: readonly Shape[]): Bounds | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (position: GeoJSON.Position) => {
    west = Math.min(west, position[0]!);
    east = Math.max(east, position[0]!);
    south = Math.min(south, position[1]!);
    north = Math.max(north, position[1]!);
  };
  for (const shape of shapes) {
    switch (shape.type) {
      case 'Point': add(shape.coordinates); break;
      case 'LineString': shape.coordinates.forEach(add); break;
      case 'MultiLineString': for (const line of shape.coordinates) line.forEach(add); break;
      // The outer ring is enough.
      case 'Polygon': shape.coordinates[0]?.forEach(add); break;
      case 'MultiPolygon': for (const polygon of shape.coordinates) polygon[0]?.forEach(add); break;
    }
  }
  return west === Infinity ? null : [[west, south], [east, north]];
}
