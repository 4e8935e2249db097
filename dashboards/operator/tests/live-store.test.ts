import { describe, expect, it } from 'vitest';
import type { SensorDelta } from '../src/api/types';
import { LiveStore } from '../src/store/live-store';
import { alert, sensor, update } from './samples';

const filled = () => {
  const store = new LiveStore(() => 9_000);
  store.apply(update(5, { full: true, sensors: [sensor('a'), sensor('b')], alerts: [alert('1')] }));
  return store;
};

describe('LiveStore', () => {
  it('asks for everything before it has anything', () => {
    expect(new LiveStore().position).toEqual({ epoch: null, version: 0 });
  });

  it('keeps the position to resume from', () => {
    const store = filled();
    store.apply(update(7));
    expect(store.position).toEqual({ epoch: 'e1', version: 7 });
  });

  it('keeps metadata that a delta leaves out, and replaces the report', () => {
    const store = filled();
    const delta: SensorDelta = {
      id: 'a', state: 'stale', quality: 'ok', measuredAt: 2_000, receivedAt: 2_100, values: { pm25: 99 }, valueQualities: {}, valueTimes: {},
    };
    store.apply(update(6, { sensors: [delta] }));
    expect(store.sensors.get('a')).toMatchObject({ state: 'stale', values: { pm25: 99 }, longitude: 106, name: { vi: 'Trạm' }, index: 0 });
  });

  it('takes null for left out, as some writers put it', () => {
    const store = filled();
    const nothing = { name: null, district: null, domain: null, longitude: null, latitude: null, registered: null, properties: null, periodSeconds: null };
    const layout = store.layoutRevision.value;
    store.apply(update(6, { sensors: [{ ...sensor('a', { values: { pm25: 7 } }), ...nothing }] }));
    expect(store.sensors.get('a')).toMatchObject({ values: { pm25: 7 }, district: 'viet-yen', properties: ['pm25'], longitude: 106, index: 0 });
    expect(store.layoutRevision.value).toBe(layout);
  });

  it('takes a place away when the metadata say so', () => {
    const store = filled();
    store.apply(update(6, { sensors: [sensor('a', { longitude: null, latitude: null })] }));
    expect(store.sensors.get('a')!.longitude).toBeNull();
  });

  it('forgets a quality mark that is no longer sent', () => {
    const store = filled();
    store.apply(update(6, { sensors: [sensor('a', { valueQualities: { pm25: 'fault' } })] }));
    store.apply(update(7, { sensors: [sensor('a', { valueQualities: {} })] }));
    expect(store.sensors.get('a')!.valueQualities).toEqual({});
  });

  it('replaces everything on a full update', () => {
    const store = filled();
    store.apply(update(1, { epoch: 'e2', full: true, sensors: [sensor('c')], alerts: [alert('9')] }));
    expect([...store.sensors.keys()]).toEqual(['c']);
    expect([...store.alerts.keys()]).toEqual(['9']);
    expect(store.byIndex.map((one) => one.id)).toEqual(['c']);
    expect(store.position).toEqual({ epoch: 'e2', version: 1 });
  });

  it('does not mix a delta of another epoch into what it has', () => {
    const store = filled();
    store.apply(update(9, { epoch: 'e2', sensors: [sensor('x')] }));
    expect(store.sensors.has('x')).toBe(false);
    expect(store.position).toEqual({ epoch: 'e1', version: 5 });
  });

  it('hands out what changed once', () => {
    const store = filled();
    expect([...store.takeDirty()]).toEqual([0, 1]);
    store.apply(update(6, { sensors: [sensor('b')] }));
    expect([...store.takeDirty()]).toEqual([1]);
    expect(store.takeDirty().size).toBe(0);
  });

  it('tells a change of values from a change of the layout', () => {
    const store = filled();
    const layout = store.layoutRevision.value;
    store.apply(update(6, { sensors: [sensor('a', { values: { pm25: 11 } })] }));
    expect(store.layoutRevision.value).toBe(layout);
    store.apply(update(7, { sensors: [sensor('a', { longitude: 107 })] }));
    expect(store.layoutRevision.value).toBe(layout + 1);
    store.apply(update(8, { sensors: [sensor('new')] }));
    expect(store.layoutRevision.value).toBe(layout + 2);
  });

  it('an empty beat disturbs nobody', () => {
    const store = filled();
    const before = [store.sensorsRevision.value, store.alertsRevision.value, store.layoutRevision.value, store.districtsRevision.value];
    store.apply(update(5));
    expect([store.sensorsRevision.value, store.alertsRevision.value, store.layoutRevision.value, store.districtsRevision.value]).toEqual(before);
  });

  it('knows the server’s clock', () => {
    expect(filled().clockOffset.value).toBe(1_000);
  });

  it('drops alerts an hour after they were closed', () => {
    const store = filled();
    store.apply(update(6, { alerts: [alert('1', { state: 'closed', clearedAt: 5_000, acknowledgedAt: 6_000 })] }));
    expect(store.alerts.has('1')).toBe(true);
    store.apply(update(7, { serverTime: 6_000 + 3_600_001 }));
    expect(store.alerts.has('1')).toBe(false);
  });

  it('does not let a slow answer undo what the stream already told', () => {
    const store = filled();
    store.apply(update(6, { alerts: [alert('1', { state: 'closed', revision: 3, acknowledgedAt: 2, acknowledgedBy: 'vh01', clearedAt: 3 })] }));
    store.applyAnswer(alert('1', { state: 'acknowledged', revision: 2, acknowledgedAt: 2, acknowledgedBy: 'vh01' }));
    expect(store.alerts.get('1')!.state).toBe('closed');
  });

  it('takes an answer that is ahead of the stream', () => {
    const store = filled();
    store.applyAnswer(alert('1', { state: 'acknowledged', acknowledgedAt: 2, acknowledgedBy: 'vh01' }));
    expect(store.alerts.get('1')!.acknowledgedBy).toBe('vh01');
  });
});
