import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveTransport } from '../src/api/live';
import type { LiveUpdate } from '../src/api/types';
import { alert, update } from './samples';

let send: (update: LiveUpdate) => void = () => undefined;

vi.mock('../src/api/live', () => ({
  openLiveHub: (): LiveTransport => ({
    open: () => Promise.resolve(),
    stream: (_position, onUpdate) => { send = onUpdate; },
    tellOperator: () => undefined,
    close: () => undefined,
  }),
}));

const { App } = await import('../src/app');

describe('the sound of a page behind another one', () => {
  afterEach(() => { vi.useRealTimers(); });

  it('comes with the live updates, whatever becomes of the timers', async () => {
    localStorage.clear();
    vi.useFakeTimers({ now: 1_000_000 });
    const app = new App();
    const play = vi.spyOn(app.soundPlayer, 'play');
    app.link.start();
    await vi.advanceTimersByTimeAsync(0);
    send(update(1, { full: true, alerts: [alert('old', { severity: 2 })] }));
    expect(play).not.toHaveBeenCalled();
    send(update(2, { alerts: [alert('new', { severity: 2 })] }));
    expect(play.mock.calls).toEqual([[2]]);
    send(update(3, { alerts: [alert('p1', { severity: 1 })] }));
    expect(play.mock.calls).toEqual([[2], [3]]);
    // Beats come every two seconds: the P1 repeats with the first that is due.
    for (let version = 4; version <= 7; version++) {
      await vi.advanceTimersByTimeAsync(2_000);
      send(update(version));
    }
    expect(play.mock.calls).toEqual([[2], [3], [3]]);
    app.link.stop();
  });
});
