import type { Outlines } from '../api/types';
import type { Mark } from '../store/alerts';
import type { Sensor } from '../store/live-store';
import type { AbnormalSensor, PlacedSensor } from './city-map';

export type Bounds = [[number, number], [number, number]];

export const isPlaced = (sensor: Sensor): sensor is Sensor & { longitude: number; latitude: number } =>
  sensor.longitude !== null && sensor.latitude !== null;

export function placed(sensors: Iterable<Sensor>): PlacedSensor[] {
  const result: PlacedSensor[] = [];
  for (const sensor of sensors) {
    if (isPlaced(sensor)) result.push({ index: sensor.index, longitude: sensor.longitude, latitude: sensor.latitude });
  }
  return result;
}

/** How a sensor is, in a byte: what the map has to know to see whether it must draw it differently. */
export function conditionCode(sensor: Sensor): number {
  const state = ['online', 'offline', 'stale', 'silent', 'unknown'].indexOf(sensor.state);
  return state + (sensor.quality === 'ok' ? 0 : 8);
}

/** The sensors that have a sign of their own: an alert, a state other than online, or bad quality. */
export function abnormal(sensors: readonly Sensor[], marks: ReadonlyMap<string, Mark>): AbnormalSensor[] {
  const result: AbnormalSensor[] = [];
  for (const sensor of sensors) {
    const mark = marks.get(sensor.id) ?? null;
    const condition = sensor.state === 'online' ? null : sensor.state;
    // What a sensor last said is no longer of interest once it says nothing.
    const badQuality = sensor.quality !== 'ok' && (condition === null || condition === 'stale');
    if ((!mark && !condition && !badQuality) || !isPlaced(sensor)) continue;
    result.push({ index: sensor.index, longitude: sensor.longitude, latitude: sensor.latitude, mark, condition, badQuality });
  }
  return result;
}

/** The box around the outlines; without outlines around the sensors, leaving out stray ones. Null when there is nothing. */
export function homeBounds(outlines: Outlines | null, sensors: readonly PlacedSensor[]): Bounds | null {
  const longitudes: number[] = [];
  const latitudes: number[] = [];
  const add = (position: GeoJSON.Position) => {
    longitudes.push(position[0]!);
    latitudes.push(position[1]!);
  };
  for (const { geometry } of outlines?.features ?? []) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    for (const polygon of polygons) polygon[0]?.forEach(add);
  }
  if (longitudes.length === 0) {
    for (const sensor of sensors) add([sensor.longitude, sensor.latitude]);
    if (longitudes.length === 0) return null;
    longitudes.sort((a, b) => a - b);
    latitudes.sort((a, b) => a - b);
    const cut = Math.floor(longitudes.length * 0.01);
    return [[longitudes[cut]!, latitudes[cut]!], [longitudes.at(-1 - cut)!, latitudes.at(-1 - cut)!]];
  }
  // Not Math.min(...values): an outline has more points than a call takes arguments.
  const extent = (values: number[]): [number, number] => {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high];
  };
  const [west, east] = extent(longitudes);
  const [south, north] = extent(latitudes);
  return [[west, south], [east, north]];
}
