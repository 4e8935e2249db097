import type { Language } from '../i18n';
import type { Palette } from '../palette';
import type { MapLayer } from './style';

const FONT = 'Be Vietnam Pro';

/** Whole names of layers begin so, and are told apart from the map's own by it. */
const PREFIX = 'base-';

const kinds = (...names: string[]) => ['in', ['get', 'kind'], ['literal', names]];

/** A base map in the schema of Protomaps' basemaps (version 4), in greys: under data, colour is for what is abnormal. */
export function basemapLayers(palette: Palette, language: Language): MapLayer[] {
  const layer = (id: string, type: MapLayer['type'], from: string, rest: Partial<MapLayer>): MapLayer =>
    ({ id: PREFIX + id, type, source: 'basemap', 'source-layer': from, ...rest });
  const width = (far: number, near: number) => ['interpolate', ['exponential', 1.6], ['zoom'], 8, far, 16, near];
  return [
    layer('earth', 'fill', 'earth', { paint: { 'fill-color': palette.land } }),
    layer('green', 'fill', 'landuse', {
      filter: kinds('park', 'forest', 'wood', 'nature_reserve', 'protected_area', 'grass', 'grassland', 'cemetery', 'farmland'),
      paint: { 'fill-color': palette.panel, 'fill-opacity': 0.7 },
    }),
    layer('water', 'fill', 'water', { filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': palette.page } }),
    layer('rivers', 'line', 'water', { filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': palette.page, 'line-width': width(0.6, 5) } }),
    layer('buildings', 'fill', 'buildings', { minzoom: 14, paint: { 'fill-color': palette.border, 'fill-opacity': 0.35 } }),
    layer('paths', 'line', 'roads', { minzoom: 14, filter: kinds('path', 'other'), paint: { 'line-color': palette.border, 'line-width': 0.7, 'line-dasharray': [2, 2] } }),
    layer('rails', 'line', 'roads', { minzoom: 10, filter: kinds('rail'), paint: { 'line-color': palette.border, 'line-width': 1, 'line-dasharray': [4, 2] } }),
    layer('minor-roads', 'line', 'roads', { minzoom: 11, filter: kinds('minor_road'), paint: { 'line-color': palette.border, 'line-width': width(0.3, 6), 'line-opacity': 0.55 } }),
    layer('major-roads', 'line', 'roads', { filter: kinds('major_road'), paint: { 'line-color': palette.border, 'line-width': width(0.6, 10), 'line-opacity': 0.75 } }),
    layer('highways', 'line', 'roads', { filter: kinds('highway'), paint: { 'line-color': palette.border, 'line-width': width(1.2, 14) } }),
    layer('boundaries', 'line', 'boundaries', { paint: { 'line-color': palette.border, 'line-width': 0.8, 'line-dasharray': [4, 3] } }),
    layer('places', 'symbol', 'places', {
      layout: {
        'text-field': ['coalesce', ['get', `name:${language}`], ['get', 'name'], ''], 'text-font': [FONT], 'text-max-width': 8, 'text-padding': 6,
        'text-size': ['match', ['get', 'kind'], 'locality', 13, 'region', 14, 'country', 15, 11.5],
      },
      paint: { 'text-color': palette.faint, 'text-halo-color': palette.page, 'text-halo-width': 1.2 },
    }),
    layer('road-names', 'symbol', 'roads', {
      minzoom: 13, filter: kinds('highway', 'major_road', 'minor_road'),
      layout: { 'symbol-placement': 'line', 'text-field': ['coalesce', ['get', `name:${language}`], ['get', 'name'], ''], 'text-font': [FONT], 'text-size': 11 },
      paint: { 'text-color': palette.faint, 'text-halo-color': palette.page, 'text-halo-width': 1.2 },
    }),
  ];
}
