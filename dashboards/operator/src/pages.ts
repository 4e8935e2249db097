import { computed, effect, signal } from '@preact/signals';
import { getProcedure, type AlertProcedure, type Procedure } from './api/pages';
import type { App } from './app';
import { MAP, parseFilter, parseHash, writeFilter, writeHash, type Route } from './route';
import { isOther } from './store/procedures';

export interface SavedFilter {
  name: string;
  query: string;
}

const MOST_SAVED = 20;

/** What lies beside the map or over it: the panel of the selected alert, the pages of a sensor or a district, and the filters; with their address. */
export class Pages {
  readonly route = signal<Route>(MAP);
  readonly filtersOpen = signal(false);
  /** The procedure of the selected alert; null while it is not known. */
  readonly procedure = signal<(AlertProcedure & { of: string }) | null>(null);
  readonly procedureFailed = signal(false);

  /** Whether the panel beside the map is there. */
  readonly detailShown = computed(() => this.app.alert.value !== null && this.app.preferences.detail.value === 'on');
  readonly saved = computed<readonly SavedFilter[]>(() => readSaved(this.app.preferences.filters.value));

  constructor(private readonly app: App) {}

  start(): void {
    this.read();
    window.addEventListener('hashchange', () => this.read());
    effect(() => {
      // The address follows; only going to another page makes a step of the browser's history.
      const hash = writeHash(this.route.value, this.app.filter.value);
      const present = parseHash(location.hash);
      if (present === null || writeHash(present.route, present.filter) !== hash) history.replaceState(null, '', hash);
    });
    effect(() => {
      // A page of a sensor is about that sensor: what can be done is done with it.
      const route = this.route.value;
      this.app.store.layoutRevision.value;
      if (route.kind === 'sensor' && this.app.store.sensors.has(route.id) && this.app.selectedSensor.peek() === null) this.app.selectSensor(route.id);
    });
    this.followProcedure();
  }

  go(route: Route): void {
    if (writeHash(route, this.app.filter.peek()) === writeHash(this.route.peek(), this.app.filter.peek())) return;
    location.hash = writeHash(route, this.app.filter.peek());
  }

  /** Back to the map; false when it is there already. */
  closePage(): boolean {
    if (this.route.value.kind === 'map') return false;
    this.go(MAP);
    return true;
  }

  /** The page of what is selected: of the sensor, else of the district. */
  openSubject(): void {
    const sensor = this.app.selectedSensor.value;
    const alert = this.app.alert.value;
    if (this.route.value.kind !== 'map' && (sensor === null || (this.route.value as { id: string }).id === sensor)) this.closePage();
    else if (sensor !== null) this.go({ kind: 'sensor', id: sensor });
    else if (alert !== null) this.go({ kind: 'district', id: alert.district });
  }

  toggleDetail(): void {
    const { detail } = this.app.preferences;
    detail.value = detail.value === 'on' ? 'off' : 'on';
  }

  toggleFilters(open = !this.filtersOpen.value): void {
    this.filtersOpen.value = open;
  }

  /** Shuts the filters; false when they are shut. The focus goes to what opens them. */
  closeFilters(): boolean {
    if (!this.filtersOpen.value) return false;
    this.filtersOpen.value = false;
    document.querySelector<HTMLElement>('.filter-button')?.focus();
    return true;
  }

  saveFilter(name: string): void {
    const query = writeFilter(this.app.filter.value);
    const others = this.saved.value.filter((one) => one.name !== name);
    this.app.preferences.filters.value = JSON.stringify([...others, { name, query }].slice(-MOST_SAVED));
  }

  removeFilter(name: string): void {
    this.app.preferences.filters.value = JSON.stringify(this.saved.value.filter((one) => one.name !== name));
  }

  useFilter(saved: SavedFilter): void {
    this.app.filter.value = parseFilter(saved.query);
  }

  /** Loads the procedure of an alert; what is shown of another alert goes at once. */
  async loadProcedure(alert: string, stop?: AbortSignal): Promise<void> {
    if (this.procedure.peek()?.of !== alert) this.procedure.value = null;
    this.procedureFailed.value = false;
    try {
      const answer = await getProcedure(alert, stop);
      if (!stop?.aborted) this.procedure.value = { ...answer, of: alert };
    } catch {
      if (!stop?.aborted) this.procedureFailed.value = true;
    }
  }

  private read(): void {
    const address = parseHash(location.hash);
    if (address === null) return;
    this.route.value = address.route;
    if (writeFilter(address.filter) !== writeFilter(this.app.filter.peek())) this.app.filter.value = address.filter;
  }

  private followProcedure(): void {
    let stop: AbortController | null = null;
    let of: number | null = null;
    effect(() => {
      const alert = this.app.alert.value;
      const shown = this.detailShown.value;
      this.app.store.epoch.value;
      const revision = this.app.store.proceduresRevision.value;
      const known = this.procedure.peek();
      if (!shown || alert === null) return;

      // Who moves through the list with the keys asks for nothing until they rest.
      const other = known !== null && known.of === alert.id && known.procedure !== null && isOther(known.procedure as Procedure, alert);
      if (known?.of === alert.id && !other && of === revision && !this.procedureFailed.peek()) return;
      of = revision;
      stop?.abort();
      const mine = (stop = new AbortController());
      if (known?.of !== alert.id) this.procedure.value = null;
      setTimeout(() => { if (!mine.signal.aborted) void this.loadProcedure(alert.id, mine.signal); }, 120);
    });
  }
}

function readSaved(text: string): SavedFilter[] {
  try {
    const all: unknown = JSON.parse(text);
    return Array.isArray(all) ? all.filter((one): one is SavedFilter => typeof one?.name === 'string' && typeof one?.query === 'string').slice(0, MOST_SAVED) : [];
  } catch {
    return [];
  }
}
