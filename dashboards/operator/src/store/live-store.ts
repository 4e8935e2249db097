import { signal } from '@preact/signals';
import type { Alert, DeviceCommand, DistrictState, FleetFigures, FloodState, LivePosition, LiveUpdate, SensorDelta, SensorMetadata, SensorState, ShiftState } from '../api/types';
import { newer } from './commands';

/** A sensor with its number: the id of its feature on the map, stable until the next full update. */
export interface Sensor extends SensorState {
  index: number;
}

const NO_FLEET: FleetFigures = {
  sensors: 0, online: 0, offline: 0, stale: 0, unregistered: 0, messagesPerSecond: 0, readingsPerSecond: 0, storage: 'ok',
};

const NO_FLOOD: FloodState = { inFlood: false, since: null, rate: 0, operators: 1 };

/** How long a closed alert is kept, as the server does. */
const KEEP_CLOSED_MS = 3_600_000;

/**
 * Everything the live stream has said. The collections are plain (thousands of changes a second must not cost a signal
 * each); a revision signal per collection tells when to look again.
 */
export class LiveStore {
  readonly sensors = new Map<string, Sensor>();
  readonly byIndex: Sensor[] = [];
  readonly districts = new Map<string, DistrictState>();
  readonly alerts = new Map<string, Alert>();
  /** The newest command of each sensor. */
  readonly commands = new Map<string, DeviceCommand>();
  readonly fleet = signal<FleetFigures>(NO_FLEET);
  readonly flood = signal<FloodState>(NO_FLOOD);
  /** Who is on shift, by when they came. */
  readonly onDuty = signal<ShiftState['onDuty']>([]);
  /** Changes when a hand-over was written, accepted or withdrawn. */
  readonly handoversRevision = signal(0);

  /** Changes with every update that brought sensors. */
  readonly sensorsRevision = signal(0);
  /** Changes when sensors came, went or moved: what is drawn once has to be drawn again. */
  readonly layoutRevision = signal(0);
  readonly districtsRevision = signal(0);
  readonly alertsRevision = signal(0);
  readonly commandsRevision = signal(0);
  /** Change when there are other rules or procedures in force than before; null until the server has told. */
  readonly rulesRevision = signal<number | null>(null);
  readonly proceduresRevision = signal<number | null>(null);
  /** The epoch of the server's state; a new one means that the server began anew. */
  readonly epoch = signal<string | null>(null);
  /** Server's clock minus this computer's, in milliseconds. */
  readonly clockOffset = signal(0);

  /** Numbers of the sensors that changed since the map took them. */
  private dirty = new Set<number>();
  private version = 0;

  constructor(private readonly wall: () => number = () => Date.now()) {}

  get position(): LivePosition {
    return { epoch: this.epoch.value, version: this.version };
  }

  /** Applies an update: everything anew, or what changed. */
  apply(update: LiveUpdate): void {
    this.clockOffset.value = update.serverTime - this.wall();
    if (update.full) this.clear();
    else if (update.epoch !== this.epoch.value) return;

    let moved = update.full;
    for (const delta of update.sensors) moved = this.applySensor(delta) || moved;
    for (const district of update.districts) this.districts.set(district.id, district);
    for (const alert of update.alerts) this.alerts.set(alert.id, alert);
    for (const command of update.commands ?? []) this.commands.set(command.sensor, newer(this.commands.get(command.sensor), command));
    const forgot = this.forgetClosed(update.serverTime);

    this.version = update.version;
    this.epoch.value = update.epoch;
    this.fleet.value = update.fleet;
    if (update.flood && !sameFlood(update.flood, this.flood.value)) this.flood.value = update.flood;
    if (update.catalogue) {
      this.rulesRevision.value = update.catalogue.rules;
      this.proceduresRevision.value = update.catalogue.procedures;
    }
    if (update.shift && !sameDuties(update.shift.onDuty, this.onDuty.value)) this.onDuty.value = update.shift.onDuty;
    this.handoversRevision.value = update.shift?.handovers ?? 0;
    if (update.sensors.length > 0 || update.full) this.sensorsRevision.value++;
    if (moved) this.layoutRevision.value++;
    if (update.districts.length > 0 || update.full) this.districtsRevision.value++;
    if (update.alerts.length > 0 || update.full || forgot) this.alertsRevision.value++;
    if ((update.commands ?? []).length > 0 || update.full) this.commandsRevision.value++;
  }

  /** Takes an alert from the answer to a request, unless the stream has already told more. */
  applyAnswer(alert: Alert): void {
    const known = this.alerts.get(alert.id);
    if (known && known.revision > alert.revision) return;
    this.alerts.set(alert.id, alert);
    this.alertsRevision.value++;
  }

  /** Takes a command from the answer to a request, unless the stream has already told more. */
  applyCommand(command: DeviceCommand): void {
    this.commands.set(command.sensor, newer(this.commands.get(command.sensor), command));
    this.commandsRevision.value++;
  }

  /** The sensors that changed since the last call. */
  takeDirty(): Set<number> {
    const taken = this.dirty;
    this.dirty = new Set();
    return taken;
  }

  private clear(): void {
    this.sensors.clear();
    this.byIndex.length = 0;
    this.districts.clear();
    this.alerts.clear();
    this.commands.clear();
    this.dirty.clear();
  }

  /** Returns whether the sensor is new or stands elsewhere. */
  private applySensor(delta: SensorDelta): boolean {
    const known = this.sensors.get(delta.id);
    const sensor: Sensor = {
      ...(hasMetadata(delta) ? delta : { ...delta, ...metadataOf(known ?? EMPTY_METADATA) }),
      values: delta.values ?? {}, valueQualities: delta.valueQualities ?? {}, valueTimes: delta.valueTimes ?? {},
      index: known?.index ?? this.byIndex.length,
    };
    this.sensors.set(sensor.id, sensor);
    this.byIndex[sensor.index] = sensor;
    this.dirty.add(sensor.index);
    return !known || known.longitude !== sensor.longitude || known.latitude !== sensor.latitude;
  }

  private forgetClosed(serverTime: number): boolean {
    let forgot = false;
    for (const alert of this.alerts.values()) {
      if (alert.state !== 'closed') continue;
      const closedAt = Math.max(alert.closedAt ?? 0, alert.clearedAt ?? 0, alert.acknowledgedAt ?? 0, alert.receivedAt);
      if (serverTime - closedAt > KEEP_CLOSED_MS) {
        this.alerts.delete(alert.id);
        forgot = true;
      }
    }
    return forgot;
  }
}

const sameFlood = (a: FloodState, b: FloodState) => a.inFlood === b.inFlood && a.since === b.since && a.rate === b.rate && a.operators === b.operators;

const sameDuties = (a: ShiftState['onDuty'], b: ShiftState['onDuty']) =>
  a.length === b.length && a.every((one, index) => one.operator === b[index]!.operator && one.since === b[index]!.since);

const EMPTY_METADATA: SensorMetadata = {
  name: null, district: '', domain: '', longitude: null, latitude: null, registered: false, properties: [], periodSeconds: null,
};

/** Metadata come whole or not at all. What is left out may be absent or null; a sensor always has a district. */
const hasMetadata = (delta: SensorDelta): delta is SensorState => typeof delta.district === 'string';

const metadataOf = ({ name, district, domain, longitude, latitude, registered, properties, periodSeconds }: SensorMetadata): SensorMetadata =>
  ({ name, district, domain, longitude, latitude, registered, properties, periodSeconds });

