import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveTransport } from '../src/api/live';
import type { LivePosition, LiveUpdate } from '../src/api/types';
import { linkState } from '../src/store/link';
import { LiveLink } from '../src/store/live-link';
import { LiveStore } from '../src/store/live-store';
import { sensor, update } from './samples';

/** A hub that can be up, down or unreachable without an answer. */
class FakeHub {
  mode: 'up' | 'down' | 'hanging' = 'up';
  opened = 0;
  closed = 0;
  asked: LivePosition[] = [];
  told: string[] = [];
  send: (update: LiveUpdate) => void = () => undefined;
  end: () => void = () => undefined;

  connect = (): LiveTransport => ({
    open: () => {
      this.opened++;
      if (this.mode === 'hanging') return new Promise(() => undefined);
      return this.mode === 'up' ? Promise.resolve() : Promise.reject(new Error('down'));
    },
    stream: (position, onUpdate, onEnd) => {
      this.asked.push(position);
      this.send = onUpdate;
      this.end = onEnd;
    },
    tellOperator: (name) => { this.told.push(name); },
    close: () => { this.closed++; },
  });
}

describe('linkState', () => {
  const at = (lastUpdateAt: number | null, streaming: boolean, now: number) => linkState({ startedAt: 0, lastUpdateAt, streaming }, now);
  it('is connecting until something came, and off when nothing comes', () => {
    expect(at(null, false, 10_000)).toBe('connecting');
    expect(at(null, true, 15_001)).toBe('off');
  });
  it('is live only with a recent update over an open stream', () => {
    expect(at(1_000, true, 5_000)).toBe('live');
    expect(at(1_000, true, 5_001)).toBe('stale');
    expect(at(1_000, false, 1_001)).toBe('stale');
    expect(at(1_000, true, 16_001)).toBe('off');
    expect(at(1_000, false, 16_001)).toBe('off');
  });
});

describe('LiveLink', () => {
  let hub: FakeHub;
  let store: LiveStore;
  let link: LiveLink;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    hub = new FakeHub();
    store = new LiveStore(() => Date.now());
    link = new LiveLink({ connect: hub.connect, position: () => store.position, apply: (one) => store.apply(one), monotonic: () => performance.now() });
  });
  afterEach(() => {
    link.stop();
    vi.useRealTimers();
  });

  const started = async () => {
    link.start();
    await vi.advanceTimersByTimeAsync(0);
    hub.send(update(1, { full: true, sensors: [sensor('a')] }));
  };

  it('counts each time that the stream went on after a time without it', async () => {
    await started();
    hub.send(update(2));
    expect(link.resumed.value).toBe(0);
    // A break that is known.
    hub.end();
    await vi.advanceTimersByTimeAsync(1_000);
    hub.send(update(3));
    hub.send(update(4));
    expect(link.resumed.value).toBe(1);
    // One that nobody told of: the same stream, late.
    const { send } = hub;
    hub.mode = 'hanging';
    await vi.advanceTimersByTimeAsync(4_500);
    send(update(5));
    expect(link.resumed.value).toBe(2);
  });

  it('goes live with the first update', async () => {
    link.start();
    expect(link.state.value).toBe('connecting');
    await vi.advanceTimersByTimeAsync(0);
    expect(link.state.value).toBe('connecting');
    hub.send(update(1, { full: true }));
    expect(link.state.value).toBe('live');
  });

  it('stays live on beats, is stale after 4 s without one and off after 15 s', async () => {
    hub.mode = 'up';
    await started();
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(2_000);
      hub.send(update(1));
      expect(link.state.value).toBe('live');
    }
    hub.mode = 'hanging';
    await vi.advanceTimersByTimeAsync(4_000);
    expect(link.state.value).toBe('live');
    await vi.advanceTimersByTimeAsync(300);
    expect(link.state.value).toBe('stale');
    await vi.advanceTimersByTimeAsync(11_000);
    expect(link.state.value).toBe('off');
  });

  it('is stale the moment a stream is known to have ended', async () => {
    await started();
    hub.mode = 'down';
    hub.end();
    expect(link.state.value).toBe('stale');
  });

  it('resumes from where it was', async () => {
    await started();
    hub.send(update(42));
    hub.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(hub.asked).toEqual([{ epoch: null, version: 0 }, { epoch: 'e1', version: 42 }]);
    expect(link.state.value).toBe('stale');
    hub.send(update(43));
    expect(link.state.value).toBe('live');
  });

  it('tries for ever, and is back within two seconds of the server’s return', async () => {
    await started();
    hub.mode = 'down';
    hub.end();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(hub.opened).toBeGreaterThan(2_000);
    expect(link.state.value).toBe('off');
    hub.mode = 'up';
    const asked = hub.asked.length;
    await vi.advanceTimersByTimeAsync(1_600);
    expect(hub.asked.length).toBe(asked + 1);
    hub.send(update(2));
    expect(link.state.value).toBe('live');
  });

  it('gives up an attempt that hangs', async () => {
    hub.mode = 'hanging';
    link.start();
    await vi.advanceTimersByTimeAsync(4_100);
    expect(hub.closed).toBe(1);
    expect(hub.opened).toBe(3);
  });

  it('tries beside an attempt that hangs, and is back within two seconds although the old ones never answer', async () => {
    await started();
    hub.mode = 'hanging';
    hub.end();
    for (let wait = 0; wait < 60_000; wait += 500) {
      await vi.advanceTimersByTimeAsync(500);
      expect(hub.opened - hub.closed).toBeLessThanOrEqual(5);
    }
    hub.mode = 'up';
    const asked = hub.asked.length;
    await vi.advanceTimersByTimeAsync(1_600);
    expect(hub.asked.length).toBe(asked + 1);
    hub.send(update(2));
    expect(link.state.value).toBe('live');

    // The others were given up, and no more begin.
    expect(hub.opened - hub.closed).toBe(1);
    const opened = hub.opened;
    await vi.advanceTimersByTimeAsync(3_900);
    expect(hub.opened).toBe(opened);
  });

  it('keeps a stream that speaks again before another could be opened', async () => {
    await started();
    await vi.advanceTimersByTimeAsync(2_000);
    hub.send(update(2));
    hub.mode = 'hanging';
    const old = hub.send;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(link.state.value).toBe('stale');
    expect(hub.opened).toBeGreaterThan(1);
    old(update(3));
    expect(link.state.value).toBe('live');
    expect(store.position.version).toBe(3);
    expect(hub.opened - hub.closed).toBe(1);
  });

  it('replaces a stream that stays open without a word', async () => {
    await started();
    await vi.advanceTimersByTimeAsync(10_500);
    expect(hub.closed).toBe(1);
    expect(hub.asked.length).toBe(2);
  });

  it('ignores what an old stream still says', async () => {
    await started();
    const old = hub.send;
    hub.end();
    await vi.advanceTimersByTimeAsync(0);
    old(update(99));
    expect(store.position.version).toBe(1);
  });

  it('tries at once when told that the network is back', async () => {
    await started();
    hub.mode = 'down';
    hub.end();
    await vi.advanceTimersByTimeAsync(10_000);
    hub.mode = 'up';
    const opened = hub.opened;
    link.hurry();
    expect(hub.opened).toBe(opened + 1);
  });

  it('does not take a sleep of the computer for a moment', async () => {
    await started();
    vi.setSystemTime(Date.now() + 60_000); // The monotonic clock stood still.
    await vi.advanceTimersByTimeAsync(300);
    expect(link.state.value).not.toBe('live');
  });

  it('stops', async () => {
    await started();
    link.stop();
    const opened = hub.opened;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hub.opened).toBe(opened);
  });
});
