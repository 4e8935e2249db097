import type { Alert, FleetFigures, LiveUpdate, SensorState } from '../src/api/types';

export const FLEET: FleetFigures = { sensors: 0, online: 0, offline: 0, stale: 0, unregistered: 0, messagesPerSecond: 0, readingsPerSecond: 0, storage: 'ok' };

export function alert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id, sensor: 'air-1', asset: null, district: 'viet-yen', domain: 'air', ruleId: 'r', kind: 'limit', title: { vi: 'Bụi mịn cao', en: 'Dust high' }, property: 'pm25',
    severity: 3, state: 'unacknowledged', raisedAt: 1_000, receivedAt: 1_100, late: false, clearedAt: null, acknowledgedAt: null, acknowledgedBy: null,
    value: 60, limit: 50, expectedLow: null, expectedHigh: null, lastedMs: null, unit: 'ug/m3', reAlarms: 0, source: null, ruleSeverity: 3, priorityReason: null, clearedReceivedAt: null, lateCleared: false, closedAt: null, revision: 1,
    latched: false, hold: null, assignee: null, escalationLevel: 0, chattering: false, turns: 0, ...more,
  };
}

export function sensor(id: string, more: Partial<SensorState> = {}): SensorState {
  return {
    id, name: { vi: 'Trạm', en: 'Station' }, district: 'viet-yen', domain: 'air', longitude: 106, latitude: 21, registered: true, properties: ['pm25'],
    periodSeconds: 10, state: 'online', quality: 'ok', measuredAt: 1_000, receivedAt: 1_100, values: { pm25: 10 }, valueQualities: {}, valueTimes: {}, ...more,
  };
}

export function update(version: number, more: Partial<LiveUpdate> = {}): LiveUpdate {
  return { epoch: 'e1', version, full: false, serverTime: 10_000, sensors: [], districts: [], alerts: [], fleet: FLEET, ...more };
}
