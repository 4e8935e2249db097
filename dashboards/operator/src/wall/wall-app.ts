import { batch, computed, effect, signal } from '@preact/signals';
import { openLiveHub } from '../api/live';
import type { Alert } from '../api/types';
import { App } from '../app';
import { compareAlerts, isShown, isUnacknowledged } from '../store/alerts';
import { LiveLink } from '../store/live-link';
import { minutesOf, nextTimeOfDay } from '../store/shifts';
import { loadPreferences, type Preferences } from '../store/preferences';
import { Course, loadCourses, pastOf, saveCourses, STEP_MS } from './courses';
import { districtRows, domainStates, type DistrictRow, type DomainState } from './indicators';
import { indexOf, places, step, type Place } from './rotation';
import { load, save, type PageName, type WallSettings } from './settings';
import { typeSize } from './type';

/** How often the indicators are worked out: values change thousands of times a second, a wall is read in seconds. */
const LOOK_MS = 2_000;
const HIDE_CONTROLS_MS = 6_000;
const SHIFT_MS = 60_000;
/** Where the picture stands, pixels from its place: a small round that comes back to its beginning. */
export const SHIFTS: readonly (readonly [number, number])[] = [[0, 0], [3, 0], [5, 3], [5, 6], [3, 8], [0, 8], [-3, 6], [-5, 3], [-3, 0]];

/** What a wall shows. It is nobody's page: it tells no operator's name, sounds nothing and asks nothing. */
export class WallApp extends App {
  override readonly preferences: Preferences;
  override readonly link = new LiveLink({
    connect: () => openLiveHub('/hub/live'),
    position: () => this.store.position,
    apply: (update) => batch(() => this.store.apply(update)),
  });
  readonly settings = signal<WallSettings>(null!);
  readonly size = signal({ width: innerWidth, height: innerHeight });
  readonly type = computed(() => typeSize(this.settings.value.distance, this.settings.value.width, this.size.value.width, this.size.value.height));
  readonly domainList = signal<readonly DomainState[]>([]);
  readonly districtList = signal<readonly DistrictRow[]>([]);
  /** Changes when the courses do. */
  readonly coursesRevision = signal(0);
  readonly urgent = computed<readonly Alert[]>(() => this.alerts.value.filter((alert) => alert.severity <= 2 && alert.state !== 'closed' && isShown(alert)).sort(compareAlerts));
  readonly parts = signal<Record<PageName, number>>({ overview: 1, map: 1, districts: 1, alerts: 1 });
  readonly all = computed(() => places(this.settings.value.pages, this.parts.value));
  readonly paused = signal(false);
  readonly setup = signal(false);
  readonly controls = signal(false);
  readonly shifted = signal(0);
  /** How often the page was changed: which of several lists' parts is shown follows from it. */
  readonly turns = signal(0);
  readonly at = computed<Place>(() => this.all.value[indexOf(this.all.value, this.wanted.value)]!);

  private readonly wanted = signal<Place | null>(null);
  private readonly courses = loadCourses();
  private readonly asked = new Set<string>();
  private rotation: ReturnType<typeof setTimeout> | null = null;
  private hiding: ReturnType<typeof setTimeout> | null = null;
  private knownCritical: ReadonlySet<string> | null = null;
  private lock: WakeLockSentinel | null = null;
  private reloadAt = Number.POSITIVE_INFINITY;

  constructor() {
    super();
    // The operators' own choices on this computer are where a wall begins, and stay as they are.
    const { language, theme } = loadPreferences();
    this.settings.value = load(theme.peek(), language.peek(), location.search);
    this.preferences = {
      language: signal(this.settings.value.language), theme: signal(this.settings.value.theme), operator: signal(''), sound: signal<'on' | 'off'>('off'),
      letterKeys: signal<'on' | 'off'>('on'), shifts: signal(''), detail: signal<'on' | 'off'>('off'), filters: signal('[]'),
    };
  }

  override start(): void {
    this.link.start();
    setInterval(() => this.second(), 1_000);
    setInterval(() => this.look(), LOOK_MS);
    setInterval(() => saveCourses(this.courses), STEP_MS);
    addEventListener('pagehide', () => saveCourses(this.courses));
    setInterval(() => { this.shifted.value = this.settings.peek().shift ? (this.shifted.peek() + 1) % SHIFTS.length : 0; }, SHIFT_MS);
    addEventListener('resize', () => { this.size.value = { width: innerWidth, height: innerHeight }; });
    addEventListener('pointermove', () => this.showControls());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      this.link.hurry();
      void this.stayAwake();
    });
    addEventListener('online', () => this.link.hurry());
    this.catalogue.follow(this.store);
    effect(() => {
      const { language, theme, reload } = this.settings.value;
      batch(() => {
        this.preferences.language.value = language;
        this.preferences.theme.value = theme;
      });
      document.documentElement.lang = language;
      document.documentElement.dataset.theme = theme;
      document.title = `${this.t.value.wall.title} – ${this.t.value.appName}`;
      const minutes = minutesOf(reload);
      this.reloadAt = minutes === null ? Number.POSITIVE_INFINITY : nextTimeOfDay(Date.now() + 60_000, minutes);
    });
    effect(() => document.documentElement.style.setProperty('--u', `${this.type.value.px}px`));
    effect(() => this.jumpToCritical(this.urgent.value));
    effect(() => {
      this.settings.value.period;
      this.paused.value;
      this.wait();
    });
    this.atlas.start();
    void this.stayAwake();
  }

  /** The course of a figure; asked of history once, and then taken along from the live stream. */
  course(domain: string, property: string): Course {
    const key = `${domain} ${property}`;
    let course = this.courses.get(key);
    if (!course) this.courses.set(key, course = new Course());
    return course;
  }

  change(part: Partial<WallSettings>): void {
    this.settings.value = { ...this.settings.peek(), ...part };
    save(this.settings.peek());
    // An address that says otherwise would win over what was saved.
    history.replaceState(null, '', location.pathname);
  }

  turn(by: 1 | -1): void {
    batch(() => {
      this.turns.value++;
      this.wanted.value = step(this.all.peek(), this.at.peek(), by);
    });
    this.wait();
  }

  showControls(): void {
    this.controls.value = true;
    if (this.hiding !== null) clearTimeout(this.hiding);
    this.hiding = setTimeout(() => { this.controls.value = false; }, HIDE_CONTROLS_MS);
  }

  fullScreen(): void {
    void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined);
  }

  /** A press of a key; whether it was one of the wall's. */
  press(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.altKey || event.metaKey || this.setup.peek()) return false;
    switch (event.key) {
      case ' ':
        if (event.target instanceof HTMLButtonElement) return false;
        this.paused.value = !this.paused.peek();
        return true;
      case 'ArrowRight': this.turn(1); return true;
      case 'ArrowLeft': this.turn(-1); return true;
      default:
    }
    switch (event.key.toLowerCase()) {
      case 's': this.setup.value = true; return true;
      case 'f': this.fullScreen(); return true;
      case 't': this.change({ theme: this.settings.peek().theme === 'night' ? 'day' : 'night' }); return true;
      case 'l': this.change({ language: this.settings.peek().language === 'vi' ? 'en' : 'vi' }); return true;
      default: return false;
    }
  }

  private second(): void {
    this.now.value = Date.now() + this.store.clockOffset.peek();
    // Only while the server is there: a page that is loaded anew without one shows nothing at all.
    if (Date.now() >= this.reloadAt && this.link.state.peek() === 'live') {
      this.reloadAt = Number.POSITIVE_INFINITY;
      location.reload();
    }
  }

  private look(): void {
    const { store, catalogue } = this;
    if (store.epoch.peek() === null) return;
    const districts = [...store.districts.values()];
    const domains = domainStates(store.sensors.values(), districts, store.alerts.values(), catalogue.rules.peek());
    const live = this.link.state.peek() === 'live';
    const now = this.now.peek();
    for (const { domain, indicators } of domains) {
      const first = indicators[0];
      if (!first) continue;
      this.askPast(domain, first.property);
      if (live) this.course(domain, first.property).put(now, first.mean);
    }
    batch(() => {
      this.domainList.value = domains;
      this.districtList.value = districtRows(districts, store.alerts.values());
      this.coursesRevision.value++;
    });
  }

  private askPast(domain: string, property: string): void {
    const key = `${domain} ${property}`;
    if (this.asked.has(key)) return;
    this.asked.add(key);
    const course = this.course(domain, property);
    void pastOf(domain, property, this.now.peek()).then((points) => {
      for (const [at, value] of points) course.put(at, value);
      this.coursesRevision.value++;
    });
  }

  /** A new P1 comes to the front by itself. */
  private jumpToCritical(urgent: readonly Alert[]): void {
    const critical = new Set(urgent.filter((alert) => alert.severity === 1 && isUnacknowledged(alert)).map((alert) => alert.id));
    const fresh = this.knownCritical !== null && [...critical].some((id) => !this.knownCritical!.has(id));
    // What the first update brings is no news.
    this.knownCritical = this.store.epoch.peek() === null ? null : critical;
    const place = this.all.peek().find((one) => one.page === 'alerts');
    if (!fresh || !place || this.paused.peek()) return;
    this.wanted.value = place;
    this.wait();
  }

  private wait(): void {
    if (this.rotation !== null) clearTimeout(this.rotation);
    this.rotation = this.paused.peek() ? null : setTimeout(() => this.turn(1), this.settings.peek().period * 1_000);
  }

  /** Asks the computer not to switch its screen off; where it cannot be asked, its own settings have to say so. */
  private async stayAwake(): Promise<void> {
    if (this.lock !== null && !this.lock.released) return;
    try {
      this.lock = await navigator.wakeLock.request('screen');
    } catch {
      this.lock = null;
    }
  }
}
