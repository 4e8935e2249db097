import latin400 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2?url';
import latinExt400 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-ext-400-normal.woff2?url';
import vietnamese400 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2?url';
import type { Language } from '../i18n';
import type { Palette } from '../palette';

/** The part of MapLibre's style that this page uses; `city-map.ts` hands it over. */
export interface MapStyle {
  version: 8;
  'font-faces': Record<string, { url: string; 'unicode-range': string[] }[]>;
  sources: Record<string, unknown>;
  layers: MapLayer[];
}

export interface MapLayer {
  id: string;
  type: 'background' | 'fill' | 'line' | 'circle' | 'symbol';
  source?: string;
  'source-layer'?: string;
  minzoom?: number;
  filter?: unknown[];
  layout?: Record<string, unknown>;
  paint?: Record<string, unknown>;
}

/** How strong the halo of what nobody acknowledged is while it is on. */
export const FLASH_OPACITY = 0.32;

/** In place of the most urgent priority that waits at a mark, where everything is acknowledged. */
export const NOTHING_WAITS = 9;

const FONT = 'Be Vietnam Pro';
const EMPTY = { type: 'FeatureCollection', features: [] };

// The unicode ranges are those of the package's own style sheet.
const FONT_FACES = [
  {
    url: vietnamese400,
    'unicode-range': ['U+0102-0103', 'U+0110-0111', 'U+0128-0129', 'U+0168-0169', 'U+01A0-01A1', 'U+01AF-01B0', 'U+0300-0301',
      'U+0303-0304', 'U+0308-0309', 'U+0323', 'U+0329', 'U+1EA0-1EF9', 'U+20AB'],
  },
  { url: latinExt400, 'unicode-range': ['U+0100-02BA', 'U+02BD-02C5', 'U+02C7-02CC', 'U+02CE-02D7', 'U+02DD-02FF', 'U+1E00-1E9F', 'U+1EF2-1EFF'] },
  { url: latin400, 'unicode-range': ['U+0000-00FF', 'U+0131', 'U+0152-0153', 'U+02BB-02BC', 'U+02C6', 'U+02DA', 'U+02DC', 'U+2000-206F'] },
];

/** Feature state of a sensor's dot: `k` is how it is drawn (see `LOOK`): 0 in full, 1 not at all, 2 hollow, 3 faint. */
const look = ['coalesce', ['feature-state', 'k'], 0];

/** The rank of a mark, or of the worst inside a cluster (see `rankOf`). */
const rank = ['coalesce', ['get', 'worst'], ['get', 'rank'], 8];

/** At this zoom and beyond, every alert is drawn for itself. */
const CLUSTER_MAX_ZOOM = 13;

/** Marks nearer to each other than this (pixels) are drawn as one. */
const CLUSTER_RADIUS = 26;

/** Feature state of a district: `s` is the worst priority that nobody acknowledged, 0 when there is none. */
const severity = ['coalesce', ['feature-state', 's'], 0];

/** Feature state of a district: `c` is 1 when it is chosen (on the planner's page). */
const chosen = ['==', ['coalesce', ['feature-state', 'c'], 0], 1];

/** The whole map in a palette and a language; over a base map of the city's own (`based`) the districts' ground is nearly clear. */
export function mapStyle(palette: Palette, language: Language, based = false): MapStyle {
  const source = (data: unknown = EMPTY) => ({ type: 'geojson', data, tolerance: 0, buffer: 64, maxzoom: 14 });
  return {
    version: 8,
    'font-faces': { [FONT]: FONT_FACES },
    sources: {
      land: { type: 'geojson', data: EMPTY, maxzoom: 9 },
      areas: source(), names: source(), lines: source(), sensors: source(), abnormal: source(), selected: source(),
      alerts: {
        ...source(), cluster: true, clusterRadius: CLUSTER_RADIUS, clusterMaxZoom: CLUSTER_MAX_ZOOM,
        clusterProperties: { worst: ['min', ['get', 'rank']], waiting: ['min', ['get', 'waiting']] },
      },
    },
    layers: [
      { id: 'page', type: 'background', paint: { 'background-color': palette.page } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': palette.land } },
      { id: 'border', type: 'line', source: 'land', paint: { 'line-color': palette.border, 'line-width': 1 } },
      {
        id: 'areas', type: 'fill', source: 'areas',
        paint: {
          // Only the two urgent ones tint the ground: four tints at once would say nothing.
          'fill-color': ['case', chosen, palette.text, ['match', severity, 1, palette.severity[1], 2, palette.severity[2], palette.panel]],
          'fill-opacity': ['case', chosen, 0.22, ['match', severity, 1, 0.12, 2, 0.08, based ? 0.05 : 0.5]],
        },
      },
      {
        id: 'area-lines', type: 'line', source: 'areas', layout: { 'line-join': 'round' },
        paint: {
          'line-color': ['case', chosen, palette.text, ['match', severity, 1, palette.severity[1], 2, palette.severity[2], 3, palette.severity[3], 4, palette.severity[4], palette.border]],
          'line-width': ['case', chosen, 2, ['match', severity, 1, 2, 2, 1.7, 3, 1.2, 4, 1.2, 1.1]],
        },
      },
      {
        id: 'lines', type: 'line', source: 'lines', layout: { 'line-join': 'round', 'line-cap': 'round', 'line-sort-key': ['get', 'severity'] },
        filter: ['!', ['get', 'dead']],
        paint: {
          'line-color': ['match', ['get', 'severity'], 1, palette.severity[1], 2, palette.severity[2], 3, palette.severity[3], 4, palette.severity[4], palette.faint],
          'line-width': ['interpolate', ['linear'], ['zoom'], 9, ['match', ['get', 'severity'], 0, 0.8, 1, 3, 2.4], 14, ['match', ['get', 'severity'], 0, 2, 1, 5, 4]],
          'line-opacity': ['match', ['get', 'severity'], 0, 0.75, 1],
        },
      },
      {
        // Nothing on it reports: dashed, whatever else.
        id: 'dead-lines', type: 'line', source: 'lines', layout: { 'line-join': 'round', 'line-sort-key': ['get', 'severity'] },
        filter: ['get', 'dead'],
        paint: {
          'line-color': ['match', ['get', 'severity'], 1, palette.severity[1], 2, palette.severity[2], 3, palette.severity[3], 4, palette.severity[4], palette.faint],
          'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1, 14, 2.4],
          'line-dasharray': [2, 2],
        },
      },
      {
        id: 'chosen-line', type: 'line', source: 'lines', layout: { 'line-join': 'round', 'line-cap': 'round' }, filter: ['get', 'chosen'],
        paint: { 'line-color': palette.text, 'line-width': 1.4, 'line-gap-width': 8 },
      },
      {
        id: 'sensors', type: 'circle', source: 'sensors',
        paint: {
          'circle-color': palette.normal,
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 1.6, 11, 2.4, 14, 4.5],
          'circle-opacity': ['match', look, 0, 0.85, 0],
          'circle-stroke-color': palette.normal,
          'circle-stroke-width': ['match', look, 2, 1.2, 3, 0.8, 0],
          'circle-stroke-opacity': ['match', look, 2, 0.95, 3, 0.6, 0],
        },
      },
      {
        id: 'communes', type: 'symbol', source: 'names', minzoom: 11, filter: ['==', ['get', 'level'], 'commune'],
        layout: { 'text-field': ['get', language], 'text-font': [FONT], 'text-size': 12, 'text-max-width': 9, 'text-padding': 6 },
        paint: { 'text-color': palette.faint, 'text-halo-color': palette.panel, 'text-halo-width': 1.4 },
      },
      {
        id: 'names', type: 'symbol', source: 'names', filter: ['!=', ['get', 'level'], 'commune'],
        layout: {
          'text-field': ['get', language], 'text-font': [FONT], 'text-size': ['interpolate', ['linear'], ['zoom'], 8, 12, 13, 16],
          'text-max-width': 9, 'text-padding': 4,
          // Beside a mark rather than under it: marks are placed first, being drawn later.
          'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'], 'text-radial-offset': 1.5, 'text-justify': 'auto',
        },
        paint: { 'text-color': palette.muted, 'text-halo-color': palette.panel, 'text-halo-width': 1.6 },
      },
      {
        id: 'conditions', type: 'symbol', source: 'abnormal', filter: ['has', 'condition'],
        layout: { 'icon-image': ['get', 'condition'], 'icon-allow-overlap': true, 'icon-ignore-placement': true },
      },
      {
        id: 'bad', type: 'symbol', source: 'abnormal', filter: ['has', 'bad'],
        layout: {
          'icon-image': 'bad', 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.5, 14, 0.7],
        },
      },
      {
        id: 'line-marks', type: 'symbol', source: 'lines', minzoom: 11, filter: ['>', ['get', 'severity'], 0],
        layout: {
          'symbol-placement': 'line-center', 'icon-rotation-alignment': 'viewport', 'icon-image': ['get', 'icon'], 'icon-size': 0.8,
          'icon-allow-overlap': true, 'icon-ignore-placement': true,
        },
      },
      {
        id: 'flash', type: 'circle', source: 'alerts', filter: ['<', ['get', 'waiting'], NOTHING_WAITS],
        paint: {
          // Of what waits, not of the shape: an acknowledged P1 does not flash in its red because a P4 beside it waits.
          'circle-color': ['match', ['get', 'waiting'], 1, palette.severity[1], 2, palette.severity[2], 3, palette.severity[3], palette.severity[4]],
          'circle-radius': ['case', ['has', 'point_count'], 23, 18], 'circle-opacity': FLASH_OPACITY, 'circle-opacity-transition': { duration: 0, delay: 0 },
        },
      },
      {
        id: 'alerts', type: 'symbol', source: 'alerts',
        layout: {
          'icon-image': ['concat', ['case', ['has', 'point_count'], 'c', 'a'], ['to-string', rank]],
          'text-field': ['case', ['has', 'point_count'], ['concat', '×', ['to-string', ['get', 'point_count_abbreviated']]], ''],
          'text-font': [FONT], 'text-size': 15, 'text-anchor': 'left', 'text-offset': [1.3, 0.1],
          // Always drawn, and names make room for them.
          'icon-allow-overlap': true, 'text-allow-overlap': true,
          // What is worse is drawn later, over what is less so.
          'symbol-sort-key': ['-', 9, rank],
        },
        paint: { 'text-color': palette.text, 'text-halo-color': palette.page, 'text-halo-width': 2 },
      },
      {
        id: 'selected', type: 'circle', source: 'selected',
        paint: {
          'circle-radius': 19, 'circle-color': palette.text, 'circle-opacity': 0,
          'circle-stroke-color': palette.text, 'circle-stroke-width': 2.5,
        },
      },
    ],
  };
}
