import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { getBasemap } from '../api/map';
import type { CityMap } from '../map/city-map';
import type { WallApp } from './wall-app';

/** Size of the smallest type on the map as it is drawn for a desk. */
const DESK_TYPE = 12;

/** The map, made once and kept while other pages are shown: making it anew at each turn would cost memory that browsers give back late. */
export function WallMap({ app, shown }: { app: WallApp; shown: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
  const attribution = useSignal<string | null>(null);
  // Drawn for a desk and enlarged as a whole, so that its names and signs are as large as the rest.
  const scale = Math.max(1, app.type.value.px / DESK_TYPE);

  useEffect(() => {
    let map: CityMap | null = null;
    let stop: (() => void) | null = null;
    let gone = false;
    const begin = async () => {
      const [{ CityMap }, { feedMap }] = await Promise.all([import('../map/city-map'), import('../map/map-feed')]);
      if (gone) return;
      const { theme, language } = app.preferences;
      map = new CityMap(element.current!, theme.peek(), language.peek(), app.t.peek().map.label, { onSelect: () => undefined, onHover: () => undefined }, scale);
      stop = feedMap(app, map);
      const { loadLand } = await import('../map/land');
      await loadLand().then((land) => map?.setLand(land), () => undefined);
      const { url } = await getBasemap().catch(() => ({ url: null }));
      // One that cannot be read leaves the map as it is.
      if (url !== null && !gone) attribution.value = await map?.setBasemap(url).catch(() => null) ?? null;
    };
    begin().catch(() => { failed.value = true; });
    return () => {
      gone = true;
      stop?.();
      map?.remove();
    };
  }, [scale]);

  const sketch = app.catalogue.outlines.value?.features.some((feature) => feature.properties.sketch) ?? false;
  const t = app.t.value;
  return (
    <div class={`wall-map ${shown ? '' : 'away'}`} aria-hidden={!shown}>
      <div class="enlarged" style={{ width: `${100 / scale}%`, height: `${100 / scale}%`, transform: `scale(${scale})` }}>
        <div class="map-canvas" ref={element} />
      </div>
      {failed.value && <p class="nothing">{t.map.failed}</p>}
      <p class="map-words">
        {sketch && <span class="sketch">{t.wall.sketch}</span>}
        <span class="attribution">{attribution.value ? t.atlas.attribution(attribution.value) : t.map.attribution}</span>
      </p>
    </div>
  );
}
