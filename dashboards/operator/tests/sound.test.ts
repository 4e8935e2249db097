import { describe, expect, it } from 'vitest';
import { SoundPlan } from '../src/sound';
import { alert } from './samples';

describe('SoundPlan', () => {
  it('is silent about what was there before, but for a P1', () => {
    expect(new SoundPlan().next([alert('a', { severity: 2 })], 0)).toBe(0);
    expect(new SoundPlan().next([alert('a', { severity: 1 })], 0)).toBe(3);
  });
  it('sounds three, two, one for a new P1, P2, P3 and none for P4; the most urgent of several', () => {
    const tones = (...severities: (1 | 2 | 3 | 4)[]) => {
      const plan = new SoundPlan();
      plan.next([], 0);
      return plan.next(severities.map((severity) => alert(`p${severity}`, { severity })), 1);
    };
    expect([tones(1), tones(2), tones(3), tones(4), tones(4, 2, 3)]).toEqual([3, 2, 1, 0, 2]);
  });
  it('sounds once for one alert, again when it alarms again', () => {
    const plan = new SoundPlan();
    plan.next([], 0);
    expect(plan.next([alert('a')], 1)).toBe(1);
    expect(plan.next([alert('a')], 2)).toBe(0);
    expect(plan.next([alert('a', { reAlarms: 1 })], 3)).toBe(1);
  });
  it('makes no tone each time that an alert that chatters comes', () => {
    const plan = new SoundPlan();
    plan.next([], 0);
    expect(plan.next([alert('a')], 1)).toBe(1);
    expect(plan.next([alert('a', { reAlarms: 7, chattering: true })], 2)).toBe(0);
    expect(plan.next([alert('a', { reAlarms: 7 })], 3)).toBe(0);
  });
  it('repeats a P1 every five seconds until it is acknowledged', () => {
    const plan = new SoundPlan();
    const p1 = alert('a', { severity: 1 });
    expect(plan.next([p1], 0)).toBe(3);
    expect(plan.next([p1], 4_999)).toBe(0);
    expect(plan.next([p1], 5_000)).toBe(3);
    expect(plan.next([{ ...p1, state: 'acknowledged' }], 10_000)).toBe(0);
  });
});
