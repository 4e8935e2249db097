import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { getBasemap } from '../api/map';
import type { CityMap, Hover } from '../map/city-map';
import { duration } from '../format';
import { isPlaced } from '../map/placement';
import { isOld } from '../store/age';
import { useApp } from './context';
import { AssetCard } from './AssetCard';
import { HiddenNote, MapLayers } from './MapLayers';
import { MapSearch } from './MapSearch';
import { PastConditions } from './PastPanel';
import { Shape } from './Shape';
import { PastBanner, TimeBar } from './TimeBar';

export function MapView() {
  const app = useApp();
  const t = app.t.value;
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<CityMap | null>(null);
  const hover = useSignal<Hover | null>(null);
  const failed = useSignal(false);
  const attribution = useSignal<string | null>(null);

  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    const begin = async () => {
      // The map is the larger half of the page's code: the alert list does not wait for it.
      const [{ CityMap }, { feedMap }] = await Promise.all([import('../map/city-map'), import('../map/map-feed')]);
      if (gone) return;
      const { theme, language } = app.preferences;
      map.current = new CityMap(container.current!, theme.peek(), language.peek(), app.t.peek().map.label, {
        onSelect: (index) => {
          const sensor = app.store.byIndex[index];
          if (!sensor) return;
          if (app.past.scene.peek()) app.lookAtSensor(sensor.id, null);
          else app.selectSensor(sensor.id);
        },
        onHover: (at) => { hover.value = at; },
        onAsset: (index) => { app.atlas.selectedAsset.value = app.atlas.assets.all.value[index]?.id ?? null; },
      });
      stop = feedMap(app, map.current);
      const { loadLand } = await import('../map/land');
      // Without the base map the sensors are still where they are.
      await loadLand().then((land) => map.current?.setLand(land), () => undefined);
      const { url } = await getBasemap().catch(() => ({ url: null }));
      // One that cannot be read leaves the map as it is.
      if (url !== null) attribution.value = await map.current?.setBasemap(new URL(url, document.baseURI).href).catch(() => null) ?? null;
    };
    begin().catch(() => { failed.value = true; });
    return () => {
      gone = true;
      stop?.();
      map.current?.remove();
      map.current = null;
    };
  }, []);

  const sketch = app.catalogue.outlines.value?.features.some((feature) => feature.properties.sketch) ?? false;
  return (
    <section class={`map ${app.past.opened.value ? 'with-time' : ''} ${app.past.scene.value ? 'past' : ''}`} aria-label={t.map.label}>
      <div class="map-canvas" ref={container} />
      {failed.value && <p class="map-failed" role="alert">{t.map.failed}</p>}
      <div class="map-buttons">
        <button type="button" aria-label={t.map.zoomIn} title={t.map.zoomIn} onClick={() => map.current?.zoomIn()}>+</button>
        <button type="button" aria-label={t.map.zoomOut} title={t.map.zoomOut} onClick={() => map.current?.zoomOut()}>−</button>
        <button type="button" aria-label={t.map.home} title={t.map.home} onClick={() => map.current?.goHome()}>⤢</button>
      </div>
      <MapSearch />
      <div class="map-notes">
        <LinkNote />
        <HiddenNote />
        {sketch && <span class="note">{t.map.sketch}</span>}
        <Unplaced />
      </div>
      {!app.past.scene.value && <AssetCard />}
      <MapLayers />
      <PastBanner />
      <TimeBar />
      <span class="attribution">{attribution.value ? t.atlas.attribution(attribution.value) : t.map.attribution}</span>
      {hover.value && <Tip hover={hover.value} />}
    </section>
  );
}

/** The sensors that have no place, in a count that opens into a list. */
function Unplaced() {
  const app = useApp();
  const t = app.t.value;
  const unplaced = useComputed(() => {
    app.store.layoutRevision.value;
    return app.store.byIndex.filter((sensor) => !isPlaced(sensor));
  });
  const all = unplaced.value;
  if (all.length === 0) return null;
  const shown = all.slice(0, 50);
  return (
    <details class="note unplaced">
      <summary title={t.map.unplacedTitle}>{t.map.unplaced(app.f.value.number(all.length))}</summary>
      <ul>
        {shown.map((sensor) => (
          <li key={sensor.id}>
            <button type="button" class="quiet" onClick={() => app.selectSensor(sensor.id)}>{app.text(sensor.name, sensor.id)}</button>
          </li>
        ))}
        {all.length > shown.length && <li>{t.map.more(app.f.value.number(all.length - shown.length))}</li>}
      </ul>
    </details>
  );
}

/** On the map itself: whoever looks at nothing else has to see that it is not current. */
function LinkNote() {
  const app = useApp();
  const state = app.link.state.value;
  if (state === 'live') return null;
  return <span class={`note link-note ${state}`}>{app.t.value.atlas.notLive[state]}</span>;
}

/** What is under the pointer. */
function Tip({ hover }: { hover: Hover }) {
  const style = { left: `${hover.x}px`, top: `${hover.y}px` };
  const past = useApp().past.hour.value !== null;
  return (
    <div class={`tip ${hover.y > 260 ? 'above' : ''}`} style={style} aria-hidden="true">
      {hover.kind === 'sensor' ? (past ? <PastTip index={hover.index} /> : <SensorTip index={hover.index} />) : hover.kind === 'cluster' ? <ClusterTip hover={hover} /> : <AssetTip index={hover.index} />}
    </div>
  );
}

/** A sensor as it was at the moment looked at. */
function PastTip({ index }: { index: number }) {
  const app = useApp();
  const sensor = app.store.byIndex[index];
  const hour = app.past.hour.value;
  if (!sensor || hour === null) return null;
  const moment = app.past.moment.value;
  return (
    <>
      <b>{app.text(sensor.name, sensor.id)}</b>
      <span class="tag">{app.t.value.atlas.past.at(app.f.value.minute(hour.timeOf(moment)))}</span>
      <PastConditions hour={hour} sensorId={sensor.id} />
      {hour.valuesAt(sensor.id, moment).slice(0, 5).map(({ property, value }) => (
        <span key={property}>{app.text(app.catalogue.properties.value.get(property)?.name, property)}: {app.value(value, property)} {app.unit(property)}</span>
      ))}
    </>
  );
}

function SensorTip({ index }: { index: number }) {
  const app = useApp();
  const t = app.t.value;
  app.store.sensorsRevision.value;
  const sensor = app.store.byIndex[index];
  if (!sensor) return null;
  const alert = app.visible.value.find((candidate) => candidate.sensor === sensor.id);
  return (
    <>
      <b>{app.text(sensor.name, sensor.id)}</b>
      <span>{app.district(sensor.district)} · {app.domain(sensor.domain)}</span>
      <span>
        {t.state[sensor.state]}{isOld(sensor, app.now.value) ? ` · ${t.details.sensor.old}` : ''}{sensor.quality === 'ok' ? '' : ` · ${t.quality[sensor.quality]}`}
        {sensor.receivedAt !== null && ` · ${t.sensor.lastReport(duration(app.now.value - sensor.receivedAt, t.time))}`}
      </span>
      {alert && <span class={`p${alert.severity}`}>{alert.severity}. {app.title(alert)}</span>}
      {Object.entries(sensor.values).slice(0, 4).map(([code, value]) => (
        <span key={code}>{app.text(app.catalogue.properties.value.get(code)?.name, code)}: {app.value(value, code)} {app.unit(code)}</span>
      ))}
    </>
  );
}

function ClusterTip({ hover }: { hover: Hover & { kind: 'cluster' } }) {
  const app = useApp();
  const t = app.t.value;
  const { severity, unacknowledged } = hover.worst;
  return (
    <span class="cluster-tip"><Shape severity={severity} filled={unacknowledged} size={18} /> {t.atlas.cluster(app.f.value.number(hover.count), severity, t.severity[severity])}</span>
  );
}

function AssetTip({ index }: { index: number }) {
  const app = useApp();
  const t = app.t.value.atlas.asset;
  const asset = app.atlas.assets.all.value[index];
  if (!asset) return null;
  return (
    <>
      <b>{app.text(asset.name, asset.id)}</b>
      <span>{t.kind[asset.kind]} · {app.district(asset.district)}</span>
    </>
  );
}
