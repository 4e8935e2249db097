import { signal } from '@preact/signals';
import { getAssetShapes } from '../api/map';
import type { AssetShape } from '../api/map';
import type { Mark } from './alerts';
import { worse } from './alerts';

const RETRY_MS = [1_000, 2_000, 4_000, 8_000];

export interface AssetEntry extends AssetShape {
  /** Number of its feature on the map. */
  index: number;
  longitude: number;
  latitude: number;
}

/** What sensors depend on, with the lines to draw it by. */
export class AssetBook {
  readonly all = signal<readonly AssetEntry[]>([]);
  readonly byId = signal<ReadonlyMap<string, AssetEntry>>(new Map());
  private run = 0;

  /** Loads them, trying again for ever; a later call replaces one under way. */
  async load(): Promise<void> {
    const run = ++this.run;
    for (let attempt = 0; run === this.run; attempt++) {
      try {
        const shapes = await getAssetShapes();
        if (run !== this.run) return;
        const all = shapes.map((shape, index) => ({ ...shape, index, ...middle(shape.geometry) }));
        this.all.value = all;
        this.byId.value = new Map(all.map((one) => [one.id, one]));
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
      }
    }
  }
}

/** A place on a shape to stand for it: of a line its middle vertex. */
function middle(geometry: AssetShape['geometry']): { longitude: number; latitude: number } {
  const line = geometry.type === 'Point' ? [geometry.coordinates] : geometry.type === 'LineString' ? geometry.coordinates : geometry.coordinates[0] ?? [];
  const [longitude = 0, latitude = 0] = line[Math.floor(line.length / 2)] ?? [];
  return { longitude, latitude };
}

/** How a line is: the worst alert of itself and of what depends on it, and whether anything that does reports at all. */
export interface LineState {
  mark: Mark | null;
  /** None of its sensors reports. */
  dead: boolean;
}

export function lineState(
  asset: AssetShape, sensorMarks: ReadonlyMap<string, Mark>, assetMarks: ReadonlyMap<string, Mark>, reports: (sensor: string) => boolean,
): LineState {
  let mark: Mark | null = assetMarks.get(asset.id) ?? null;
  let dead = asset.below.length > 0;
  for (const sensor of asset.below) {
    const other = sensorMarks.get(sensor);
    if (other) mark = worse(mark ?? undefined, other);
    if (dead && reports(sensor)) dead = false;
  }
  return { mark, dead };
}
