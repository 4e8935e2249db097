import 'maplibre-gl/dist/maplibre-gl.css';
import {
  Map as MapLibre, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Outlines, Severity } from '../api/types';
import { DEFAULT_CENTRE } from '../config';
import type { Language } from '../i18n';
import { PALETTES } from '../palette';
import type { Mark } from '../store/alerts';
import type { Theme } from '../store/preferences';
import { alertIcon, drawIcons, ICON_RATIO } from './icons';
import { FLASH_OPACITY, mapStyle } from './style';

setWorkerUrl(workerUrl);

export interface PlacedSensor {
  index: number;
  longitude: number;
  latitude: number;
}

/** A sensor that is not as it should be. */
export interface AbnormalSensor extends PlacedSensor {
  mark: Mark | null;
  condition: 'offline' | 'stale' | 'silent' | 'unknown' | null;
  badQuality: boolean;
}

export interface AreaName {
  vi: string;
  en: string;
  longitude: number;
  latitude: number;
}

export interface CityMapEvents {
  onSelect(index: number): void;
  /** A sensor under the pointer, with the place on the map in pixels; null when there is none. */
  onHover(hover: { index: number; x: number; y: number } | null): void;
  /** The ground of a district was pressed, or D with the district in the middle of the map; absent where districts are not to be chosen. */
  onArea?(id: string): void;
}

type Bounds = [[number, number], [number, number]];

/** How near (pixels) the pointer has to be to a mark. */
const REACH = 7;
const ALERT_LAYERS = ['unacknowledged', 'acknowledged'];
const OTHER_LAYERS = ['conditions', 'bad', 'sensors'];
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

  constructor(container: HTMLElement, private theme: Theme, language: Language, label: string, private readonly events: CityMapEvents) {
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
        features: sensors.map((sensor) => point(sensor.longitude, sensor.latitude, {}, sensor.index)),
      });
    });
  }

  /** Hides or shows dots: those that have a sign of their own in the abnormal layer are hidden. */
  setCovered(changes: Iterable<[index: number, covered: boolean]>): Promise<void> {
    return this.whenReady(() => {
      for (const [id, covered] of changes) this.map.setFeatureState({ source: 'sensors', id }, { k: covered ? 1 : 0 });
    });
  }

  setAbnormal(sensors: readonly AbnormalSensor[]): Promise<void> {
    return this.whenReady(() => {
      this.source('abnormal').setData({ type: 'FeatureCollection', features: sensors.map(abnormalFeature) });
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
        features: names.map((name) => point(name.longitude, name.latitude, { vi: name.vi, en: name.en })),
      });
    });
  }

  /** Colours the districts that have alerts which nobody acknowledged. */
  setAreaMarks(marks: ReadonlyMap<string, Mark>): Promise<void> {
    return this.whenReady(() => {
      this.areaIds.forEach((areaId, id) => {
        const mark = marks.get(areaId);
        this.map.setFeatureState({ source: 'areas', id }, { s: mark?.unacknowledged ? mark.severity : 0 });
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
      for (const layer of mapStyle(PALETTES[theme], language).layers) {
        for (const [name, value] of Object.entries(layer.paint ?? {})) {
          if (!name.endsWith('-transition')) this.map.setPaintProperty(layer.id, name as 'line-color', value as string);
        }
        if (layer.id === 'names') this.map.setLayoutProperty(layer.id, 'text-field', layer.layout!['text-field'] as string);
      }
      if (themeChanged) this.addIcons();
    });
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
        const index = this.sensorAt(event.point.x, event.point.y);
        this.map.getCanvas().style.cursor = index === null ? '' : 'pointer';
        this.events.onHover(index === null ? null : { index, x: event.point.x, y: event.point.y });
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
      const index = this.sensorAt(event.point.x, event.point.y);
      if (index !== null) this.events.onSelect(index);
      else this.chooseArea(event.point.x, event.point.y);
    });
    // Without a pointer: the arrows move the map, Enter takes what is nearest to its middle, D the district there.
    this.map.getCanvas().addEventListener('keydown', (event) => {
      const { clientWidth, clientHeight } = this.map.getContainer();
      if (event.code === 'KeyD' && !event.ctrlKey && !event.altKey && !event.metaKey) this.chooseArea(clientWidth / 2, clientHeight / 2);
      if (event.key !== 'Enter') return;
      const reach = Math.max(clientWidth, clientHeight) / 2;
      const index = this.sensorAt(clientWidth / 2, clientHeight / 2, reach, [[...ALERT_LAYERS, ...OTHER_LAYERS]]);
      if (index !== null) this.events.onSelect(index);
    });
  }

  private chooseArea(x: number, y: number): void {
    if (!this.events.onArea) return;
    const found = this.map.queryRenderedFeatures([x, y], { layers: ['areas'] })[0];
    const id = found?.id === undefined ? undefined : this.areaIds[Number(found.id)];
    if (id !== undefined) this.events.onArea(id);
  }

  /** The sensor nearest to a place; one with an alert before one without. */
  private sensorAt(x: number, y: number, reach = REACH, order = [ALERT_LAYERS, OTHER_LAYERS]): number | null {
    const box: [[number, number], [number, number]] = [[x - reach, y - reach], [x + reach, y + reach]];
    for (const layers of order) {
      let nearest: number | null = null;
      let distance = Number.POSITIVE_INFINITY;
      for (const found of this.map.queryRenderedFeatures(box, { layers })) {
        if (found.geometry.type !== 'Point' || found.id === undefined) continue;
        const at = this.map.project(found.geometry.coordinates as [number, number]);
        const away = Math.hypot(at.x - x, at.y - y);
        if (away < distance) {
          distance = away;
          nearest = Number(found.id);
        }
      }
      if (nearest !== null) return nearest;
    }
    return null;
  }

  /** `data-drawn` on the container: whether the picture shows all that the map was given. A hidden map counts as before. */
  private tellWhenDrawn(container: HTMLElement): void {
    const tell = (drawn: boolean) => { container.dataset.drawn = String(drawn); };
    this.map.on('idle', () => tell(true));
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

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function point(longitude: number, latitude: number, properties: GeoJSON.GeoJsonProperties, id?: number): GeoJSON.Feature<GeoJSON.Point> {
  const feature: GeoJSON.Feature<GeoJSON.Point> = { type: 'Feature', geometry: { type: 'Point', coordinates: [longitude, latitude] }, properties };
  if (id !== undefined) feature.id = id;
  return feature;
}

function abnormalFeature(sensor: AbnormalSensor): GeoJSON.Feature<GeoJSON.Point> {
  const properties: { icon?: string; flash?: boolean; severity?: Severity; condition?: string; bad?: true } = {};
  if (sensor.mark) {
    properties.icon = alertIcon(sensor.mark.severity, sensor.mark.unacknowledged);
    properties.flash = sensor.mark.unacknowledged;
    properties.severity = sensor.mark.severity;
  }
  if (sensor.condition) properties.condition = sensor.condition;
  if (sensor.badQuality) properties.bad = true;
  return point(sensor.longitude, sensor.latitude, properties, sensor.index);
}
