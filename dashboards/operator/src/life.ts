import { computed, effect, signal, untracked } from '@preact/signals';
import { actOnMany, actOnOne, addOutage, endOutage, getActs, type Outage, type OutageWish, type Wish } from './api/alerts';
import type { ApiError } from './api/rest';
import type { Alert } from './api/types';
import { explain, type App } from './app';
import { dictionaries, type Dictionary } from './i18n';
import { moveSelection, type Command } from './keyboard';
import { AlertActs, asApiError, type ActOutcome } from './store/alert-acts';
import { isLatched, isUnacknowledged, visibleAlerts } from './store/alerts';
import { HandoverDrafts } from './store/handover-draft';
import { Handovers, leftOf, leftWith } from './store/handovers';
import { heldOrder, isHeld, sortHeld } from './store/held';
import { distinctNames, Operators, sameName } from './store/operators';
import { Outages } from './store/outages';

/** How often what the live stream does not tell is asked for. */
const ASK_EVERY_MS = 20_000;

/** The dialogs of the life cycle. */
export type LifeDialog = { kind: 'shelve' | 'pass'; ids: string[] } | { kind: 'note'; id: string } | { kind: 'service'; subject: Pick<Outage, 'kind' | 'subject' | 'domain'> }
  | { kind: 'handover' };

/** What operators do with alerts beyond acknowledging them. */
export class LifeCycle {
  readonly acts: AlertActs;
  readonly outages = new Outages();
  readonly handovers: Handovers;
  private readonly toldLeft = new Set<string>();
  /** Hand-overs that are being written. */
  readonly drafts = new HandoverDrafts();
  readonly operators = new Operators();
  /** Names to choose from where somebody is named: who is on shift first. */
  readonly names = computed(() => {
    const { store, preferences } = this.app;
    store.alertsRevision.value;
    const seen = [...store.alerts.values()].flatMap((alert) => [alert.assignee, alert.acknowledgedBy]);
    const others = [preferences.operator.value, ...seen, ...(this.handovers.all.value ?? []).flatMap((one) => (one.acceptedAt === null ? [one.from] : [one.from, one.to]))];
    return distinctNames([...store.onDuty.value.map((duty) => duty.operator), ...this.operators.known.value, ...others.filter((name) => name !== null).sort()]);
  });
  /** Which list is shown: what asks for attention, or what is held back. */
  readonly view = signal<'open' | 'held'>('open');
  /** What the panel beside the trend shows of the selection. */
  readonly panel = signal<'values' | 'history'>('values');
  private readonly marks = signal<ReadonlySet<string>>(new Set());

  readonly held = computed(() => {
    this.app.store.alertsRevision.value;
    return sortHeld(visibleAlerts([...this.app.store.alerts.values()].filter(isHeld), this.app.filter.value, (alert) => this.app.searchText(alert), this.app.preferences.operator.value));
  });
  readonly heldCount = computed(() => {
    this.app.store.alertsRevision.value;
    let count = 0;
    for (const alert of this.app.store.alerts.values()) if (isHeld(alert)) count++;
    return count;
  });
  /** The marked alerts that are still open. */
  readonly marked = computed(() => {
    this.app.store.alertsRevision.value;
    return [...this.marks.value].map((id) => this.app.store.alerts.get(id)).filter((alert) => alert !== undefined && alert.state !== 'closed') as Alert[];
  });
  /** What an act is for: the marked alerts, or those of the selected row. */
  readonly targets = computed<readonly Alert[]>(() => {
    if (this.marked.value.length > 0) return this.marked.value;
    const row = this.app.rows.value.find((item) => item.id === this.app.selectedAlert.value);
    if (row?.kind === 'fold') return row.alerts;
    const alert = this.app.alert.value;
    return alert ? [alert] : [];
  });
  /** What can be taken out of service: what the selection is about. */
  readonly subject = computed<Pick<Outage, 'kind' | 'subject' | 'domain'> | null>(() => {
    const sensor = this.app.selectedSensor.value;
    if (sensor !== null) return { kind: 'sensor', subject: sensor, domain: null };
    const alert = this.app.alert.value;
    if (!alert) return null;
    return alert.asset !== null ? { kind: 'asset', subject: alert.asset, domain: null } : { kind: 'district', subject: alert.district, domain: alert.domain };
  });
  /** The outage of what is selected. */
  readonly outage = computed(() => {
    const subject = this.subject.value;
    return subject === null ? null : this.outages.all.value
      .find((one) => one.endedAt === null && one.kind === subject.kind && one.subject === subject.subject && one.domain === (subject.kind === 'sensor' ? one.domain : subject.domain)) ?? null;
  });

  constructor(private readonly app: App) {
    this.acts = new AlertActs(app.store, { one: actOnOne, many: actOnMany, acts: (id) => getActs(id) });
    this.handovers = new Handovers();
  }

  start(): void {
    const outages = computed(() => {
      this.app.store.alertsRevision.value;
      return [...new Set([...this.app.store.alerts.values()].map((alert) => (alert.hold?.kind === 'out_of_service' ? alert.hold.id : '')))].sort().join();
    });
    effect(() => {
      // Once at the start, and whenever the server began anew or other outages hold alerts.
      this.app.store.epoch.value;
      outages.value;
      void this.outages.load();
    });
    effect(() => {
      this.app.store.epoch.value;
      // Somebody wrote, accepted or withdrew one.
      this.app.store.handoversRevision.value;
      void this.handovers.load();
    });
    effect(() => {
      // Whoever went has to know what stayed with them: once for each hand-over.
      for (const one of leftWith(this.handovers.all.value, this.app.preferences.operator.value)) {
        if (this.toldLeft.has(one.id)) continue;
        this.toldLeft.add(one.id);
        untracked(() => this.app.toast((t) => t.life.handover.left(this.app.f.value.number(leftOf(one).length), one.from, one.to)));
      }
    });
    setInterval(() => {
      if (document.hidden || this.app.link.state.peek() !== 'live') return;
      void this.outages.load();
      void this.handovers.load();
    }, ASK_EVERY_MS);
  }

  isMarked(id: string): boolean {
    return this.marks.value.has(id);
  }

  mark(id: string, on = !this.marks.value.has(id)): void {
    const marks = new Set(this.marked.value.map((alert) => alert.id));
    if (on) marks.add(id);
    else marks.delete(id);
    this.marks.value = marks;
  }

  /** Whether there was anything to clear. */
  clearMarks(): boolean {
    const some = this.marked.value.length > 0;
    this.marks.value = new Set();
    return some;
  }

  setView(view: 'open' | 'held'): void {
    this.clearMarks();
    this.view.value = view;
    if (view === 'held') void this.outages.load();
  }

  /** Goes to an alert wherever it is: in the list, or among those held back. */
  goTo(id: string): void {
    const alert = this.app.store.alerts.get(id);
    if (!alert) return;
    this.view.value = isHeld(alert) ? 'held' : 'open';
    this.app.selectAlert(id, true);
  }

  /** "PM2.5 high · Station 3", or how many. */
  name(ids: readonly string[], t: Dictionary): string {
    const alert = ids.length === 1 ? this.app.store.alerts.get(ids[0]!) : undefined;
    return alert ? `${this.app.title(alert)} · ${this.app.place(alert)}` : t.life.several(ids.length);
  }

  run(command: Command): void {
    switch (command.kind) {
      case 'mark': {
        const id = this.app.selectedAlert.value;
        if (id !== null && this.app.store.alerts.has(id)) this.mark(id);
        break;
      }
      case 'shelve': this.shelveOrBack(); break;
      case 'note': this.note(); break;
      case 'take': this.takeOrRelease(); break;
      case 'pass': this.pass(); break;
      case 'reset': this.reset(); break;
      case 'service': this.service(); break;
      case 'history': this.panel.value = this.panel.value === 'history' ? 'values' : 'history'; break;
      case 'held': this.setView(this.view.value === 'held' ? 'open' : 'held'); break;
      case 'handover': this.app.dialog.value = { kind: 'handover' }; break;
      default: break;
    }
  }

  /** Moves through the held list; false when another list is shown. */
  move(command: Command): boolean {
    if (this.view.value !== 'held') return false;
    const order = heldOrder(this.held.value);
    const index = order.findIndex((alert) => alert.id === this.app.selectedAlert.value);
    const to = order[moveSelection(index, order.length, command, this.app.listPage)];
    if (to) this.app.selectAlert(to.id, true);
    return true;
  }

  /** Acknowledges the marked ones after a question; P1 stay marked. False when none is marked. */
  acknowledgeMarked(): boolean {
    const marked = this.marked.value;
    if (marked.length === 0) return false;
    const waiting = marked.filter((alert) => isUnacknowledged(alert) && !isHeld(alert));
    const ids = waiting.filter((alert) => alert.severity !== 1).map((alert) => alert.id);
    const critical = waiting.length - ids.length;
    if (critical > 0) this.app.toast((t) => t.life.trouble.p1Left(critical));
    if (ids.length > 0) this.app.withOperator(() => { this.app.dialog.value = { kind: 'group', ids }; });
    return true;
  }

  shelveOrBack(): void {
    const open = this.open();
    if (open.length === 0) return;
    const shelved = open.filter((alert) => alert.hold?.kind === 'shelved').map((alert) => alert.id);
    if (shelved.length === open.length) this.ask(shelved, { kind: 'unshelve' });
    else this.app.withOperator(() => { this.app.dialog.value = { kind: 'shelve', ids: open.map((alert) => alert.id) }; });
  }

  note(): void {
    const targets = this.targets.value;
    if (targets.length > 1) this.app.toast((t) => t.life.trouble.oneOnly);
    else if (targets[0]) this.withDialog({ kind: 'note', id: targets[0].id });
  }

  /** Takes what is nobody's, releases what is one's own; what another has is asked about. */
  takeOrRelease(): void {
    const open = this.open();
    if (open.length === 0) return;
    this.app.withOperator((operator) => {
      const others = open.filter((alert) => alert.assignee !== null && !sameName(alert.assignee, operator));
      if (open.length === 1 && sameName(open[0]!.assignee, operator)) this.ask([open[0]!.id], { kind: 'release' });
      else if (others.length > 0) this.app.dialog.value = { kind: 'pass', ids: open.map((alert) => alert.id) };
      else this.ask(open.filter((alert) => alert.assignee === null).map((alert) => alert.id), { kind: 'assign', to: operator });
    });
  }

  pass(): void {
    const ids = this.open().map((alert) => alert.id);
    if (ids.length > 0) this.withDialog({ kind: 'pass', ids });
  }

  reset(): void {
    const latched = this.targets.value.filter(isLatched);
    if (latched.length === 0) this.app.toast((t) => t.life.trouble.nothingLatched);
    // There is no form for many: each on its own, one after the other.
    else this.app.withOperator(async (operator) => { for (const alert of latched) this.report(await this.acts.act([alert.id], operator, { kind: 'reset' }), 'reset'); });
  }

  service(): void {
    const outage = this.outage.value;
    const subject = this.subject.value;
    if (outage) this.endOutage(outage);
    else if (subject) this.withDialog({ kind: 'service', subject });
  }

  endOutage(outage: Outage): void {
    this.app.withOperator(async (operator) => {
      try {
        await endOutage(outage.id, operator);
        this.app.toast((t) => t.life.serviceDialog.backDone(this.subjectName(outage)));
      } catch (error) {
        this.app.toast((t) => t.life.trouble.failed(t.life.back, this.words(asApiError(error), t)));
      }
      await this.outages.load();
    });
  }

  /** Takes something out of service; what went wrong, or null. */
  async takeOutOfService(wish: OutageWish): Promise<ApiError | null> {
    try {
      await addOutage(wish, this.app.preferences.operator.value);
      await this.outages.load();
      this.app.toast((t) => t.life.serviceDialog.done(this.subjectName({ kind: wish.kind, subject: wish.id, domain: wish.domain ?? null })));
      return null;
    } catch (error) {
      return asApiError(error);
    }
  }

  /** Sends an act and says what came of it. */
  ask(ids: readonly string[], wish: Wish): void {
    this.app.withOperator(async (operator) => this.report(await this.acts.act(ids, operator, wish), wish.kind));
  }

  /** Sends an act from a dialog, which stays open with the returned error when it could not be done and may be tried again. */
  async send(ids: readonly string[], wish: Wish): Promise<ApiError | null> {
    const outcome = await this.acts.act(ids, this.app.preferences.operator.value, wish);
    if (outcome.kind === 'failed') return outcome.error;
    this.report(outcome, wish.kind);
    if (outcome.kind === 'done') this.clearMarks();
    return null;
  }

  /** An error in the operator's language. */
  words(error: ApiError, t: Dictionary): string {
    return explain(error, t, t === dictionaries.vi);
  }

  subjectName(subject: Pick<Outage, 'kind' | 'subject' | 'domain'>): string {
    if (subject.kind === 'sensor') return this.app.text(this.app.store.sensors.get(subject.subject)?.name, subject.subject);
    if (subject.kind === 'asset') return this.app.asset(subject.subject);
    return [this.app.district(subject.subject), subject.domain === null ? null : this.app.domain(subject.domain)].filter((part) => part !== null).join(' · ');
  }

  private withDialog(dialog: LifeDialog): void {
    this.app.withOperator(() => { this.app.dialog.value = dialog; });
  }

  private open(): readonly Alert[] {
    return this.targets.value.filter((alert) => alert.state !== 'closed');
  }

  private report(outcome: ActOutcome, kind: Wish['kind']): void {
    const what = (t: Dictionary) => ({ shelve: t.life.shelve, unshelve: t.life.unshelve, assign: t.life.take, release: t.life.release, note: t.life.note, reset: t.life.reset })[kind];
    switch (outcome.kind) {
      case 'done':
        if (outcome.count > 1) this.app.toast((t) => t.life.trouble.done(what(t), outcome.count));
        break;
      case 'conflict': {
        const { alert, error, last } = outcome;
        this.goTo(alert.id);
        this.app.toast((t) => [
          t.life.trouble.failed(what(t), this.words(error, t)),
          last && t.life.trouble.last(actName(last.kind, t), last.operator!, this.app.f.value.when(last.at, this.app.now.peek())),
        ].filter(Boolean).join(' '));
        break;
      }
      case 'refused':
        this.app.toast((t) => t.life.trouble.refused(what(t), outcome.count, outcome.of, outcome.reasons.map((reason) => refusal(reason, t)).join(', ')));
        break;
      case 'failed':
        this.app.toast((t) => t.life.trouble.failed(what(t), this.words(outcome.error, t)));
        break;
    }
  }
}

/** The words of an act; a newer server may know more of them. */
export const actName = (kind: string, t: Dictionary) => (t.life.history.act as Record<string, string>)[kind] ?? t.life.history.act.other;

const refusal = (reason: string, t: Dictionary) => (t.life.trouble.reason as Record<string, string>)[reason] ?? reason;
