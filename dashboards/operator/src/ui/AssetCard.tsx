import { isActive, isUnacknowledged } from '../store/alerts';
import { useApp } from './context';
import { Shape } from './Shape';

const SHOWN = 5;

/** The selected asset: what it is, what depends on it, and its alerts. */
export function AssetCard() {
  const app = useApp();
  const t = app.t.value.atlas.asset;
  const asset = app.atlas.asset.value;
  if (!asset) return null;
  app.store.sensorsRevision.value;
  const below = new Set(asset.below);
  const reporting = asset.below.reduce((sum, id) => sum + (app.store.sensors.get(id)?.state === 'online' ? 1 : 0), 0);
  const alerts = app.alerts.value.filter((alert) => alert.state !== 'closed' && (alert.asset === asset.id || (alert.sensor !== null && below.has(alert.sensor))))
    .sort((a, b) => Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) || Number(isActive(b)) - Number(isActive(a)) || a.severity - b.severity);
  const f = app.f.value;
  return (
    <section class="asset-card" aria-label={t.title}>
      <header>
        <b>{app.text(asset.name, asset.id)}</b>
        <button type="button" class="quiet" aria-label={app.t.value.close} onClick={() => { app.atlas.selectedAsset.value = null; }}>×</button>
      </header>
      <p>{t.kind[asset.kind]} · {app.district(asset.district)}</p>
      <p>{t.reporting(f.number(reporting), f.number(asset.below.length))}</p>
      {alerts.length === 0 ? <p>{t.noAlerts}</p> : (
        <ul>
          {alerts.slice(0, SHOWN).map((alert) => (
            <li key={alert.id}>
              <button type="button" class="quiet" onClick={() => app.selectAlert(alert.id, true)}>
                <Shape severity={alert.severity} filled={isUnacknowledged(alert)} size={16} /> {app.title(alert)}
              </button>
            </li>
          ))}
          {alerts.length > SHOWN && <li>{t.more(f.number(alerts.length - SHOWN))}</li>}
        </ul>
      )}
    </section>
  );
}
