/**
 * Shapes of the REST interface and of the live stream (camelCase JSON). Times are Unix milliseconds, UTC, unless noted.
 */

export interface LocalText {
  vi: string;
  en: string;
}

export type Severity = 1 | 2 | 3 | 4;
export type SensorStateName = 'online' | 'offline' | 'stale' | 'silent' | 'unknown';
export type Quality = 'ok' | 'calibrating' | 'fault' | 'implausible';
export type AlertKind =
  'limit' | 'spike' | 'flatline' | 'silence' | 'implausible' | 'learned' | 'rate_of_change' | 'missing_share' | 'neighbour'
  | 'schedule' | 'aggregate' | 'combination' | 'disagreement' | 'group';
export type AlertState =
  'unacknowledged' | 'acknowledged' | 'returned' | 'latched_unacknowledged' | 'latched_acknowledged' | 'closed';
export type HoldKind = 'shelved' | 'suppressed' | 'out_of_service';

/** What holds an alert back from the list. */
export interface Hold {
  kind: HoldKind;
  id: string;
  since: number;
  /** Null = until somebody ends it, or nothing explains it any more. */
  until: number | null;
  /** The operator; for suppressed, the id of the alert that explains it. */
  by: string;
  reason: string;
}

export interface PropertyDefinition {
  code: string;
  /** UCUM code. */
  unit: string;
  /** The unit as people write it. */
  unitLabel: string;
  name: LocalText;
  plausibleMin: number;
  plausibleMax: number;
  decimals: number;
}

export interface Area {
  id: string;
  parentId: string | null;
  level: 'province' | 'district' | 'commune';
  name: LocalText;
  /** Degrees, WGS 84, where the label goes. */
  longitude: number;
  latitude: number;
  validFrom: string | null;
  validTo: string | null;
}

export interface OutlineProperties {
  id: string;
  nameVi: string;
  nameEn: string;
  /** True when the outline is a drawing, not surveyed. */
  sketch: boolean;
}

export type Outlines = GeoJSON.FeatureCollection<GeoJSON.Polygon | GeoJSON.MultiPolygon, OutlineProperties>;

export interface Rule {
  id: string;
  kind: AlertKind;
  name: LocalText;
  severity: Severity;
  property: string | null;
  domain: string | null;
  district: string | null;
  sensor: string | null;
  raiseAbove: number | null;
  raiseBelow: number | null;
  hysteresis: number;
  durationSeconds: number;
  factor: number;
  minimumChange: number;
  source: LocalText | null;
  /** The whole of it as its file has it (docs/rules.md). */
  rule?: object | null;
}

/** What a sensor is; in a delta only when new or changed, else all of it is absent or null. */
export interface SensorMetadata {
  name: LocalText | null;
  district: string;
  domain: string;
  longitude: number | null;
  latitude: number | null;
  registered: boolean;
  properties: string[];
  /** Seconds between two reports. */
  periodSeconds: number | null;
}

/** How a sensor is now; always whole. */
export interface SensorReport {
  id: string;
  state: SensorStateName;
  quality: Quality;
  measuredAt: number | null;
  receivedAt: number | null;
  values: Record<string, number>;
  /** Entries that are not "ok". */
  valueQualities: Record<string, Quality>;
  /** Entries that differ from measuredAt. */
  valueTimes: Record<string, number>;
}

export type SensorState = SensorReport & SensorMetadata;
export type SensorDelta = SensorReport & { [key in keyof SensorMetadata]?: SensorMetadata[key] | null };

export interface DistrictAggregate {
  domain: string;
  property: string;
  count: number;
  mean: number;
  min: number;
  max: number;
  /** When the oldest value that counts was measured. */
  oldest: number;
}

export interface DistrictState {
  id: string;
  name: LocalText | null;
  sensors: { total: number; online: number; offline: number; stale: number; silent: number; unknown: number };
  aggregates: DistrictAggregate[];
  openAlerts: { p1: number; p2: number; p3: number; p4: number };
}

export interface Alert {
  id: string;
  /** Null when it is about an asset or a district. */
  sensor: string | null;
  asset: string | null;
  district: string;
  /** Null when it concerns several domains. */
  domain: string | null;
  ruleId: string;
  kind: AlertKind;
  title: LocalText;
  property: string | null;
  severity: Severity;
  ruleSeverity: Severity;
  /** Why the priority is not the rule's own. */
  priorityReason: LocalText | null;
  state: AlertState;
  /** Event time. */
  raisedAt: number;
  receivedAt: number;
  late: boolean;
  clearedAt: number | null;
  clearedReceivedAt: number | null;
  lateCleared: boolean;
  closedAt: number | null;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  value: number | null;
  limit: number | null;
  expectedLow: number | null;
  expectedHigh: number | null;
  lastedMs: number | null;
  unit: string | null;
  /** Number of acts so far: of two states of one alert, the one with more is the later. */
  revision: number;
  reAlarms: number;
  source: LocalText | null;
  latched: boolean;
  /** Null when it belongs in the list. */
  hold: Hold | null;
  assignee: string | null;
  escalationLevel: number;
  /** It comes and goes too often; taken as active until it has been quiet. */
  chattering: boolean;
  turns: number;
  /** What was done of its procedure; null or absent while nothing was. */
  checklist?: Checklist | null;
  /** What it is folded with in a flood. Absent from an older server. */
  groupKey?: string;
  /** How many alerts it explains at present; they are held back. */
  members?: number | null;
  /** Of a group: number of sensors that its rule looks at there. */
  membersOf?: number | null;
}

/** What was done of an alert's procedure: of the version that the first step was done of. */
export interface Checklist {
  procedure: string;
  version: number;
  /** Number of steps. */
  of: number;
  done: { id: string; by: string; at: number }[];
}

/** Whether more comes than the operators can follow. */
export interface FloodState {
  inFlood: boolean;
  since: number | null;
  /** Alerts per operator within the last ten minutes. */
  rate: number;
  operators: number;
}

export type CommandName = 'switch' | 'dim' | 'auto';

export type CommandState =
  'pending' | 'sent' | 'accepted' | 'done' | 'failed' | 'rejected' | 'timed_out' | 'expired' | 'cancelled' | 'superseded';

/** What a device is asked to do. */
export interface CommandWish {
  name: CommandName;
  on?: boolean;
  level?: number;
}

/** A command to a device and how far it is. */
export interface DeviceCommand extends CommandWish {
  id: string;
  group?: string;
  sensor: string;
  district: string;
  forSeconds?: number;
  operator: string;
  state: CommandState;
  createdAt: number;
  expiresAt: number;
  attempts: number;
  sentAt?: number;
  acceptedAt?: number;
  finishedAt?: number;
  /** The device's own words. */
  detail?: string;
  late: boolean;
  cancelledBy?: string;
  supersededBy?: string;
  revision: number;
}

export interface FleetFigures {
  sensors: number;
  online: number;
  offline: number;
  stale: number;
  unregistered: number;
  messagesPerSecond: number;
  readingsPerSecond: number;
  /** Whether the server can store what comes. */
  storage: 'ok' | 'full' | 'failing';
  /** That the disk will be full before long. */
  machineWarning?: LocalText | null;
}

/** Who is on shift. */
export interface ShiftState {
  onDuty: { operator: string; since: number }[];
  /** Another number = a hand-over was written, accepted or withdrawn. */
  handovers?: number;
}

export interface LiveUpdate {
  epoch: string;
  version: number;
  full: boolean;
  serverTime: number;
  sensors: SensorDelta[];
  districts: DistrictState[];
  alerts: Alert[];
  /** Absent from a server that knows no commands. */
  commands?: DeviceCommand[];
  fleet: FleetFigures;
  /** Absent from a server that does not count. */
  flood?: FloodState;
  /** Numbers that change with the rules and procedures in force. */
  catalogue?: { rules: number; procedures: number };
  /** Absent from a server that keeps no shift log. */
  shift?: ShiftState;
}

export interface LivePosition {
  epoch: string | null;
  version: number;
}

export interface GroupAcknowledgement {
  acknowledged: Alert[];
  refused: { id: string; reason: string }[];
}

/** A stored value: measured-at, value, quality. */
export type HistoryPoint = [number, number, Quality];

export interface RawHistory {
  sensor: string;
  property: string;
  unit: string;
  points: HistoryPoint[];
  next: string | null;
}

/** application/problem+json (RFC 9457) with a Vietnamese detail. */
export interface ProblemDetails {
  type?: string;
  title?: string;
  detail?: string;
  detailVi?: string;
  status?: number;
  alert?: Alert;
}
