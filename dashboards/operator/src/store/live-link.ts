import { signal } from '@preact/signals';
import type { LiveTransport } from '../api/live';
import type { LivePosition, LiveUpdate } from '../api/types';
import { STALE_AFTER_MS } from '../config';
import { linkState, type LinkFacts, type LinkState } from './link';

/** Wait before the n-th attempt. The last entry is the longest wait, short enough that a page is current within two
 * seconds of the server's return. */
const BACK_OFF_MS = [0, 250, 500, 1_000, 1_500];

/** An attempt to connect is given up after this long; every third one gets more, for slow networks. */
const OPEN_TIMEOUT_MS = 4_000;
const PATIENT_OPEN_TIMEOUT_MS = 15_000;

/** Another attempt begins beside one that has had no answer for this long: on a network that came back, the older one may sleep for many seconds
 * before it sends again, and the page is to be current within two. */
const BESIDE_MS = 1_500;

/** Nor is an attempt begun so soon after the one before, whoever asks. */
const APART_MS = 250;

/** An open stream without an update for this long is taken for dead and replaced. */
const SILENT_STREAM_MS = 10_000;

const CHECK_EVERY_MS = 250;

export interface LiveLinkOptions {
  connect: () => LiveTransport;
  position: () => LivePosition;
  apply: (update: LiveUpdate) => void;
  /** Who sits before the page; told at the start of every connection. */
  operator?: () => string;
  /** Milliseconds that never run backwards. */
  monotonic?: () => number;
  wall?: () => number;
}

/** Keeps one live stream open for ever and says truthfully how it is. */
export class LiveLink {
  readonly state = signal<LinkState>('connecting');
  /** When the last update came, by this computer's clock; null when none has. */
  readonly lastUpdateWall = signal<number | null>(null);

  /** Counts how often the stream went on after a time without it. It then tells how things are, not what was measured meanwhile. */
  readonly resumed = signal(0);

  private readonly facts: LinkFacts;
  private transport: LiveTransport | null = null;
  /** Attempts under way, with what ends each that gets no answer. */
  private readonly trying = new Map<LiveTransport, ReturnType<typeof setTimeout>>();
  private patient: LiveTransport | null = null;
  private attempt = 0;
  private begun = 0;
  private begunAt = Number.NEGATIVE_INFINITY;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private checkTimer: ReturnType<typeof setInterval> | null = null;
  private streamSince = 0;
  /** The stream that is open has not spoken yet. */
  private unheard = false;
  private readonly monotonic: () => number;
  private readonly wall: () => number;
  private wallBase: number;
  private monoBase: number;
  private slept = 0;

  constructor(private readonly options: LiveLinkOptions) {
    this.monotonic = options.monotonic ?? (() => performance.now());
    this.wall = options.wall ?? (() => Date.now());
    this.wallBase = this.wall();
    this.monoBase = this.monotonic();
    this.facts = { startedAt: this.now(), lastUpdateAt: null, streaming: false };
  }

  start(): void {
    this.facts.startedAt = this.now();
    this.checkTimer = setInterval(() => this.check(), CHECK_EVERY_MS);
    this.connect();
  }

  stop(): void {
    if (this.checkTimer !== null) clearInterval(this.checkTimer);
    this.checkTimer = null;
    this.dropAttempts();
    const transport = this.transport;
    this.transport = null;
    this.facts.streaming = false;
    transport?.close();
  }

  /** Tells the server that somebody else sits before the page. */
  tellOperator(name: string): void {
    if (this.facts.streaming) this.transport?.tellOperator(name);
  }

  /** Tries at once instead of waiting out the back-off: the network is back, or the page was brought to the front. */
  hurry(): void {
    this.check();
    if (this.transport === null && this.checkTimer !== null && this.now() - this.begunAt >= APART_MS) this.connect();
  }

  /** The monotonic clock stands still on some systems while the computer sleeps; the wall clock tells how long. */
  private now(): number {
    const mono = this.monotonic();
    const wall = this.wall();
    const jump = wall - this.wallBase - (mono - this.monoBase);
    if (jump > 2_000) this.slept += jump;
    this.wallBase = wall;
    this.monoBase = mono;
    return mono + this.slept;
  }

  private connect(): void {
    const transport = this.options.connect();
    const patient = this.begun++ % 3 === 2 && this.patient === null;
    if (patient) this.patient = transport;
    this.begunAt = this.now();
    this.trying.set(transport, setTimeout(() => this.failed(transport), patient ? PATIENT_OPEN_TIMEOUT_MS : OPEN_TIMEOUT_MS));
    this.connectIn(BESIDE_MS);
    transport.open().then(() => this.opened(transport), () => this.failed(transport));
  }

  private connectIn(wait: number): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => {
      this.retryTimer = null;
      this.connect();
    }, wait);
  }

  /** The first attempt that gets through is the link, and takes the place of a stream that has fallen silent. */
  private opened(transport: LiveTransport): void {
    if (!this.trying.has(transport)) return;
    this.forget(transport);
    this.dropAttempts();
    this.transport?.close();
    this.transport = transport;
    this.streamSince = this.now();
    this.unheard = true;
    this.facts.streaming = true;
    transport.tellOperator(this.options.operator?.() ?? '');
    transport.stream(this.options.position(), (update) => this.received(transport, update), () => this.ended(transport));
  }

  private failed(transport: LiveTransport): void {
    if (!this.trying.has(transport)) return;
    this.forget(transport);
    transport.close();
    // Others are under way, and the next begins beside them.
    if (this.trying.size === 0 && this.transport === null) this.backOff();
    this.check();
  }

  private forget(transport: LiveTransport): void {
    clearTimeout(this.trying.get(transport));
    this.trying.delete(transport);
    if (this.patient === transport) this.patient = null;
  }

  /** Gives up all attempts under way, and begins no other. */
  private dropAttempts(): void {
    for (const transport of [...this.trying.keys()]) {
      this.forget(transport);
      transport.close();
    }
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  private backOff(): void {
    this.connectIn(BACK_OFF_MS[Math.min(this.attempt, BACK_OFF_MS.length - 1)]!);
    this.attempt++;
  }

  private received(transport: LiveTransport, update: LiveUpdate): void {
    if (this.transport !== transport) return;
    this.attempt = 0;
    if (this.retryTimer !== null) this.dropAttempts();
    this.options.apply(update);
    const now = this.now();
    const last = this.facts.lastUpdateAt;
    if (last !== null && (this.unheard || now - last > STALE_AFTER_MS)) this.resumed.value++;
    this.unheard = false;
    this.facts.lastUpdateAt = now;
    this.lastUpdateWall.value = this.wall();
    this.check();
  }

  private ended(transport: LiveTransport): void {
    if (this.transport !== transport) return;
    this.transport = null;
    this.facts.streaming = false;
    transport.close();
    if (this.trying.size === 0) this.backOff();
    this.check();
  }

  private check(): void {
    const now = this.now();
    this.state.value = linkState(this.facts, now);
    const transport = this.transport;
    if (transport === null || !this.facts.streaming) return;
    const last = this.facts.lastUpdateAt ?? 0;
    if (now - Math.max(last, this.streamSince) > SILENT_STREAM_MS) this.ended(transport);
    // It spoke, and does so no longer: another is tried beside it, and whichever speaks first stays.
    else if (last > this.streamSince && now - last > STALE_AFTER_MS && this.retryTimer === null) this.connect();
  }
}
