import 'maplibre-gl/dist/maplibre-gl.css';
import {
  addProtocol, Map as MapLibre, ScaleControl, setWorkerUrl, type GeoJSONSource, type LayerSpecification, type MapGeoJSONFeature, type MapMouseEvent, type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { PMTiles, Protocol } from 'pmtiles';
import type { Outlines } from '../api/types';
import { DEFAULT_CENTRE } from '../config';
import type { Language } from '../i18n';
import { PALETTES } from '../palette';
import { markOf, rankOf, type Figure, type Mark } from '../store/alerts';
import type { Theme } from '../store/preferences';
import { alertIcon, drawIcons, ICON_RATIO } from './icons';
import { basemapLayers } from './basemap';
import { FLASH_OPACITY, mapStyle, NOTHING_WAITS, type MapLayer } from './style';

setWorkerUrl(workerUrl);

/** Reads the archive of a base map in ranges. */
const archives = new Protocol();
addProtocol('pmtiles', archives.tile);

export interface PlacedSensor {
  index: number;
  longitude: number;
  latitude: number;
  /** Number of its domain, to hide all of a domain at once; absent: never hidden. */
  group?: number;
}

/** A sensor that has a sign besides its dot. */
export interface AbnormalSensor extends PlacedSensor {
  condition: 'offline' | 'silent' | null;
  badQuality: boolean;
}

/** An open alert's place: a sensor's, by its number, or an asset's. */
export interface AlertMark {
  id: number;
  longitude: number;
  latitude: number;
  mark: Mark;
}

/** An asset as a line; its number has to differ from those of sensors only in the layers that show it. */
export interface MapLine {
  index: number;
  geometry: GeoJSON.LineString | GeoJSON.MultiLineString;
  mark: Mark | null;
  dead: boolean;
  chosen: boolean;
}

export interface AreaName {
  vi: string;
  en: string;
  longitude: number;
  latitude: number;
  level?: 'district' | 'commune';
}

/** What is under the pointer, with the place on the map in pixels. */
export type Hover = { x: number; y: number } & (
  | { kind: 'sensor'; index: number }
  | { kind: 'asset'; index: number }
  | { kind: 'cluster'; count: number; worst: Figure });

/** Groups of layers that can be hidden. */
export type LayerGroup = 'base' | 'areas' | 'names' | 'lines' | 'sensors';

const GROUPS: Record<LayerGroup, readonly string[]> = {
  base: ['land', 'border'],
  areas: ['areas', 'area-lines'],
  names: ['names', 'communes'],
  lines: ['lines', 'dead-lines', 'chosen-line', 'line-marks'],
  sensors: ['sensors', 'conditions', 'bad'],
};

/** Marks of assets are numbered from here on, those of sensors from 0. */
export const ASSET_MARKS = 10_000_000;

export interface CityMapEvents {
  onSelect(index: number): void;
  /** What is under the pointer; null when there is nothing. */
  onHover(hover: Hover | null): void;
  /** An asset was pressed, by its number. */
  onAsset?(index: number): void;
  /** The ground of a district was pressed, or D with the district in the middle of the map; absent where districts are not to be chosen. */
  onArea?(id: string): void;
}

type Bounds = [[number, number], [number, number]];

/** How near (pixels) the pointer has to be to a mark. */
const REACH = 7;
const ALERT_LAYERS = ['alerts'];
const OTHER_LAYERS = ['conditions', 'bad', 'sensors'];
const LINE_LAYERS = ['line-marks', 'lines', 'dead-lines'];
const FLASH_MS = 600;

/** The map. The page's only use of MapLibre. */
export class CityMap {
  private readonly map: MapLibre;
  private readonly ready: Promise<void>;
  private flashTimer: ReturnType<typeof setInterval> | null = null;
  private flashOn = true;
  private areaIds: string[] = [];
  private home: Bounds | null = null;
  /** The map shows everything, and nobody moved it since. */
  private atHome = false;
  private removed = false;
  private based = false;
  private hiddenLayers: ReadonlySet<LayerGroup> = new Set();

  constructor(container: HTMLElement, private theme: Theme, private language: Language, label: string, private readonly events: CityMapEvents, enlarged = 1) {
    this.map = new MapLibre({
      container,
      style: mapStyle(PALETTES[theme], language) as unknown as StyleSpecification,
      center: DEFAULT_CENTRE,
      zoom: 9,
      minZoom: 4,
      maxZoom: 18,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      // On a wall the whole map is enlarged: drawn with as many pixels more, it stays sharp.
      ...(enlarged === 1 ? {} : { pixelRatio: enlarged * devicePixelRatio }),
      locale: { 'Map.Title': label },
    });
    this.map.touchZoomRotate.disableRotation();
    this.tellWhenDrawn(container);
    this.map.addControl(new ScaleControl({ maxWidth: 140, unit: 'metric' }), 'bottom-left');
    this.ready = Promise.all([
      new Promise<void>((resolve) => { this.map.once('load', () => resolve()); }),
      // The numbers in the shapes are drawn with the page's type: it has to be there first.
      document.fonts.load('600 12px "Be Vietnam Pro"', '1234'),
    ]).then(() => {
      if (this.removed) return;
      this.addIcons();
      this.listen();
      this.flash();
    });
  }

  /** Places all sensors; their dots are numbered by index. */
  setSensors(sensors: readonly PlacedSensor[]): Promise<void> {
    return this.whenReady(() => {
      this.map.removeFeatureState({ source: 'sensors' });
      this.source('sensors').setData({
        type: 'FeatureCollection',
        features: sensors.map((sensor) => point(sensor.longitude, sensor.latitude, { d: sensor.group ?? -1 }, sensor.index)),
      });
    });
  }

  /** Draws dots in another way (see `LOOK`). */
  setLooks(changes: Iterable<[index: number, look: number]>): Promise<void> {
    return this.whenReady(() => {
      for (const [id, look] of changes) this.map.setFeatureState({ source: 'sensors', id }, { k: look });
    });
  }

  setAbnormal(sensors: readonly AbnormalSensor[]): Promise<void> {
    return this.whenReady(() => {
      this.source('abnormal').setData({ type: 'FeatureCollection', features: sensors.map(abnormalFeature) });
    });
  }

  setAlerts(marks: readonly AlertMark[]): Promise<void> {
    return this.whenReady(() => {
      this.source('alerts').setData({
        type: 'FeatureCollection',
        features: marks.map(({ id, longitude, latitude, mark }) => point(longitude, latitude, { rank: rankOf(mark), waiting: mark.waiting ?? NOTHING_WAITS }, id)),
      });
    });
  }

  setLines(lines: readonly MapLine[]): Promise<void> {
    return this.whenReady(() => {
      this.source('lines').setData({
        type: 'FeatureCollection',
        features: lines.map(({ index, geometry, mark, dead, chosen }) => ({
          type: 'Feature', id: index, geometry,
          properties: { severity: mark?.severity ?? 0, dead, chosen, ...(mark ? { icon: alertIcon(mark.severity, mark.unacknowledged) } : {}) },
        })),
      });
    });
  }

  /** Hides the dots of domains, by their numbers. */
  setHiddenDomains(domains: readonly number[]): Promise<void> {
    return this.whenReady(() => {
      this.map.setFilter('sensors', domains.length === 0 ? null : ['!', ['in', ['get', 'd'], ['literal', [...domains]]]]);
    });
  }

  setHiddenLayers(hidden: ReadonlySet<LayerGroup>): Promise<void> {
    return this.whenReady(() => {
      this.hiddenLayers = hidden;
      for (const [group, layers] of Object.entries(GROUPS) as [LayerGroup, readonly string[]][]) {
        const all = group === 'base' && this.based ? [...layers, ...this.baseLayers().map((layer) => layer.id)] : layers;
        for (const layer of all) this.map.setLayoutProperty(layer, 'visibility', hidden.has(group) ? 'none' : 'visible');
      }
    });
  }

  /** Lays the city's own base map under everything; resolves to who has to be named for it, as plain text. */
  async setBasemap(url: string): Promise<string> {
    const archive = new PMTiles(url);
    archives.add(archive);
    const metadata = (await archive.getMetadata()) as { attribution?: string } | null;
    await this.whenReady(() => {
      this.based = true;
      this.map.addSource('basemap', { type: 'vector', url: `pmtiles://${url}` });
      // Names over the ground, everything else under the districts.
      for (const layer of this.baseLayers()) this.map.addLayer(layer as unknown as LayerSpecification, layer.type === 'symbol' ? 'communes' : 'areas');
      this.paint();
      void this.setHiddenLayers(this.hiddenLayers);
    });
    return new DOMParser().parseFromString(metadata?.attribution ?? '', 'text/html').body.textContent ?? '';
  }

  private baseLayers(): MapLayer[] {
    return this.based ? basemapLayers(PALETTES[this.theme], this.language) : [];
  }

  /** Goes to a place, or so near that all of a box is seen. */
  flyTo(target: { longitude: number; latitude: number; zoom: number } | { bounds: Bounds }): Promise<void> {
    return this.whenReady(() => {
      this.atHome = false;
      const animate = !reducedMotion();
      if ('bounds' in target) this.map.fitBounds(target.bounds, { padding: 60, maxZoom: 14, animate });
      else {
        const view = { center: [target.longitude, target.latitude] as [number, number], zoom: Math.max(this.map.getZoom(), target.zoom) };
        if (animate) this.map.flyTo({ ...view, maxDuration: 1500 });
        else this.map.jumpTo(view);
      }
    });
  }

  setLand(land: GeoJSON.FeatureCollection): Promise<void> {
    return this.whenReady(() => { this.source('land').setData(land); });
  }

  setAreas(outlines: Outlines | null, names: readonly AreaName[]): Promise<void> {
    return this.whenReady(() => {
      const features = outlines?.features ?? [];
      this.areaIds = features.map((feature) => feature.properties.id);
      this.map.removeFeatureState({ source: 'areas' });
      this.source('areas').setData({
        type: 'FeatureCollection',
        features: features.map((feature, id) => ({ type: 'Feature', id, geometry: feature.geometry, properties: {} })),
      });
      this.source('names').setData({
        type: 'FeatureCollection',
        features: names.map((name) => point(name.longitude, name.latitude, { vi: name.vi, en: name.en, level: name.level ?? 'district' })),
      });
    });
  }

  /** Colours the districts that have alerts which nobody acknowledged. */
  setAreaMarks(marks: ReadonlyMap<string, Mark>): Promise<void> {
    return this.whenReady(() => {
      this.areaIds.forEach((areaId, id) => {
        const mark = marks.get(areaId);
        this.map.setFeatureState({ source: 'areas', id }, { s: mark?.waiting ?? 0 });
      });
    });
  }

  /** Rings the selected sensor, and brings it into view when it is not. */
  setSelected(sensor: PlacedSensor | null, reveal: boolean): Promise<void> {
    return this.whenReady(() => {
      this.source('selected').setData({ type: 'FeatureCollection', features: sensor ? [point(sensor.longitude, sensor.latitude, {})] : [] });
      if (!sensor || !reveal) return;
      const { x, y } = this.map.project([sensor.longitude, sensor.latitude]);
      const { clientWidth, clientHeight } = this.map.getContainer();
      const margin = 48;
      if (x < margin || y < margin || x > clientWidth - margin || y > clientHeight - margin) {
        this.atHome = false;
        this.map.easeTo({ center: [sensor.longitude, sensor.latitude], duration: reducedMotion() ? 0 : 500 });
      }
    });
  }

  /** Rings all of these sensors. */
  setChosen(sensors: readonly PlacedSensor[]): Promise<void> {
    return this.whenReady(() => {
      this.source('selected').setData({ type: 'FeatureCollection', features: sensors.map((sensor) => point(sensor.longitude, sensor.latitude, {})) });
    });
  }

  /** Marks the districts that are chosen. */
  setChosenAreas(ids: ReadonlySet<string>): Promise<void> {
    return this.whenReady(() => {
      this.areaIds.forEach((areaId, id) => this.map.setFeatureState({ source: 'areas', id }, { c: ids.has(areaId) ? 1 : 0 }));
    });
  }

  /** What "everything" is; the map goes there the first time. */
  setHome(bounds: Bounds): void {
    const first = this.home === null;
    this.home = bounds;
    if (!first) return;
    this.goHome(false);
  }

  goHome(animate = true): void {
    if (!this.home) return;
    this.atHome = true;
    // On a phone the map may not be seen yet, and has no size to fit anything into: its first size brings it home.
    const { clientWidth, clientHeight } = this.map.getContainer();
    if (clientWidth > 0 && clientHeight > 0) this.map.fitBounds(this.home, { padding: 36, animate: animate && !reducedMotion(), maxZoom: 14 });
  }

  zoomIn(): void {
    this.atHome = false;
    this.map.zoomIn();
  }

  zoomOut(): void {
    this.atHome = false;
    this.map.zoomOut();
  }

  setLook(theme: Theme, language: Language, label: string): Promise<void> {
    return this.whenReady(() => {
      this.map.getCanvas().setAttribute('aria-label', label);
      const themeChanged = theme !== this.theme;
      this.theme = theme;
      this.language = language;
      this.paint();
      if (themeChanged) this.addIcons();
    });
  }

  /** Everything in the theme's colours and the language's words. */
  private paint(): void {
    for (const layer of [...mapStyle(PALETTES[this.theme], this.language, this.based).layers, ...this.baseLayers()]) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        if (!name.endsWith('-transition')) this.map.setPaintProperty(layer.id, name as 'line-color', value as string);
      }
      const text = layer.layout?.['text-field'];
      if (text !== undefined && layer.id !== 'alerts') this.map.setLayoutProperty(layer.id, 'text-field', text as string);
    }
  }

  remove(): void {
    this.removed = true;
    if (this.flashTimer !== null) clearInterval(this.flashTimer);
    this.map.remove();
  }

  private async whenReady(act: () => void): Promise<void> {
    await this.ready;
    if (!this.removed) act();
  }

  private source(id: string): GeoJSONSource {
    return this.map.getSource(id) as GeoJSONSource;
  }

  private addIcons(): void {
    for (const [name, image] of drawIcons(PALETTES[this.theme])) {
      if (this.map.hasImage(name)) this.map.updateImage(name, image);
      else this.map.addImage(name, image, { pixelRatio: ICON_RATIO });
    }
  }

  private listen(): void {
    let frame = 0;
    const move = (event: MapMouseEvent) => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (this.removed) return;
        const hover = this.thingAt(event.point.x, event.point.y);
        this.map.getCanvas().style.cursor = hover === null ? '' : 'pointer';
        this.events.onHover(hover);
      });
    };
    const leave = () => {
      cancelAnimationFrame(frame);
      this.events.onHover(null);
    };
    this.map.on('mousemove', move);
    this.map.on('mouseout', leave);
    this.map.on('movestart', (event) => { if (event.originalEvent) this.atHome = false; });
    this.map.on('resize', () => { if (this.atHome) this.goHome(false); });
    this.map.on('movestart', leave);
    this.map.on('click', (event) => {
      if (!this.press(event.point.x, event.point.y, REACH)) this.chooseArea(event.point.x, event.point.y);
    });
    // Without a pointer: the arrows move the map, Enter takes what is nearest to its middle, D the district there.
    this.map.getCanvas().addEventListener('keydown', (event) => {
      const { clientWidth, clientHeight } = this.map.getContainer();
      if (event.code === 'KeyD' && !event.ctrlKey && !event.altKey && !event.metaKey) this.chooseArea(clientWidth / 2, clientHeight / 2);
      if (event.key !== 'Enter') return;
      const reach = Math.max(clientWidth, clientHeight) / 2;
      this.press(clientWidth / 2, clientHeight / 2, reach, [[...ALERT_LAYERS, ...OTHER_LAYERS]]);
    });
  }

  /** Selects what is at a place, or opens the cluster there; returns whether there was anything. */
  private press(x: number, y: number, reach: number, order?: string[][]): boolean {
    const feature = this.featureAt(x, y, reach, order);
    if (feature === null) return false;
    if (feature.cluster !== null) void this.openCluster(feature.cluster.id, feature.cluster.at);
    else if (feature.asset !== null) this.events.onAsset?.(feature.asset);
    else this.events.onSelect(feature.index!);
    return true;
  }

  /** Goes so near that a cluster falls apart. */
  private async openCluster(id: number, at: [number, number]): Promise<void> {
    const zoom = await this.source('alerts').getClusterExpansionZoom(id);
    if (this.removed) return;
    this.atHome = false;
    this.map.easeTo({ center: at, zoom: zoom + 0.2, duration: reducedMotion() ? 0 : 500 });
  }

  private thingAt(x: number, y: number): Hover | null {
    const feature = this.featureAt(x, y);
    if (feature === null) return null;
    if (feature.cluster !== null) return { kind: 'cluster', x, y, count: feature.cluster.count, worst: markOf(feature.cluster.worst) };
    return feature.asset !== null ? { kind: 'asset', x, y, index: feature.asset } : { kind: 'sensor', x, y, index: feature.index! };
  }

  private chooseArea(x: number, y: number): void {
    if (!this.events.onArea) return;
    const found = this.map.queryRenderedFeatures([x, y], { layers: ['areas'] })[0];
    const id = found?.id === undefined ? undefined : this.areaIds[Number(found.id)];
    if (id !== undefined) this.events.onArea(id);
  }

  /** What is nearest to a place: an alert before a sensor without one, and a line when there is neither. */
  private featureAt(x: number, y: number, reach = REACH, order = [ALERT_LAYERS, OTHER_LAYERS]): Found | null {
    const box: [[number, number], [number, number]] = [[x - reach, y - reach], [x + reach, y + reach]];
    for (const layers of order) {
      let nearest: MapGeoJSONFeature | null = null;
      let distance = Number.POSITIVE_INFINITY;
      for (const found of this.map.queryRenderedFeatures(box, { layers })) {
        if (found.geometry.type !== 'Point' || found.id === undefined) continue;
        const at = this.map.project(found.geometry.coordinates as [number, number]);
        const away = Math.hypot(at.x - x, at.y - y);
        if (away < distance) {
          distance = away;
          nearest = found;
        }
      }
      if (nearest !== null) return found(nearest);
    }
    if (reach > REACH) return null;
    const line = this.map.queryRenderedFeatures(box, { layers: LINE_LAYERS })[0];
    return line?.id === undefined ? null : { index: null, asset: Number(line.id), cluster: null };
  }

  /** `data-drawn` on the container: whether the picture shows all that the map was given. A hidden map counts as before. */
  private tellWhenDrawn(container: HTMLElement): void {
    const tell = (drawn: boolean) => { container.dataset.drawn = String(drawn); };
    this.map.on('idle', () => tell(true));
    this.map.once('idle', () => performance.mark('ioc-map'));
    for (const event of ['dataloading', 'movestart'] as const) this.map.on(event, () => tell(false));
    this.map.on('resize', () => { if (container.clientWidth > 0 && container.clientHeight > 0) tell(false); });
  }

  /** What nobody acknowledged has a halo that comes and goes; for those who asked for less motion it stays. */
  private flash(): void {
    if (reducedMotion()) return;
    this.flashTimer = setInterval(() => {
      if (document.hidden) return;
      this.flashOn = !this.flashOn;
      this.map.setPaintProperty('flash', 'circle-opacity', this.flashOn ? FLASH_OPACITY : 0);
    }, FLASH_MS);
  }
}

interface Found {
  index: number | null;
  asset: number | null;
  cluster: { id: number; count: number; worst: number; at: [number, number] } | null;
}

function found(feature: MapGeoJSONFeature): Found {
  const { cluster_id: cluster, point_count: count, worst } = feature.properties as { cluster_id?: number; point_count?: number; worst?: number };
  if (cluster !== undefined) {
    const at = (feature.geometry as GeoJSON.Point).coordinates as [number, number];
    return { index: null, asset: null, cluster: { id: cluster, count: count ?? 0, worst: worst ?? 8, at } };
  }
  const id = Number(feature.id);
  return id >= ASSET_MARKS ? { index: null, asset: id - ASSET_MARKS, cluster: null } : { index: id, asset: null, cluster: null };
}

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function point(longitude: number, latitude: number, properties: GeoJSON.GeoJsonProperties, id?: number): GeoJSON.Feature<GeoJSON.Point> {
  const feature: GeoJSON.Feature<GeoJSON.Point> = { type: 'Feature', geometry: { type: 'Point', coordinates: [longitude, latitude] }, properties };
  if (id !== undefined) feature.id = id;
  return feature;
}

function abnormalFeature(sensor: AbnormalSensor): GeoJSON.Feature<GeoJSON.Point> {
  const properties: { condition?: string; bad?: true } = {};
  if (sensor.condition) properties.condition = sensor.condition;
  if (sensor.badQuality) properties.bad = true;
  return point(sensor.longitude, sensor.latitude, properties, sensor.index);
}
