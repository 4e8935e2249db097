import { effect } from '@preact/signals';
import type { App } from '../app';
import type { CityMap } from './city-map';
import { abnormal, conditionCode, homeBounds, isPlaced, placed } from './placement';

/** The map takes what changed four times a second, however often it changes. */
const FLUSH_MS = 250;

/** With more abnormal sensors than this, their layer is drawn anew once a second only. */
const MANY_ABNORMAL = 500;
const MANY_FLUSH_MS = 1_000;

/** Feeds a map from the store for as long as it lives; returns what stops it. */
export function feedMap(app: App, map: CityMap): () => void {
  const { store, catalogue, preferences } = app;
  // How each sensor was when last drawn, by index: most updates bring values only, and draw nothing.
  let conditions = new Uint8Array(0);
  let covered = new Uint8Array(0);
  let abnormalChanged = true;
  let abnormalCount = 0;
  let drawnAt = 0;

  const flush = () => {
    for (const index of store.takeDirty()) {
      const sensor = store.byIndex[index];
      if (!sensor || index >= conditions.length) continue;
      const code = conditionCode(sensor);
      if (conditions[index] === code) continue;
      conditions[index] = code;
      abnormalChanged = true;
    }
    if (!abnormalChanged) return;
    const now = performance.now();
    if (abnormalCount > MANY_ABNORMAL && now - drawnAt < MANY_FLUSH_MS) return;
    abnormalChanged = false;
    drawnAt = now;
    const list = abnormal(store.byIndex, app.sensorMarks.peek());
    abnormalCount = list.length;
    void map.setAbnormal(list);

    const next = new Uint8Array(conditions.length);
    for (const sensor of list) if (sensor.mark || sensor.condition) next[sensor.index] = 1;
    const changes: [number, boolean][] = [];
    for (let index = 0; index < next.length; index++) if (next[index] !== covered[index]) changes.push([index, next[index] === 1]);
    covered = next;
    if (changes.length > 0) void map.setCovered(changes);
  };

  const stops = [
    effect(() => {
      store.layoutRevision.value;
      const sensors = placed(store.byIndex);
      conditions = new Uint8Array(store.byIndex.length);
      store.byIndex.forEach((sensor, index) => { conditions[index] = conditionCode(sensor); });
      covered = new Uint8Array(store.byIndex.length);
      abnormalChanged = true;
      abnormalCount = 0;
      void map.setSensors(sensors);
      const bounds = homeBounds(catalogue.outlines.value, sensors);
      if (bounds) map.setHome(bounds);
    }),
    effect(() => {
      app.sensorMarks.value;
      abnormalChanged = true;
    }),
    effect(() => {
      const districts = [...catalogue.areas.value.values()].filter((area) => area.level === 'district');
      const names = districts.map((area) => ({ vi: area.name.vi, en: area.name.en || area.name.vi, longitude: area.longitude, latitude: area.latitude }));
      void map.setAreas(catalogue.outlines.value, names).then(() => map.setAreaMarks(app.districtMarks.peek()));
    }),
    effect(() => void map.setAreaMarks(app.districtMarks.value)),
    effect(() => void map.setLook(preferences.theme.value, preferences.language.value, app.t.value.map.label)),
    effect(() => {
      app.reveal.value;
      store.layoutRevision.value;
      const id = app.selectedSensor.value;
      const sensor = id === null ? undefined : store.sensors.get(id);
      void map.setSelected(sensor && isPlaced(sensor) ? sensor : null, true);
    }),
  ];
  const timer = setInterval(flush, FLUSH_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}
