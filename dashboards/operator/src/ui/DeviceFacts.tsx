import type { SensorDetails } from '../api/pages';
import { duration } from '../format';
import type { Sensor } from '../store/live-store';
import { Facts } from './AlertPanel';
import { useApp } from './context';

/** Codes under which devices tell of their supply and their reception. */
const BATTERY = ['battery', 'battery_voltage', 'batt', 'vbat'];
const SIGNAL = ['rssi', 'signal', 'snr'];

/** A delay or a clock that is off is told from here on. */
const WORTH_TELLING_MS = 5_000;

/** How a sensor's device does: its last message, clock, quality, supply, credential, and what it was refused. */
export function DeviceFacts({ sensor, details }: { sensor: Sensor; details: SensorDetails | null }) {
  const app = useApp();
  const t = app.t.value;
  const d = t.details.device;
  const f = app.f.value;
  const now = app.now.value;
  const late = sensor.receivedAt !== null && sensor.measuredAt !== null ? sensor.receivedAt - sensor.measuredAt : 0;
  const reported = (codes: readonly string[]) => {
    const code = codes.find((one) => sensor.values[one] !== undefined);
    return code !== undefined && `${app.value(sensor.values[code]!, code)} ${app.unit(code)}`;
  };
  return (
    <Facts facts={[
      [d.state, t.state[sensor.state]],
      [d.seen, sensor.receivedAt === null ? d.never : `${f.when(sensor.receivedAt, now)} (${t.sensor.age(duration(now - sensor.receivedAt, t.time))})`],
      [d.period, sensor.periodSeconds !== null && duration(sensor.periodSeconds * 1000, t.time)],
      [d.delay, late >= WORTH_TELLING_MS && duration(late, t.time)],
      [d.ahead, late <= -WORTH_TELLING_MS && duration(-late, t.time)],
      [d.quality, t.quality[sensor.quality]],
      [d.battery, reported(BATTERY)],
      [d.signal, reported(SIGNAL)],
      [d.letters, details !== null && (details.deadLettersMore ? d.lettersMore : String)(f.number(details.deadLetters))],
      [d.credential, details !== null && <Credentials details={details} />],
    ]} />
  );
}

function Credentials({ details }: { details: SensorDetails }) {
  const app = useApp();
  const d = app.t.value.details.device;
  const f = app.f.value;
  if (details.devices.length === 0) return <>{d.noCredential}</>;
  return (
    <ul class="credentials">
      {details.devices.map((device) => (
        <li key={device.name} class={device.state === 'valid' ? '' : 'bad'}>
          <b>{device.name}</b>: {[
            d.credentialState[device.state],
            device.connected && d.connected,
            device.lastLogin !== null && d.lastLogin(f.when(device.lastLogin, app.now.peek())),
            device.failedLogins > 0 && d.failedLogins(f.number(device.failedLogins)),
            device.expiresAt !== null && d.expires(f.when(device.expiresAt, app.now.peek())),
          ].filter((one) => one !== false).join(', ')}
        </li>
      ))}
    </ul>
  );
}
