import { duration } from '../format';
import { useApp } from './context';

/** Says across the page that it is not current. */
export function LinkBanner() {
  const app = useApp();
  const t = app.t.value;
  const state = app.link.state.value;
  const { storage, machineWarning } = app.store.fleet.value;
  if (state === 'live') {
    if (storage !== 'ok') {
      return <div class="banner off" role="alert">{t.storageBanner[storage]}</div>;
    }
    if (machineWarning) {
      return <div class="banner note" role="status">{app.text(machineWarning, '')}</div>;
    }
    return app.catalogue.trouble.value ? <div class="banner note" role="status">{t.catalogueTrouble}</div> : null;
  }
  const last = app.link.lastUpdateWall.value;
  app.now.value; // The age below is counted anew every second.
  return (
    <div class={`banner ${state}`} role={state === 'off' ? 'alert' : 'status'}>
      <span>{t.linkBanner[state]}</span>
      {/* The age changes every second: a screen reader is told of the state, not of every second. */}
      {last !== null && <span aria-hidden="true"> {t.linkSince(duration(Date.now() - last, t.time))}</span>}
    </div>
  );
}
