import { batch, computed, effect, signal } from '@preact/signals';
import { Atlas } from './atlas';
import { openLiveHub } from './api/live';
import { acknowledge, acknowledgeGroup, ApiError, issueCommand } from './api/rest';
import { may } from './api/session';
import type { Alert, CommandWish, LocalText, Severity } from './api/types';
import { Formatter, unitLabel } from './format';
import { dictionaries, type Dictionary } from './i18n';
import { domainName } from './i18n/domains';
import { moveSelection, type Command } from './keyboard';
import { LifeCycle, type LifeDialog } from './life';
import { Past } from './past';
import { Pages } from './pages';
import { SoundPlan, SoundPlayer } from './sound';
import { Acknowledger, type AcknowledgeTrouble } from './store/acknowledger';
import {
  countByDomain, countBySeverity, groupable, isFiltered, isShown, isUnacknowledged, marksBy, NO_FILTER, visibleAlerts, type AlertFilter,
} from './store/alerts';
import { Catalogue } from './store/catalogue';
import { listItems, type ListItem } from './store/folding';
import { LiveLink } from './store/live-link';
import { LiveStore } from './store/live-store';
import { loadPreferences } from './store/preferences';
import { Anchor, Hold, SteadyRows } from './store/steady';

export interface Toast {
  id: number;
  /** Written out when shown, so that it follows a change of language. */
  text: (t: Dictionary) => string;
}

export type Dialog = { kind: 'help' } | { kind: 'notifications' } | { kind: 'operator'; then: (() => void) | null } | { kind: 'group'; ids: string[] }
  | { kind: 'command'; sensor: string } | LifeDialog;

const TOAST_MS = 10_000;
const MAX_TOASTS = 4;

/** The page's state and what an operator can do; the components only show it. */
export class App {
  readonly preferences = loadPreferences();
  readonly store = new LiveStore();
  readonly catalogue = new Catalogue();
  readonly link = new LiveLink({
    connect: () => openLiveHub('/hub/live'),
    position: () => this.store.position,
    apply: (update) => {
      batch(() => this.store.apply(update));
      // Not by a timer only: browsers slow those of a page behind another one to once a minute, messages they let through.
      this.sound();
    },
    operator: () => this.preferences.operator.value,
  });
  readonly acknowledger = new Acknowledger(this.store, { one: acknowledge, group: acknowledgeGroup }, (trouble) => this.reportTrouble(trouble));
  readonly soundPlayer = new SoundPlayer();

  readonly t = computed(() => dictionaries[this.preferences.language.value]);
  readonly f = computed(() => new Formatter(this.preferences.language.value));

  readonly filter = signal<AlertFilter>(NO_FILTER);
  readonly selectedAlert = signal<string | null>(null);
  readonly selectedSensor = signal<string | null>(null);
  readonly selectedProperty = signal<string | null>(null);
  readonly dialog = signal<Dialog | null>(null);
  readonly toasts = signal<readonly Toast[]>([]);
  readonly announcement = signal('');
  /** The server's time, once a second. */
  readonly now = signal(Date.now());
  /** Counts requests to bring the selection into view (in the list, on the map). */
  readonly reveal = signal(0);
  /** Puts the focus into the search field; set by it. At once and not by a signal: the next letter typed is no command any more. */
  focusSearch: () => void = () => undefined;
  /** Rows that the list shows at once, for the page keys. */
  listPage = 10;

  /** The alerts that belong in the list; those held back are in the store only. */
  readonly alerts = computed(() => {
    this.store.alertsRevision.value;
    return [...this.store.alerts.values()].filter(isShown);
  });
  readonly visible = computed(() => visibleAlerts(this.alerts.value, this.filter.value, (alert) => this.searchText(alert), this.preferences.operator.value));
  /** Ids of the rows that are open. */
  readonly openRows = signal<ReadonlySet<string>>(new Set());
  readonly inFlood = computed(() => this.store.flood.value.inFlood);
  /** Whether the list's rows stay where they are. */
  readonly hold = new Hold();
  /** The rows that the list should have: the alerts, folded in a flood, with what is inside those that are open. */
  private readonly freshRows = computed(() => {
    if (!this.hold.held.value) this.folding = this.inFlood.value;
    return listItems(this.visible.value, this.folding, this.openRows.value, (id) => this.inside(id));
  });
  private readonly steady = computed(() =>
    this.steadyRows.next(this.freshRows.value, this.hold.held.value, [this.filter.value, this.openRows.value], (id) => this.store.alerts.get(id)));
  /** The rows of the list: nothing moves under a pointer that is on its way to something. */
  readonly rows = computed(() => this.steady.value.rows);
  /** What waits to be shown while the list is held. */
  readonly news = computed(() => this.steady.value.news);
  readonly counts = computed(() => countBySeverity(this.alerts.value));
  readonly unacknowledged = computed(() => this.alerts.value.reduce((sum, alert) => sum + (isUnacknowledged(alert) ? 1 : 0), 0));
  readonly open = computed(() => this.alerts.value.reduce((sum, alert) => sum + (alert.state !== 'closed' ? 1 : 0), 0));
  readonly domains = computed(() => {
    this.store.layoutRevision.value;
    return countByDomain(this.store.sensors.values(), this.alerts.value);
  });
  readonly sensorMarks = computed(() => marksBy(this.alerts.value, 'sensor'));
  readonly districtMarks = computed(() => marksBy(this.alerts.value, 'district'));
  readonly assetMarks = computed(() => marksBy(this.alerts.value, 'asset'));
  /** The selected sensor as it is now; changes only when that sensor does. */
  readonly sensor = computed(() => {
    this.store.sensorsRevision.value;
    const id = this.selectedSensor.value;
    return id === null ? null : this.store.sensors.get(id) ?? null;
  });
  readonly alert = computed(() => {
    this.store.alertsRevision.value;
    const id = this.selectedAlert.value;
    return id === null ? null : this.store.alerts.get(id) ?? null;
  });
  /** The newest command of the selected sensor. */
  readonly command = computed(() => {
    this.store.commandsRevision.value;
    const id = this.selectedSensor.value;
    return id === null ? null : this.store.commands.get(id) ?? null;
  });
  /** What the list shows, without what waits while it is held: nobody acknowledges what they cannot see. */
  private readonly listed = computed<readonly Alert[]>(() => {
    if (!this.hold.held.value) return this.visible.value;
    const ids = new Set(this.rows.value.flatMap((row) => (row.kind === 'fold' ? row.alerts.map((alert) => alert.id) : [row.id])));
    return this.visible.value.filter((alert) => ids.has(alert.id));
  });
  readonly groupable = computed(() => groupable(this.listed.value));
  /** The panel beside the map, and the pages of sensors and districts. */
  readonly pages = new Pages(this);
  /** What operators do with alerts beyond acknowledging them. */
  readonly life = new LifeCycle(this);
  /** What they do with the map. */
  readonly atlas = new Atlas(this);
  /** Looking back. */
  readonly past = new Past(this);

  private toastId = 0;
  /** Where the list's next move starts from after an acknowledgement moved the selected row away. */
  private anchor: Anchor | null = null;
  private readonly steadyRows = new SteadyRows();
  /** Whether the list is folded; does not change while it is held. */
  private folding = false;
  private readonly soundPlan = new SoundPlan();
  private announced: Set<string> | null = null;

  /** Connects and starts the page's timers. */
  start(): void {
    this.link.start();
    setInterval(() => { this.now.value = this.serverTime(); }, 1_000);
    setInterval(() => this.sound(), 500);
    this.catalogue.follow(this.store);
    effect(() => {
      document.documentElement.lang = this.preferences.language.value;
      document.documentElement.dataset.theme = this.preferences.theme.value;
      const count = this.unacknowledged.value;
      document.title = (count > 0 ? `(${count}) ` : '') + this.t.value.appName;
    });
    effect(() => this.announce(this.alerts.value));
    const marked = effect(() => {
      if (this.store.epoch.value === null) return;
      // For whoever measures how soon the page is of use: in the frame that shows the first alerts.
      requestAnimationFrame(() => performance.mark('ioc-alerts'));
      queueMicrotask(() => marked());
    });
    effect(() => this.link.tellOperator(this.preferences.operator.value));
    this.life.start();
    this.pages.start();
    this.atlas.start();
  }

  /** The server's time, now: also right after the computer slept, when the page's own second has not come round yet. */
  serverTime(): number {
    return Date.now() + this.store.clockOffset.peek();
  }

  /** Text in the operator's language, or what there is instead. */
  text(local: LocalText | null | undefined, fallback: string): string {
    return local?.[this.preferences.language.value] || fallback;
  }

  domain(slug: string): string {
    return this.text(domainName(slug), slug);
  }

  district(id: string): string {
    return this.text(this.catalogue.areas.value.get(id)?.name ?? this.store.districts.get(id)?.name, id);
  }

  /** Name of a part of the network; its slug when the catalogue does not know it. */
  asset(id: string): string {
    return this.text(this.atlas.assets.byId.value.get(id)?.name, id);
  }

  /** What an alert is about, and its district. */
  place(alert: Pick<Alert, 'sensor' | 'asset' | 'district'>): string {
    if (alert.sensor === null) return alert.asset === null ? this.district(alert.district) : `${this.asset(alert.asset)} · ${this.district(alert.district)}`;
    return `${this.text(this.store.sensors.get(alert.sensor)?.name, alert.sensor)} · ${this.district(alert.district)}`;
  }

  title(alert: Alert): string {
    return this.text(alert.title, this.t.value.kind[alert.kind]);
  }

  /** A value as its property is written, without the unit. */
  value(value: number, property: string | null): string {
    const definition = property === null ? undefined : this.catalogue.properties.value.get(property);
    return definition ? this.f.value.number(value, definition.decimals) : this.f.value.given(value, 2);
  }

  /** The unit as people write it; the code as it came when the property is not known. */
  unit(property: string | null, code: string | null = null): string {
    const definition = property === null ? undefined : this.catalogue.properties.value.get(property);
    return definition ? unitLabel(definition, this.preferences.language.value) : code ?? '';
  }

  selectAlert(id: string | null, reveal = false): void {
    this.anchor = null;
    if (id !== null && this.hold.held.peek() && !this.rows.peek().some((row) => row.id === id)) this.hold.release();
    batch(() => {
      this.selectedAlert.value = id;
      const alert = id === null ? undefined : this.store.alerts.get(id);
      if (alert) {
        this.selectedSensor.value = alert.sensor;
        this.selectedProperty.value = alert.sensor === null ? null : alert.property ?? this.firstProperty(alert.sensor);
      }
      if (reveal || alert) this.reveal.value++;
    });
  }

  /** The alerts that an alert explains; they are held back by it. */
  inside(id: string): Alert[] {
    this.store.alertsRevision.value;
    return [...this.store.alerts.values()].filter((alert) => alert.hold?.kind === 'suppressed' && alert.hold.by === id && alert.state !== 'closed')
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  selectRow(item: ListItem, reveal = false): void {
    if (item.kind === 'alert') {
      this.selectAlert(item.id, reveal);
      return;
    }
    this.anchor = null;
    batch(() => {
      this.selectedAlert.value = item.id;
      this.reveal.value++;
    });
  }

  /** Opens a row to what is inside, or shuts it. */
  toggleRow(id: string, open = !this.openRows.value.has(id)): void {
    const rows = new Set(this.openRows.value);
    if (open) rows.add(id);
    else rows.delete(id);
    this.openRows.value = rows;
  }

  /** Selects a sensor from the map: with its most urgent alert when it has one in the list. */
  selectSensor(id: string): void {
    const alert = this.visible.value.find((candidate) => candidate.sensor === id);
    if (alert) {
      this.selectAlert(alert.id, true);
      return;
    }
    batch(() => {
      this.selectedAlert.value = null;
      this.selectedSensor.value = id;
      this.selectedProperty.value = this.firstProperty(id);
      this.reveal.value++;
    });
  }

  /** Selects a sensor and one of its properties, whatever alerts it has now. */
  lookAtSensor(id: string, property: string | null): void {
    batch(() => {
      this.selectedAlert.value = null;
      this.selectedSensor.value = id;
      this.selectedProperty.value = property ?? this.firstProperty(id);
      this.reveal.value++;
    });
  }

  /** Acknowledges an alert, asking for the operator's name first where it is not known. */
  acknowledge(id: string): void {
    const alert = this.store.alerts.get(id);
    if (!alert || !isUnacknowledged(alert)) return;
    this.withOperator((operator) => void this.acknowledger.one(id, operator));
  }

  /** Asks whether to acknowledge what a group takes: never a P1. */
  askGroup(alerts: readonly Alert[] = this.listed.value): void {
    const ids = groupable(alerts).map((alert) => alert.id);
    if (ids.length > 0) this.withOperator(() => { this.dialog.value = { kind: 'group', ids }; });
  }

  /** Acknowledges those of a confirmed group that nobody acknowledged meanwhile. */
  acknowledgeGroup(ids: readonly string[]): void {
    const still = ids.filter((id) => {
      const alert = this.store.alerts.get(id);
      return alert !== undefined && isUnacknowledged(alert);
    });
    void this.acknowledger.group(still, this.preferences.operator.value);
  }

  /** Sends a confirmed command, asking for the operator's name first where it is not known. */
  sendCommand(sensor: string, wish: CommandWish): void {
    this.withOperator((operator) => {
      issueCommand(sensor, wish, operator).then(
        (command) => this.store.applyCommand(command),
        (error: unknown) => {
          const known = error instanceof ApiError ? error : new ApiError(0, {});
          this.toast((t) => t.command.failed(explain(known, t, t === dictionaries.vi)));
        },
      );
    });
  }

  toggleSeverity(severity: Severity): void {
    const severities = new Set(this.filter.value.severities);
    if (!severities.delete(severity)) severities.add(severity);
    this.filter.value = { ...this.filter.value, severities };
  }

  /** From the search field into what it found. */
  leaveSearch(): void {
    const first = this.visible.value[0];
    if (first) this.selectAlert(first.id, true);
  }

  setDomain(domain: string | null): void {
    this.filter.value = { ...this.filter.value, domain: this.filter.value.domain === domain ? null : domain };
  }

  /** The press that lets the browser sound at all, where it was to be on, leaves it on: the button asks for just that press. */
  toggleSound(): void {
    const { sound } = this.preferences;
    if (sound.value === 'on' && this.soundPlayer.wasMute) void this.soundPlayer.unlock();
    else sound.value = sound.value === 'on' ? 'off' : 'on';
  }

  toggleLanguage(): void {
    const { language } = this.preferences;
    // What was announced was in the other language, and is no news any more.
    this.announcement.value = '';
    language.value = language.value === 'vi' ? 'en' : 'vi';
  }

  toggleTheme(): void {
    const { theme } = this.preferences;
    theme.value = theme.value === 'night' ? 'day' : 'night';
  }

  toast(text: (t: Dictionary) => string): void {
    const id = ++this.toastId;
    this.toasts.value = [...this.toasts.value, { id, text }].slice(-MAX_TOASTS);
    setTimeout(() => this.dismiss(id), TOAST_MS);
  }

  dismiss(id: number): void {
    this.toasts.value = this.toasts.value.filter((toast) => toast.id !== id);
  }

  run(command: Command): void {
    switch (command.kind) {
      case 'move':
      case 'page':
      case 'edge':
        this.moveBy(command);
        break;
      case 'acknowledge': {
        const id = this.selectedAlert.value;
        if (this.life.acknowledgeMarked() || id === null) break;
        const fold = this.rows.value.find((row) => row.id === id);
        if (fold?.kind === 'fold') {
          this.askGroup(fold.alerts);
          break;
        }
        this.anchor = new Anchor(this.rows.value, id);
        this.acknowledge(id);
        break;
      }
      case 'open': {
        const row = this.rows.value.find((item) => item.id === this.selectedAlert.value);
        if (row && (row.kind === 'fold' || row.members > 0)) this.toggleRow(row.id, command.open);
        break;
      }
      case 'filter': this.toggleSeverity(command.severity); break;
      case 'language': this.toggleLanguage(); break;
      case 'sound': this.toggleSound(); break;
      case 'search': this.focusSearch(); break;
      case 'find': this.atlas.focusSearch(); break;
      case 'past': this.past.toggle(); break;
      case 'help': this.dialog.value = { kind: 'help' }; break;
      // Beside this page, which stays as it is.
      case 'wall': window.open('wall/', 'ioc-wall'); break;
      case 'escape': this.escape(); break;
      case 'detail': this.pages.toggleDetail(); break;
      case 'subject': this.pages.openSubject(); break;
      case 'filters': this.pages.toggleFilters(); break;
      default: this.life.run(command);
    }
  }

  private moveBy(command: Command): void {
    if (this.life.move(command)) return;
    const rows = this.rows.value;
    const index = rows.findIndex((row) => row.id === this.selectedAlert.value);
    // The acknowledged row may have gone elsewhere: go on from where it was.
    const id = this.anchor !== null && this.anchor.id === this.selectedAlert.value && command.kind === 'move'
      ? this.anchor.next(rows, command.by)
      : rows[moveSelection(index, rows.length, command, this.listPage)]?.id;
    const to = rows.find((row) => row.id === id);
    if (to) this.selectRow(to, true);
  }

  /** First comes back from the past, then lets go of marks, then of the filters that are open and of a page over the map, then of the filter, then of the selection. */
  private escape(): void {
    if (this.past.opened.value) {
      this.past.close();
      return;
    }
    if (this.life.clearMarks() || this.pages.closeFilters() || this.pages.closePage()) return;
    if (isFiltered(this.filter.value)) {
      this.filter.value = { ...NO_FILTER, showClosed: this.filter.value.showClosed };
      return;
    }
    batch(() => {
      this.selectedAlert.value = null;
      this.selectedSensor.value = null;
      this.selectedProperty.value = null;
      this.atlas.selectedAsset.value = null;
    });
  }

  /** Acts under the operator's name, asking for it first where it is not known. */
  withOperator(act: (operator: string) => void): void {
    if (!may('operate')) {
      this.toast((t) => t.operator.lookOnly);
      return;
    }
    const operator = this.preferences.operator.value;
    if (operator !== '') act(operator);
    else this.dialog.value = { kind: 'operator', then: () => act(this.preferences.operator.value) };
  }

  private firstProperty(sensorId: string): string | null {
    const sensor = this.store.sensors.get(sensorId);
    return sensor ? sensor.properties[0] ?? Object.keys(sensor.values)[0] ?? null : null;
  }

  searchText(alert: Alert): string {
    const sensor = alert.sensor === null ? undefined : this.store.sensors.get(alert.sensor);
    const asset = alert.asset === null ? null : this.atlas.assets.byId.value.get(alert.asset)?.name;
    const area = this.catalogue.areas.value.get(alert.district)?.name ?? this.store.districts.get(alert.district)?.name;
    const domain = alert.domain === null ? null : domainName(alert.domain);
    return [
      alert.title.vi, alert.title.en, alert.sensor, alert.district, alert.asset, asset?.vi, asset?.en, alert.domain, domain?.vi, domain?.en,
      sensor?.name?.vi, sensor?.name?.en, area?.vi, area?.en, alert.property, alert.acknowledgedBy,
    ].join(' ');
  }

  private reportTrouble(trouble: AcknowledgeTrouble): void {
    switch (trouble.kind) {
      case 'alreadyDone': this.toast((t) => t.error.alreadyDone(trouble.by ?? t.error.somebody)); break;
      case 'refused': this.toast((t) => t.error.refused(trouble.count, trouble.of)); break;
      case 'failed': this.toast((t) => t.error.acknowledge(explain(trouble.error, t, t === dictionaries.vi))); break;
    }
  }

  private sound(): void {
    // What a full update brings at the start is not new.
    if (this.store.epoch.peek() === null) return;
    const tones = this.soundPlan.next(this.alerts.peek(), performance.now());
    if (tones > 0 && this.preferences.sound.value === 'on') this.soundPlayer.play(tones);
  }

  /** Tells screen readers of new alerts; many at once as a number. */
  private announce(alerts: readonly Alert[]): void {
    const unacknowledged = alerts.filter(isUnacknowledged);
    const known = this.announced;
    this.announced = new Set(unacknowledged.map((alert) => alert.id));
    // What a full update brings at the start is not news.
    if (known === null || this.store.epoch.peek() === null) return;
    const fresh = unacknowledged.filter((alert) => !known.has(alert.id));
    if (fresh.length === 0) return;
    const t = this.t.peek();
    const worst = fresh.reduce((a, b) => (b.severity < a.severity ? b : a));
    this.announcement.value = fresh.length === 1
      ? t.list.newAlert(worst.severity, this.title(worst), this.place(worst))
      : t.list.newAlerts(fresh.length, worst.severity);
  }
}

/** What an error means, in the operator's language. */
export function explain(error: ApiError, t: Dictionary, vietnamese: boolean): string {
  if (error.status === 0) return t.error.network;
  const told = vietnamese ? error.problem.detailVi : error.problem.detail;
  if (told) return told;
  return error.status === 404 ? t.error.notFound : t.error.server(error.status);
}
