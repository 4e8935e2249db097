import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CityMap } from '../map/city-map';
import type { WallApp } from './wall-app';

/** Size of the smallest type on the map as it is drawn for a desk. */
const DESK_TYPE = 12;

/** The map, made once and kept while other pages are shown: making it anew at each turn would cost memory that browsers give back late. */
export function WallMap({ app, shown }: { app: WallApp; shown: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
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
    };
    begin().catch(() => { failed.value = true; });
    return () => {
      gone = true;
      stop?.();
      map?.remove();
    };
  }, [scale]);

  return (
    <div class={`wall-map ${shown ? '' : 'away'}`} aria-hidden={!shown}>
      <div class="enlarged" style={{ width: `${100 / scale}%`, height: `${100 / scale}%`, transform: `scale(${scale})` }}>
        <div class="map-canvas" ref={element} />
      </div>
      {failed.value && <p class="nothing">{app.t.value.map.failed}</p>}
      <span class="attribution">{app.t.value.map.attribution}</span>
    </div>
  );
}
