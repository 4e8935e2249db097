import atlasUrl from 'world-atlas/countries-50m.json?url';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** Outlines of the countries (Natural Earth, public domain, through world-atlas). */
export async function loadLand(): Promise<GeoJSON.FeatureCollection> {
  const response = await fetch(atlasUrl);
  if (!response.ok) throw new Error(`The base map answered ${response.status}.`);
  const atlas = (await response.json()) as Topology<{ countries: GeometryCollection }>;
  return feature(atlas, atlas.objects.countries);
}
