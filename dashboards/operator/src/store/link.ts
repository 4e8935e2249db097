import { OFF_AFTER_MS, STALE_AFTER_MS } from '../config';

export type LinkState = 'connecting' | 'live' | 'stale' | 'off';

/** What the link's state follows from. All times in milliseconds of the same clock. */
export interface LinkFacts {
  /** When the page began to connect. */
  startedAt: number;
  /** When the last update came; null when none has. */
  lastUpdateAt: number | null;
  /** Whether a stream is open as far as the page knows. */
  streaming: boolean;
}

/** The state to show. Only a recent update over an open stream is "live"; a known break is "stale" at once. */
export function linkState(facts: LinkFacts, now: number): LinkState {
  if (facts.lastUpdateAt === null) return now - facts.startedAt > OFF_AFTER_MS ? 'off' : 'connecting';
  const age = now - facts.lastUpdateAt;
  if (age > OFF_AFTER_MS) return 'off';
  return age > STALE_AFTER_MS || !facts.streaming ? 'stale' : 'live';
}
