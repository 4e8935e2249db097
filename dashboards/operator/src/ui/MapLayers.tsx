import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { LAYER_GROUPS } from '../atlas';
import { hiddenAlerts } from '../map/placement';
import { useApp } from './context';
import { Legend } from './Legend';
import { TimeButton } from './TimeBar';

/** What the map shows: the signs and what they mean, and switches for domains and kinds of things. */
export function MapLayers() {
  const app = useApp();
  const t = app.t.value.atlas.layers;
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const { hiddenDomains, hiddenLayers, assets } = app.atlas;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => { if (open.value) panel.current?.querySelector('input')?.focus(); }, [open.value]);
  const hasLines = assets.all.value.some((asset) => asset.geometry.type !== 'Point');
  const groups = LAYER_GROUPS.filter((group) => group !== 'lines' || hasLines);
  return (
    <div class="map-layers" onKeyDown={(event) => {
      if (event.key !== 'Escape' || !open.value) return;
      event.stopPropagation();
      open.value = false;
      button.current?.focus();
    }}>
      {open.value && (
        <div class="layer-panel" id="map-layer-panel" ref={panel}>
          <fieldset>
            <legend>{t.domains}</legend>
            {app.domains.value.map(({ domain, sensors }) => (
              <label key={domain}>
                <input type="checkbox" checked={!hiddenDomains.value.has(domain)} onChange={() => app.atlas.toggleDomain(domain)} />
                {app.domain(domain)} <span class="of">{app.f.value.number(sensors)}</span>
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>{t.things}</legend>
            {groups.map((group) => (
              <label key={group}>
                <input type="checkbox" checked={!hiddenLayers.value.has(group)} onChange={() => app.atlas.toggleLayer(group)} />
                {t.group[group]}
              </label>
            ))}
          </fieldset>
          <Legend />
        </div>
      )}
      <div class="map-corner"><TimeButton />
      <button type="button" ref={button} aria-expanded={open.value} aria-controls="map-layer-panel" onClick={() => { open.value = !open.value; }}>{t.button}</button></div>
    </div>
  );
}

/** Says what is switched off, so that nobody takes an empty map for a quiet city. */
export function HiddenNote() {
  const app = useApp();
  const t = app.t.value.atlas.layers;
  const { hiddenDomains, hiddenLayers } = app.atlas;
  const domains = app.domains.value.filter(({ domain }) => hiddenDomains.value.has(domain));
  const parts = [...domains.map(({ domain }) => app.domain(domain)), ...LAYER_GROUPS.filter((group) => hiddenLayers.value.has(group)).map((group) => t.group[group])];
  if (parts.length === 0) return null;
  const alerts = hiddenAlerts(app.alerts.value, hiddenDomains.value);
  return (
    <span class={`note hidden-note ${alerts > 0 ? 'waiting' : ''}`} role="status">
      {t.hidden(parts.join(', '))}{alerts > 0 && <b> {t.hiddenAlerts(app.f.value.number(alerts))}</b>}
      {' '}<button type="button" class="quiet" onClick={() => app.atlas.showAll()}>{t.showAll}</button>
    </span>
  );
}
