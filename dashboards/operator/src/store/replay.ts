import type { AlertKind, AlertState, LocalText, Severity } from '../api/types';
import { BAD_QUALITY, CONDITION } from '../map/placement';
import type { Scene } from '../map/scene';
import { isUnacknowledged, listGroup, markFor, worse, type Mark } from './alerts';

/** The state of an alert at a time of the past; held and closed ones are in nobody's list. */
export type PastState = Exclude<AlertState, 'closed'> | 'held' | 'closed';

export interface ReplayAlert {
  id: string;
  sensor: string | null;
  asset: string | null;
  district: string;
  domain: string | null;
  kind: AlertKind;
  title: LocalText;
  property: string | null;
  severity: Severity;
  raisedAt: number;
  /** Since when it was in which state, in order. */
  phases: [number, PastState][];
}

/** What the server says of a stretch of the past; see its description of /api/v1/replay. */
export interface ReplayAnswer {
  from: number;
  to: number;
  /** Milliseconds from one moment to the next. */
  step: number;
  moments: number;
  properties: { code: string; decimals: number }[];
  sensors: string[];
  states: string[];
  values: (number | null)[][];
  alerts: ReplayAlert[];
  alertsLeftOut: number;
}

export interface PastValue {
  property: string;
  value: number;
}

export interface PastAlert {
  alert: ReplayAlert;
  unacknowledged: boolean;
}

const CODES: Record<string, number> = { o: CONDITION.online, l: CONDITION.old, s: CONDITION.stale, n: CONDITION.unknown };

let revisions = 0;

/** A stretch of the past, moment by moment. */
export class ReplayHour {
  private readonly rows = new Map<string, number>();
  private readonly valueRows = new Map<number, (number | null)[][]>();

  constructor(readonly answer: ReplayAnswer) {
    answer.sensors.forEach((id, row) => this.rows.set(id, row));
    for (const values of answer.values) {
      const row = values[0]!;
      const known = this.valueRows.get(row);
      if (known) known.push(values);
      else this.valueRows.set(row, [values]);
    }
  }

  get last(): number {
    return this.answer.moments - 1;
  }

  timeOf(moment: number): number {
    return this.answer.from + moment * this.answer.step;
  }

  /** The moment that a time belongs to. */
  momentOf(time: number): number {
    return Math.max(0, Math.min(this.last, Math.floor((time - this.answer.from) / this.answer.step)));
  }

  /** How a sensor was; unknown when nothing is known of it. */
  codeOf(sensor: string, moment: number): number {
    const letter = this.answer.states[this.rows.get(sensor) ?? -1]?.[moment];
    if (letter === undefined) return CONDITION.unknown;
    const lower = letter.toLowerCase();
    return (CODES[lower] ?? CONDITION.unknown) + (letter === lower ? 0 : BAD_QUALITY);
  }

  /** Everything that the map shows, as it was at a moment, for sensors in the order of their numbers. */
  sceneAt(moment: number, sensors: readonly { id: string }[]): Scene {
    const codes = new Uint8Array(sensors.length);
    sensors.forEach((sensor, index) => { codes[index] = this.codeOf(sensor.id, moment); });
    const scene = { revision: ++revisions, codes, sensorMarks: new Map<string, Mark>(), districtMarks: new Map<string, Mark>(), assetMarks: new Map<string, Mark>() };
    for (const { alert, unacknowledged } of this.alertsAt(moment)) {
      const mark = markFor(alert, unacknowledged);
      const put = (marks: Map<string, Mark>, id: string | null) => { if (id !== null) marks.set(id, worse(marks.get(id), mark)); };
      put(scene.sensorMarks, alert.sensor);
      put(scene.assetMarks, alert.asset);
      put(scene.districtMarks, alert.district);
    }
    return scene;
  }

  /** The alerts that were in the list, in the list's order. */
  alertsAt(moment: number): PastAlert[] {
    const time = this.timeOf(moment);
    const found: (PastAlert & { group: number })[] = [];
    for (const alert of this.answer.alerts) {
      let state: PastState = 'closed';
      for (const [at, next] of alert.phases) {
        if (at > time) break;
        state = next;
      }
      if (state === 'closed' || state === 'held') continue;
      found.push({ alert, unacknowledged: isUnacknowledged({ state }), group: listGroup({ state, severity: alert.severity }) });
    }
    return found.sort((a, b) => a.group - b.group || a.alert.severity - b.alert.severity || b.alert.raisedAt - a.alert.raisedAt);
  }

  /** How many alerts came into the list from the moment before to each moment, and the most urgent of them. */
  raisedBy(): { count: number; worst: Severity | null }[] {
    const all = Array.from({ length: this.answer.moments }, () => ({ count: 0, worst: null as Severity | null }));
    for (const { phases, severity } of this.answer.alerts) {
      const start = phases[0]![0];
      if (start <= this.answer.from) continue;
      const one = all[Math.min(this.last, Math.ceil((start - this.answer.from) / this.answer.step))]!;
      one.count++;
      one.worst = one.worst === null || severity < one.worst ? severity : one.worst;
    }
    return all;
  }

  /** The values of a sensor at a moment. */
  valuesAt(sensor: string, moment: number): PastValue[] {
    const result: PastValue[] = [];
    for (const row of this.valueRows.get(this.rows.get(sensor) ?? -1) ?? []) {
      const value = this.column(row)[moment];
      if (value !== null && value !== undefined) result.push({ property: this.answer.properties[row[1]!]!.code, value });
    }
    return result;
  }

  /** A property of a sensor at all moments; null where nothing is known. */
  valuesOf(sensor: string, property: string): (number | null)[] {
    const row = (this.valueRows.get(this.rows.get(sensor) ?? -1) ?? []).find((one) => this.answer.properties[one[1]!]!.code === property);
    return row ? this.column(row) : [];
  }

  /** From differences in units of the last decimal to values. */
  private column(row: (number | null)[]): (number | null)[] {
    const scale = 10 ** this.answer.properties[row[1]!]!.decimals;
    let sum = 0;
    return row.slice(2).map((difference) => (difference === null ? null : (sum += difference) / scale));
  }
}
