import { request } from './rest';
import type { ReplayAnswer } from '../store/replay';
import type { LocalText } from './types';

/** A busy server answers questions to history one after the other. */
const REPLAY_TIMEOUT_MS = 60_000;

export type AssetKind = 'feeder' | 'cabinet' | 'gateway' | 'road' | 'waterworks' | 'other';

/** Something that sensors depend on, with the shape to draw it by. */
export interface AssetShape {
  id: string;
  district: string;
  /** Null when it serves several. */
  domain: string | null;
  kind: AssetKind;
  parentId: string | null;
  name: LocalText;
  /** Slugs of the sensors that depend on it. */
  below: string[];
  geometry: GeoJSON.Point | GeoJSON.LineString | GeoJSON.MultiLineString;
}

interface AssetFeature {
  properties: { id: string; district: string; domain?: string | null; kind: AssetKind; parentId: string | null; nameVi: string; nameEn: string; below?: string[] };
  geometry: AssetShape['geometry'];
}

export async function getAssetShapes(): Promise<AssetShape[]> {
  const { features } = await request<{ features: AssetFeature[] }>('/api/v1/assets/geojson?below=true');
  return features.map(({ properties: { nameVi, nameEn, domain, below, ...rest }, geometry }) =>
    ({ ...rest, domain: domain ?? null, name: { vi: nameVi, en: nameEn || nameVi }, below: below ?? [], geometry }));
}

/** How everything was at moments of the past, both ends among them (Unix milliseconds). */
export function getReplay(from: number, to: number, stepSeconds: number, signal: AbortSignal): Promise<ReplayAnswer> {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), step: String(stepSeconds) });
  return request<ReplayAnswer>(`/api/v1/replay?${query}`, { signal }, REPLAY_TIMEOUT_MS);
}

/** Where the city's own base map is, whichever page asks; null when it has none. */
export async function getBasemap(): Promise<{ url: string | null }> {
  const { url } = await request<{ url: string | null }>('/api/v1/map/basemap');
  return { url: url === null ? null : new URL(url, new URL('/', location.href)).href };
}
