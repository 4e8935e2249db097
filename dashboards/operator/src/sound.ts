import { signal } from '@preact/signals';
import type { Alert, Severity } from './api/types';
import { isUnacknowledged } from './store/alerts';

const TONES: Record<Severity, number> = { 1: 3, 2: 2, 3: 1, 4: 0 };
const REPEAT_P1_MS = 5_000;

/**
 * Decides how many tones are due: three, two, one for a new P1, P2, P3; a P1 repeats until it is acknowledged. What was
 * there when the page opened is not new, but a P1 among it still calls. One that chatters makes no tone each time that it comes.
 */
export class SoundPlan {
  private known: Set<string> | null = null;
  private lastP1 = Number.NEGATIVE_INFINITY;

  /** Looks at all alerts at a time (ms, never running backwards); returns the number of tones to sound now. */
  next(alerts: Iterable<Alert>, now: number): number {
    const unacknowledged = new Set<string>();
    let tones = 0;
    let anyP1 = false;
    for (const alert of alerts) {
      if (!isUnacknowledged(alert)) continue;
      // An alert that alarms again is a new call.
      const key = `${alert.id}/${alert.reAlarms}`;
      unacknowledged.add(key);
      if (alert.severity === 1) anyP1 = true;
      if (this.known && !this.known.has(key) && !alert.chattering) tones = Math.max(tones, TONES[alert.severity]);
    }
    this.known = unacknowledged;
    if (anyP1 && now - this.lastP1 >= REPEAT_P1_MS) tones = TONES[1];
    if (tones === TONES[1]) this.lastP1 = now;
    return tones;
  }
}

/** Sounds tones; browsers stay mute until somebody clicked or pressed a key on the page. */
export class SoundPlayer {
  /** True once the browser lets the page sound. */
  readonly ready = signal(false);
  private context: AudioContext | null = null;

  /** Whether it was let sound before the gesture under way: the sound may come on before the press that brought it is over. */
  private before = false;

  /** Whether the page was mute when the gesture under way began. */
  get wasMute(): boolean {
    return !this.before;
  }

  /** Call when a press of the pointer or of a key begins. */
  gesture(): void {
    this.before = this.ready.peek();
    void this.unlock();
  }

  /** Call from a click or a key press. */
  async unlock(): Promise<void> {
    if (this.ready.value || typeof AudioContext === 'undefined') return;
    this.context ??= new AudioContext();
    await this.context.resume();
    this.ready.value = this.context.state === 'running';
    this.context.onstatechange = () => { this.ready.value = this.context?.state === 'running'; };
  }

  play(tones: number): void {
    const context = this.context;
    if (!context || context.state !== 'running') return;
    for (let i = 0; i < tones; i++) {
      const start = context.currentTime + i * 0.24;
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.frequency.value = 880;
      // A soft edge on both sides: a bare one clicks.
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.25, start + 0.015);
      gain.gain.setValueAtTime(0.25, start + 0.13);
      gain.gain.linearRampToValueAtTime(0, start + 0.16);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + 0.18);
    }
  }
}
