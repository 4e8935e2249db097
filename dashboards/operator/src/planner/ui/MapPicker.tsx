import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CityMap } from '../../map/city-map';
import { homeBounds } from '../../map/placement';
import { isOffered } from '../model/places';
import { usePlanner } from './context';

/** The map, to choose sensors and districts from. */
export function MapPicker() {
  const app = usePlanner();
  const t = app.t.value;
  const words = app.words.value.map;
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<CityMap | null>(null);
  const failed = useSignal(false);
  const hover = useSignal<string | null>(null);

  useEffect(() => {
    let gone = false;
    let stop: (() => void)[] = [];
    const begin = async () => {
      const [{ CityMap }, { loadLand }] = await Promise.all([import('../../map/city-map'), import('../../map/land')]);
      if (gone) return;
      const sensorAt = (index: number) => [...app.sensors.peek().keys()][index];
      const city = new CityMap(container.current!, app.theme.peek(), app.language.peek(), app.words.peek().map.label, {
        onSelect: (index) => {
          const id = sensorAt(index);
          if (id) app.toggle('sensors', id);
        },
        onHover: (at) => { hover.value = at?.kind === 'sensor' ? sensorAt(at.index) ?? null : null; },
        onArea: (id) => app.toggle('districts', id),
      });
      map.current = city;
      stop = [
        effect(() => {
          const all = [...app.sensors.value.values()];
          const query = app.query.value;
          const placed = all.flatMap((sensor, index) => (sensor.longitude === null || sensor.latitude === null ? [] : [{ index, longitude: sensor.longitude, latitude: sensor.latitude }]));
          // One that does not measure what is asked for would have no answer.
          const offered = placed.filter(({ index }) => isOffered(query, all[index]!));
          void city.setSensors(offered);
          const bounds = homeBounds(app.catalogue.outlines.value, placed);
          if (bounds) city.setHome(bounds);
          const chosen = new Set(query.sensors);
          void city.setChosen(offered.filter(({ index }) => chosen.has(all[index]!.id)));
        }),
        effect(() => {
          const districts = [...app.catalogue.areas.value.values()].filter((area) => area.level === 'district');
          const names = districts.map((area) => ({ vi: area.name.vi, en: area.name.en || area.name.vi, longitude: area.longitude, latitude: area.latitude }));
          const outlines = app.catalogue.outlines.value;
          void city.setAreas(outlines, names).then(() => city.setChosenAreas(new Set(app.query.peek().districts)));
        }),
        effect(() => void city.setChosenAreas(new Set(app.query.value.districts))),
        effect(() => void city.setLook(app.theme.value, app.language.value, app.words.value.map.label)),
      ];
      await loadLand().then((land) => map.current?.setLand(land), () => undefined);
    };
    begin().catch(() => { failed.value = true; });
    return () => {
      gone = true;
      for (const one of stop) one();
      map.current?.remove();
      map.current = null;
    };
  }, []);

  const sketch = app.catalogue.outlines.value?.features.some((feature) => feature.properties.sketch) ?? false;
  return (
    <section class="picker" aria-label={words.label}>
      <div class="map">
        <div class="map-canvas" ref={container} aria-describedby="map-help" />
        {failed.value && <p class="map-failed" role="alert">{t.map.failed}</p>}
        <div class="map-buttons">
          <button type="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={() => map.current?.zoomIn()}>+</button>
          <button type="button" aria-label={words.zoomOut} title={words.zoomOut} onClick={() => map.current?.zoomOut()}>−</button>
          <button type="button" aria-label={words.home} title={words.home} onClick={() => map.current?.goHome()}>⤢</button>
        </div>
        <span class="attribution">{words.attribution}</span>
      </div>
      <p class="hint hovered">{hover.value === null ? (sketch ? words.sketch : ' ') : app.sensor(hover.value)}</p>
      <p class="hint" id="map-help">{t.map.help}</p>
    </section>
  );
}
