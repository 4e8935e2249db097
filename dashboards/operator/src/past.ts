import { batch, computed, signal } from '@preact/signals';
import { getReplay } from './api/map';
import { ApiError } from './api/rest';
import type { App } from './app';
import type { Scene } from './map/scene';
import { ReplayHour } from './store/replay';

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;

/** How many seconds of the past go by in a second of playing. */
export const SPEEDS = [30, 60, 300, 600] as const;

/** Looking back: what the map shows instead of the present, when an operator asks for it. Everything else stays live. */
export class Past {
  readonly opened = signal(false);
  readonly hour = signal<ReplayHour | null>(null);
  readonly loading = signal(false);
  readonly trouble = signal<ApiError | null>(null);
  /** The moment looked at, by its number. */
  readonly moment = signal(0);
  readonly playing = signal(false);
  readonly speed = signal<number>(60);
  private timer: ReturnType<typeof setInterval> | null = null;
  private request: AbortController | null = null;

  constructor(private readonly app: App) {}

  /** What the map shows; null while it shows the present. */
  readonly scene = computed<Scene | null>(() => {
    const hour = this.hour.value;
    if (hour === null) return null;
    this.app.store.layoutRevision.value;
    return hour.sceneAt(this.moment.value, this.app.store.byIndex);
  });

  /** The time looked at; null while it is the present. */
  readonly at = computed(() => this.hour.value?.timeOf(this.moment.value) ?? null);

  /** Goes to the last hour, or back to the present. */
  toggle(): void {
    if (this.opened.value) {
      this.close();
      return;
    }
    this.opened.value = true;
    void this.load(this.latest(), 'end');
  }

  close(): void {
    this.pause();
    this.request?.abort();
    this.request = null;
    batch(() => {
      this.opened.value = false;
      this.hour.value = null;
      this.loading.value = false;
      this.trouble.value = null;
    });
  }

  /** The beginning of the latest hour that there is. */
  latest(): number {
    return Math.floor(this.app.now.peek() / STEP_MS) * STEP_MS - HOUR_MS;
  }

  /** Loads the hour that begins at a time, or the latest when that would reach beyond the present. */
  async load(from: number, at: 'start' | 'end' = 'start'): Promise<void> {
    this.pause();
    this.request?.abort();
    const request = this.request = new AbortController();
    const start = Math.min(Math.floor(from / STEP_MS) * STEP_MS, this.latest());
    batch(() => {
      this.loading.value = true;
      this.trouble.value = null;
    });
    try {
      const hour = new ReplayHour(await getReplay(start, start + HOUR_MS, STEP_MS / 1000, request.signal));
      if (this.request !== request) return;
      batch(() => {
        this.hour.value = hour;
        this.moment.value = at === 'start' ? 0 : hour.last;
        this.loading.value = false;
      });
    } catch (error) {
      if (this.request !== request) return;
      batch(() => {
        this.loading.value = false;
        this.trouble.value = error instanceof ApiError ? error : new ApiError(0, {});
      });
    }
  }

  goTo(moment: number): void {
    const hour = this.hour.value;
    if (hour !== null) this.moment.value = Math.max(0, Math.min(hour.last, moment));
  }

  step(by: number): void {
    this.pause();
    this.goTo(this.moment.value + by);
  }

  /** Another hour, so many hours later or earlier. */
  moveHours(by: number): void {
    const hour = this.hour.value;
    if (hour !== null) void this.load(hour.answer.from + by * HOUR_MS);
  }

  togglePlay(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    if (this.playing.value) this.play();
  }

  private play(): void {
    const hour = this.hour.value;
    if (hour === null) return;
    this.pause();
    if (this.moment.value >= hour.last) this.moment.value = 0;
    this.playing.value = true;
    this.timer = setInterval(() => {
      this.goTo(this.moment.value + 1);
      if (this.moment.value >= hour.last) this.pause();
    }, hour.answer.step / this.speed.value);
  }

  private pause(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.playing.value = false;
  }
}
