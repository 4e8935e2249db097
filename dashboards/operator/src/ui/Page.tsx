import type { App } from '../app';
import { useEffect, useState } from 'preact/hooks';
import { AlertList } from './AlertList';
import { AlertPanel } from './AlertPanel';
import { AppContext } from './context';
import { Dialogs } from './Dialogs';
import { DistrictPage } from './DistrictPage';
import { DomainRail } from './DomainRail';
import { LinkBanner } from './LinkBanner';
import { MapView } from './MapView';
import { PastPanel } from './PastPanel';
import { SensorPage } from './SensorPage';
import { SensorPanel } from './SensorPanel';
import { TopBar } from './TopBar';
import { Toasts } from './Toasts';
import { Trend } from './Trend';
import { useKeyboard } from './use-keyboard';

type Tab = 'list' | 'map' | 'sensor';

export function Page({ app }: { app: App }) {
  return (
    <AppContext.Provider value={app}>
      <Layout app={app} />
    </AppContext.Provider>
  );
}

function Layout({ app }: { app: App }) {
  useKeyboard(app);
  const t = app.t.value;
  // On a phone one of the three is shown at a time; wider screens ignore it.
  const [tab, setTab] = useState<Tab>('list');
  const route = app.pages.route.value;
  // A page is where the sensor's panel else is.
  useEffect(() => { if (route.kind !== 'map') setTab('sensor'); }, [route]);
  const tabs: [Tab, string][] = [['list', t.tabs.list], ['map', t.tabs.map], ['sensor', t.tabs.sensor]];

  return (
    <div class={`page link-${app.link.state.value}`} data-tab={tab} data-link={app.link.state.value}>
      <a class="skip" href="#alerts">{t.skip}</a>
      <TopBar />
      <LinkBanner />
      <DomainRail />
      <main class={`centre ${route.kind === 'map' ? '' : 'paged'} ${app.pages.detailShown.value ? 'with-detail' : ''}`}>
        {route.kind === 'sensor' && <SensorPage key={route.id} id={route.id} />}
        {route.kind === 'district' && <DistrictPage key={route.id} id={route.id} />}
        <MapView />
        <AlertPanel />
        <section class={`strip ${app.past.scene.value ? 'past' : ''}`} aria-label={t.sensor.title}>
          {app.past.scene.value ? <PastPanel /> : <><SensorPanel /><Trend /></>}
        </section>
      </main>
      <AlertList />
      <nav class="tabs" aria-label={t.tabs.label}>
        {tabs.map(([id, label]) => (
          <button key={id} type="button" aria-current={tab === id ? 'page' : undefined} onClick={() => setTab(id)}>{label}</button>
        ))}
      </nav>
      <Dialogs />
      <Toasts />
      <div class="visually-hidden" aria-live="polite" role="status">{app.announcement.value}</div>
    </div>
  );
}
