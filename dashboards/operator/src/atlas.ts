import { computed, effect, signal, type Signal } from '@preact/signals';
import type { App } from './app';
import { isPlaced } from './map/placement';
import type { LayerGroup } from './map/city-map';
import { AssetBook, type AssetEntry } from './store/assets';
import { PlaceIndex, type Place } from './store/places';

export interface Target extends Place {
  /** Tells two wishes to go to the same place apart. */
  wish: number;
}

export const LAYER_GROUPS: readonly LayerGroup[] = ['sensors', 'lines', 'areas', 'names', 'base'];

/** What an operator does with the map: layers, search, assets. */
export class Atlas {
  readonly assets = new AssetBook();
  readonly hiddenDomains = keptSet<string>('map.hidden-domains');
  readonly hiddenLayers = keptSet<LayerGroup>('map.hidden-layers');
  readonly selectedAsset = signal<string | null>(null);
  /** Where the map is to go. */
  readonly target = signal<Target | null>(null);
  /** Puts the focus into the map's search field; set by it. */
  focusSearch: () => void = () => undefined;
  private wishes = 0;

  constructor(private readonly app: App) {}

  /** Everything on the map that has a name. Made when somebody searches, and again when something came or went. */
  readonly places = computed(() => {
    const { app } = this;
    app.store.layoutRevision.value;
    const areas = [...app.catalogue.areas.value.values()];
    const vietnamese = (id: string) => app.catalogue.areas.value.get(id)?.name.vi ?? id;
    const places: Place[] = areas.flatMap((area) => (area.level === 'province' ? [] : [
      { kind: area.level, id: area.id, name: area.name, within: area.parentId === null ? '' : vietnamese(area.parentId), longitude: area.longitude, latitude: area.latitude }]));
    for (const { id, name, district, longitude, latitude } of this.assets.all.value) places.push({ kind: 'asset', id, name, within: vietnamese(district), longitude, latitude });
    for (const sensor of app.store.byIndex) {
      if (!isPlaced(sensor)) continue;
      const { id, name, district, longitude, latitude } = sensor;
      places.push({ kind: 'sensor', id, name: name ?? { vi: id, en: id }, within: vietnamese(district), longitude, latitude });
    }
    return new PlaceIndex(places);
  });

  readonly asset = computed<AssetEntry | null>(() => {
    const id = this.selectedAsset.value;
    return id === null ? null : this.assets.byId.value.get(id) ?? null;
  });

  start(): void {
    effect(() => {
      this.app.store.epoch.value;
      void this.assets.load();
    });
    effect(() => {
      // An alert about an asset shows where that is.
      const asset = this.app.alert.value?.asset ?? null;
      if (asset !== null) this.selectedAsset.value = asset;
    });
  }

  /** Goes to a place and selects it. */
  goTo(place: Place): void {
    this.target.value = { ...place, wish: ++this.wishes };
    if (place.kind === 'sensor') this.app.selectSensor(place.id);
    if (place.kind === 'asset') this.selectedAsset.value = place.id;
  }

  toggleDomain(domain: string): void {
    this.hiddenDomains.value = toggled(this.hiddenDomains.value, domain);
  }

  toggleLayer(layer: LayerGroup): void {
    this.hiddenLayers.value = toggled(this.hiddenLayers.value, layer);
  }

  showAll(): void {
    this.hiddenDomains.value = new Set();
    this.hiddenLayers.value = new Set();
  }
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

/** A set that this computer remembers. */
function keptSet<T extends string>(key: string): Signal<ReadonlySet<T>> {
  const name = `ioc.operator.${key}`;
  let stored: T[] = [];
  try {
    stored = (localStorage.getItem(name) ?? '').split(' ').filter((item) => item !== '') as T[];
  } catch {
    // Storage is switched off: the page works, and forgets.
  }
  const kept = signal<ReadonlySet<T>>(new Set(stored));
  effect(() => {
    const text = [...kept.value].join(' ');
    try {
      localStorage.setItem(name, text);
    } catch {
      // As above.
    }
  });
  return kept;
}
