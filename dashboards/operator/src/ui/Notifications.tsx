import { useEffect, useState } from 'preact/hooks';
import {
  getChannels, getDeliveries, getRoutes, refusal, retryDelivery, testChannel, type Channel, type Delivery, type DeliveryState, type Route,
} from '../api/notifications';
import { ApiError } from '../api/rest';
import { useApp } from './context';
import { Modal } from './Dialogs';

interface Loaded {
  channels: Channel[];
  routes: Route[];
  deliveries: Delivery[];
  next: string | null;
}

const STATES: DeliveryState[] = ['collecting', 'held', 'pending', 'sent', 'given_up', 'withdrawn'];

/** Who is told of alerts: channels with the test button, routes, and messages with their outcome. */
export function NotificationsDialog() {
  const app = useApp();
  const t = app.t.value.notify;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [state, setState] = useState<DeliveryState | null>(null);
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState('');

  const explain = (error: unknown) => error instanceof ApiError && error.status > 0
    ? refusal(error.problem, app.preferences.language.value) || `HTTP ${error.status}` : t.noAnswer;
  const load = async (wanted: DeliveryState | null) => {
    try {
      const [channels, routes, page] = await Promise.all([getChannels(), getRoutes(), getDeliveries(wanted, null)]);
      setLoaded({ channels, routes, deliveries: page.items, next: page.next });
    } catch (error) {
      setSaid(explain(error));
    }
  };
  useEffect(() => { void load(state); }, [state]);

  const act = async (key: string, what: () => Promise<string>) => {
    setBusy(key);
    setSaid('');
    try {
      setSaid(await what());
    } catch (error) {
      setSaid(explain(error));
    }
    setBusy('');
    await load(state);
  };
  const test = (name: string) => act(`test ${name}`, async () => {
    const { ok, deliveries } = await testChannel(name, app.preferences.language.value);
    const failed = deliveries.filter((delivery) => delivery.state !== 'sent');
    return ok ? t.testSent(name, deliveries.length)
      : t.testFailed(name, failed.map((delivery) => [delivery.recipient, delivery.error].filter(Boolean).join(': ')).join('; '));
  });
  const retry = (id: string) => act(`retry ${id}`, async () => { await retryDelivery(id); return t.retried; });
  const more = async () => {
    try {
      const page = await getDeliveries(state, loaded!.next);
      setLoaded({ ...loaded!, deliveries: [...loaded!.deliveries, ...page.items], next: page.next });
    } catch (error) {
      setSaid(explain(error));
    }
  };

  return (
    <Modal title={t.title}>
      <div class="notify">
        <p class="said" role="status">{said}</p>
        {loaded === null ? <p>{t.loading}</p> : <>
          <Channels channels={loaded.channels} busy={busy} test={test} />
          <Routes routes={loaded.routes} />
          <section aria-labelledby="notify-deliveries">
            <div class="notify-head">
              <h3 id="notify-deliveries">{t.deliveries}</h3>
              <label>{t.state}{' '}
                <select value={state ?? ''} onChange={(event) => setState((event.currentTarget.value || null) as DeliveryState | null)}>
                  <option value="">{t.allStates}</option>
                  {STATES.map((one) => <option key={one} value={one}>{t.states[one]}</option>)}
                </select>
              </label>
            </div>
            <Deliveries deliveries={loaded.deliveries} busy={busy} retry={retry} />
            {loaded.next !== null && <button type="button" onClick={() => void more()}>{t.more}</button>}
          </section>
        </>}
      </div>
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => void load(state)}>{t.refresh}</button>
        <button type="button" class="primary" autoFocus onClick={() => { app.dialog.value = null; }}>{app.t.value.close}</button>
      </div>
    </Modal>
  );
}

function Channels({ channels, busy, test }: { channels: Channel[]; busy: string; test: (name: string) => void }) {
  const t = useApp().t.value.notify;
  return (
    <section aria-labelledby="notify-channels">
      <h3 id="notify-channels">{t.channels}</h3>
      {channels.length === 0 ? <p>{t.noChannels}</p> : (
        <table>
          <thead><tr><th scope="col">{t.channel}</th><th scope="col">{t.to}</th><th scope="col">{t.condition}</th><th scope="col">{t.test}</th></tr></thead>
          <tbody>
            {channels.map((channel) => (
              <tr key={channel.name}>
                <th scope="row">{channel.name}</th>
                <td>{channel.smtp ? `${t.mail} ${channel.smtp.host}` : `${t.web} ${channel.webhook?.url ?? ''}`}
                  {channel.recipients.length > 0 && <span class="who">{channel.recipients.join(', ')}</span>}</td>
                <td class={channel.error ? 'trouble' : ''}>{!channel.enabled ? t.off : channel.error ?? t.well}</td>
                <td><button type="button" disabled={busy !== ''} aria-label={t.testOf(channel.name)} onClick={() => test(channel.name)}>
                  {busy === `test ${channel.name}` ? t.testing : t.test}</button></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Routes({ routes }: { routes: Route[] }) {
  const t = useApp().t.value.notify;
  const conditions = (route: Route) => [
    route.severities.join(' '), route.districts.join(' '), route.domains.join(' '),
    route.calendar === null ? '' : t.shift(route.calendar), route.quiet === null ? '' : t.quiet(route.quiet.calendar),
    route.repeatEverySeconds === null ? '' : t.repeat(Math.round(route.repeatEverySeconds / 60)),
  ].filter((text) => text !== '').join(' · ') || t.everything;
  return (
    <section aria-labelledby="notify-routes">
      <h3 id="notify-routes">{t.routes}</h3>
      {routes.length === 0 ? <p>{t.noRoutes}</p> : (
        <table>
          <thead><tr><th scope="col">{t.route}</th><th scope="col">{t.tells}</th><th scope="col">{t.through}</th></tr></thead>
          <tbody>
            {routes.map((route) => (
              <tr key={route.name}>
                <th scope="row">{route.name}{!route.enabled && ` (${t.off})`}</th><td>{conditions(route)}</td><td>{route.channels.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Deliveries({ deliveries, busy, retry }: { deliveries: Delivery[]; busy: string; retry: (id: string) => void }) {
  const app = useApp();
  const t = app.t.value.notify;
  const f = app.f.value;
  if (deliveries.length === 0) return <p>{t.noDeliveries}</p>;
  return (
    <table>
      <thead>
        <tr><th scope="col">{t.time}</th><th scope="col">{t.channel}</th><th scope="col">{t.what}</th><th scope="col">{t.state}</th><th scope="col">{t.again}</th></tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.id}>
            <td>{f.date(delivery.createdAtMs)} {f.clock(delivery.createdAtMs)}</td>
            <td>{delivery.channel}{delivery.recipient !== null && <span class="who">{delivery.recipient}</span>}</td>
            <td>{delivery.purpose === 'test' ? t.purposeTest : t.alerts(delivery.severity, delivery.count)}</td>
            <td class={delivery.state === 'given_up' ? 'trouble' : ''}>
              {t.states[delivery.state]}{delivery.attempts > 1 && ` (${t.tries(delivery.attempts)})`}
              {delivery.error !== null && <span class="who">{delivery.error}</span>}
            </td>
            <td>{delivery.purpose !== 'test' && (delivery.state === 'given_up' || (delivery.state === 'pending' && delivery.attempts > 0))
              && <button type="button" disabled={busy !== ''} onClick={() => retry(delivery.id)}>{t.retry}</button>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
