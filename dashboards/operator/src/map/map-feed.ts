import { effect } from '@preact/signals';
import type { App } from '../app';
import { lineState } from '../store/assets';
import { ASSET_MARKS, type AlertMark, type CityMap, type MapLine } from './city-map';
import { abnormal, alertMarks, boundsOf, CONDITION, conditionCode, hasSign, homeBounds, isPlaced, lookOf, placed } from './placement';
import type { Scene } from './scene';

/** The map takes what changed four times a second, however often it changes. */
const FLUSH_MS = 250;

/** With more signs than this, they are drawn anew once a second only. */
const MANY_SIGNS = 500;
const MANY_FLUSH_MS = 1_000;

/** How often sensors are looked at for data that grew old. */
const SWEEP_MS = 1_000;

/** Feeds a map for as long as it lives, from the store or, while the operator looks at the past, from there; returns what stops it. */
export function feedMap(app: App, map: CityMap): () => void {
  const feed = new MapFeed(app, map);
  return feed.start();
}

class MapFeed {
  private domains: string[] = [];
  /** How each sensor was when last drawn, by index: most updates bring values only, and draw nothing. */
  private codes = new Uint8Array(0);
  private looks = new Uint8Array(0);
  private signsChanged = true;
  private marksChanged = true;
  private signCount = 0;
  private signsAt = 0;
  private sweptAt = 0;
  private drawnScene: Scene | null = null;

  constructor(private readonly app: App, private readonly map: CityMap) {}

  start(): () => void {
    const { app, map } = this;
    const { store, catalogue, preferences, atlas } = app;
    const stops = [
      effect(() => {
        store.layoutRevision.value;
        this.layOut();
      }),
      effect(() => {
        app.sensorMarks.value;
        app.assetMarks.value;
        atlas.assets.byId.value;
        atlas.selectedAsset.value;
        app.past.scene.value;
        this.marksChanged = true;
      }),
      effect(() => {
        const hidden = atlas.hiddenDomains.value;
        void map.setHiddenDomains(this.domains.flatMap((domain, number) => (hidden.has(domain) ? [number] : [])));
        this.signsChanged = this.marksChanged = true;
      }),
      effect(() => void map.setHiddenLayers(atlas.hiddenLayers.value)),
      effect(() => {
        const areas = [...catalogue.areas.value.values()];
        const names = areas.flatMap((area) => (area.level === 'province' ? [] : [
          { vi: area.name.vi, en: area.name.en || area.name.vi, longitude: area.longitude, latitude: area.latitude, level: area.level }]));
        void map.setAreas(catalogue.outlines.value, names).then(() => map.setAreaMarks(this.districtMarks()));
      }),
      effect(() => void map.setAreaMarks(app.past.scene.value?.districtMarks ?? app.districtMarks.value)),
      effect(() => void map.setLook(preferences.theme.value, preferences.language.value, app.t.value.map.label)),
      effect(() => {
        app.reveal.value;
        store.layoutRevision.value;
        const id = app.selectedSensor.value;
        const sensor = id === null ? undefined : store.sensors.get(id);
        void map.setSelected(sensor && isPlaced(sensor) ? sensor : null, true);
      }),
      effect(() => {
        const target = atlas.target.value;
        if (target === null) return;
        const outline = target.kind === 'district' ? catalogue.outlines.peek()?.features.find((feature) => feature.properties.id === target.id) : undefined;
        const line = target.kind === 'asset' ? atlas.assets.byId.peek().get(target.id)?.geometry : undefined;
        const bounds = outline ? boundsOf([outline.geometry]) : line && line.type !== 'Point' ? boundsOf([line]) : null;
        void map.flyTo(bounds ? { bounds } : { longitude: target.longitude, latitude: target.latitude, zoom: target.kind === 'sensor' ? 14 : 13 });
      }),
    ];
    const timer = setInterval(() => this.flush(), FLUSH_MS);
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }

  private districtMarks() {
    return this.app.past.scene.peek()?.districtMarks ?? this.app.districtMarks.peek();
  }

  /** Sensors came, went or moved: everything is drawn anew. */
  private layOut(): void {
    const { store, catalogue, atlas } = this.app;
    const count = store.byIndex.length;
    this.domains = [...new Set(store.byIndex.map((sensor) => sensor.domain))].sort();
    this.codes = new Uint8Array(count);
    this.looks = new Uint8Array(count);
    this.drawnScene = null;
    this.sweptAt = 0;
    this.signsChanged = this.marksChanged = true;
    this.signCount = 0;
    const sensors = placed(store.byIndex, this.domains);
    void this.map.setSensors(sensors);
    const hidden = atlas.hiddenDomains.peek();
    void this.map.setHiddenDomains(this.domains.flatMap((domain, number) => (hidden.has(domain) ? [number] : [])));
    const bounds = homeBounds(catalogue.outlines.value, sensors);
    if (bounds) this.map.setHome(bounds);
  }

  private flush(): void {
    const scene = this.app.past.scene.peek();
    if (scene) this.takeScene(scene);
    else this.takeLive();
    if (this.marksChanged) this.drawMarks(scene);
    if (this.signsChanged) this.drawSigns();
  }

  private takeScene(scene: Scene): void {
    if (this.drawnScene === scene) return;
    this.drawnScene = scene;
    const count = Math.min(this.codes.length, scene.codes.length);
    const changes: [number, number][] = [];
    for (let index = 0; index < count; index++) this.takeCode(index, scene.codes[index]!, changes);
    if (changes.length > 0) void this.map.setLooks(changes);
    this.marksChanged = true;
  }

  private takeLive(): void {
    const { store } = this.app;
    const dirty = store.takeDirty();
    const time = performance.now();
    const now = this.app.now.peek();
    const changes: [number, number][] = [];
    if (this.drawnScene !== null || time - this.sweptAt >= SWEEP_MS) {
      // All of them: back from the past, or to see whose data grew old.
      this.drawnScene = null;
      this.sweptAt = time;
      for (let index = 0; index < this.codes.length; index++) {
        const sensor = store.byIndex[index];
        if (sensor) this.takeCode(index, conditionCode(sensor, now), changes);
      }
    } else {
      for (const index of dirty) {
        const sensor = store.byIndex[index];
        if (sensor && index < this.codes.length) this.takeCode(index, conditionCode(sensor, now), changes);
      }
    }
    if (changes.length > 0) void this.map.setLooks(changes);
  }

  private takeCode(index: number, code: number, changes: [number, number][]): void {
    const before = this.codes[index]!;
    if (before === code) return;
    this.codes[index] = code;
    if (hasSign(before) || hasSign(code)) this.signsChanged = true;
    // A line may have lost, or got back, the last of its sensors that reports.
    if (reports(before) !== reports(code)) this.marksChanged = true;
    const look = lookOf(code);
    if (this.looks[index] === look) return;
    this.looks[index] = look;
    changes.push([index, look]);
  }

  private drawSigns(): void {
    const time = performance.now();
    if (this.signCount > MANY_SIGNS && time - this.signsAt < MANY_FLUSH_MS) return;
    this.signsChanged = false;
    this.signsAt = time;
    const signs = abnormal(this.app.store.byIndex, this.codes, this.app.atlas.hiddenDomains.peek());
    this.signCount = signs.length;
    void this.map.setAbnormal(signs);
  }

  private drawMarks(scene: Scene | null): void {
    this.marksChanged = false;
    const { store, atlas } = this.app;
    const hidden = atlas.hiddenDomains.peek();
    const sensorMarks = scene?.sensorMarks ?? this.app.sensorMarks.peek();
    const assetMarks = scene?.assetMarks ?? this.app.assetMarks.peek();
    const assets = atlas.assets.byId.peek();
    const shown = (domain: string | null) => domain === null || !hidden.has(domain);
    const marks: AlertMark[] = alertMarks(store.sensors, sensorMarks, hidden);
    for (const [id, mark] of assetMarks) {
      const asset = assets.get(id);
      if (asset && shown(asset.domain)) marks.push({ id: ASSET_MARKS + asset.index, longitude: asset.longitude, latitude: asset.latitude, mark });
    }
    void this.map.setAlerts(marks);

    const lines: MapLine[] = [];
    const isHeard = (id: string) => {
      const sensor = store.sensors.get(id);
      return sensor !== undefined && reports(this.codes[sensor.index] ?? 0);
    };
    for (const asset of assets.values()) {
      if (asset.geometry.type === 'Point' || !shown(asset.domain)) continue;
      const { mark, dead } = lineState(asset, sensorMarks, assetMarks, isHeard);
      lines.push({ index: asset.index, geometry: asset.geometry, mark, dead, chosen: atlas.selectedAsset.peek() === asset.id });
    }
    void this.map.setLines(lines);
  }
}

const reports = (code: number) => (code & 7) === CONDITION.online || (code & 7) === CONDITION.old;
