import { batch, computed, effect, signal } from '@preact/signals';
import { watchShift, type ShiftNews } from '../api/live';
import { ApiError } from '../api/rest';
import type { LocalText } from '../api/types';
import { SideApp, type Loaded } from '../side/side-app';
import { comeOnDuty, getLog, getReport, goOffDuty, logAddress, writeEntry, type Entry, type LogQuestion, type Report, type Typed } from './api';
import { categoriesOf, merge, shiftStart, spanOf, type Span } from './model';

const PAGE = 100;

/** How often the page looks at the clock: a shift that ends while it is open is over on it too. */
const TICK_MS = 15_000;

/** Past this age a report that reaches to the present says that it does so no longer. */
const OLD_MS = 60_000;

export interface LogState {
  entries: readonly Entry[];
  /** The `before` of the next page; null = that was all. */
  next: number | null;
}

/** The state of the shift log's page. What is shown is its address. */
export class ShiftsApp extends SideApp {
  readonly view = computed<'log' | 'report'>(() => (this.search.value.get('view') === 'report' ? 'report' : 'log'));
  readonly now = signal(Date.now());
  readonly onDuty = signal<readonly { operator: string; since: number }[]>([]);
  readonly linked = signal(false);
  readonly log = signal<Loaded<LogState>>({ kind: 'loading', last: null });
  readonly report = signal<Loaded<Report>>({ kind: 'loading', last: null });
  /** The entry that is being corrected. */
  readonly correcting = signal<number | null>(null);
  readonly trouble = signal('');
  readonly announcement = signal('');

  private lastSpan: Span | null = null;
  /** What the log shows moves with the clock; a report stays what it was when it was asked for. The same object for as long as it says the same. */
  readonly span = computed(() => {
    const report = this.view.value === 'report';
    const next = spanOf(this.search.value, report ? this.askedAt.value : this.now.value, this.preferences.shifts.value, report ? 'this' : 'all');
    const last = this.lastSpan;
    this.lastSpan = last && last.name === next.name && last.from === next.from && last.to === next.to ? last : next;
    return this.lastSpan;
  });
  readonly question = computed<LogQuestion>(() => ({
    from: this.span.value.from, to: this.span.value.to, categories: categoriesOf(this.search.value.get('what')),
    operator: this.search.value.get('operator'), search: this.search.value.get('search') ?? '',
  }));

  private asked = 0;
  private last = 0;
  private stop: AbortController | null = null;

  constructor() {
    super((app) => (new URLSearchParams(location.search).get('view') === 'report' ? app.words.value.shifts.reportTitle : app.words.value.shifts.title));
  }

  override start(): void {
    super.start();
    const tick = () => { this.now.value = Date.now(); };
    setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', tick);
    watchShift('/hub/live', (news) => this.take(news), (linked) => { this.linked.value = linked; });
    effect(() => {
      const question = this.question.value;
      if (this.view.value === 'log') void this.loadLog(question);
    });
    effect(() => {
      const { from, to } = this.reportSpan.value;
      if (this.view.value === 'report') void this.loadReport(from, to);
    });
  }

  readonly reportSpan = computed(() => {
    const { from, to } = this.span.value;
    // "All" is no period of a report: a day at most then.
    const end = Math.min(to ?? this.askedAt.value, this.askedAt.value);
    return { from: from ?? end - 86_400_000, to: end };
  });
  /** What the report that is shown no longer is: up to now, or of the shift that it was asked for as. */
  readonly outdated = computed<'no' | 'old' | 'shift-over'>(() => {
    const [asked, now, shifts] = [this.askedAt.value, this.now.value, this.preferences.shifts.value];
    const { name } = this.span.value;
    if ((name === 'this' || name === 'previous') && shiftStart(now, shifts) > shiftStart(asked, shifts)) return 'shift-over';
    return this.reportSpan.value.to === asked && now - asked >= OLD_MS ? 'old' : 'no';
  });

  again(): void {
    batch(() => {
      this.now.value = Date.now();
      this.askedAt.value = this.now.value;
    });
    if (this.view.peek() === 'log') void this.loadLog(this.question.peek());
  }

  async more(): Promise<void> {
    const log = this.log.peek();
    if (log.kind !== 'ready' || log.value.next === null) return;
    const ask = this.asked;
    try {
      const page = await getLog(this.question.peek(), { limit: PAGE, before: log.value.next });
      if (ask === this.asked) this.log.value = { kind: 'ready', value: { entries: merge(this.entries(), page.items), next: page.next } };
    } catch (error) {
      this.trouble.value = this.explain(error);
    }
  }

  csvAddress(): string {
    return logAddress(this.question.value, { format: 'csv' });
  }

  /** Writes an entry; what went wrong, or nothing. */
  async write(entry: { category: Typed; text: string; about: number | null }): Promise<string> {
    try {
      const written = await writeEntry({ ...entry, operator: this.preferences.operator.peek(), corrects: this.correcting.peek() });
      this.correcting.value = null;
      if (this.suits(written)) this.add([written]);
      return '';
    } catch (error) {
      return this.words.peek().shifts.write.failed(this.explain(error));
    }
  }

  async come(): Promise<void> {
    await this.duty(() => comeOnDuty(this.preferences.operator.peek()));
  }

  async go(operator: string): Promise<void> {
    await this.duty(() => goOffDuty(operator));
  }

  explain(error: unknown): string {
    const t = this.words.peek().shifts.write;
    if (!(error instanceof ApiError) || error.status === 0) return t.offline;
    const told: LocalText | null = error.problem.detail ? { vi: error.problem.detailVi ?? error.problem.detail, en: error.problem.detail } : null;
    return this.text(told, `HTTP ${error.status}`);
  }

  private async duty(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.trouble.value = '';
    } catch (error) {
      this.trouble.value = this.explain(error);
    }
  }

  private entries(): readonly Entry[] {
    const log = this.log.peek();
    return log.kind === 'ready' ? log.value.entries : log.kind === 'loading' ? log.last?.entries ?? [] : [];
  }

  private add(entries: readonly Entry[]): void {
    const log = this.log.peek();
    if (log.kind === 'ready') this.log.value = { kind: 'ready', value: { ...log.value, entries: merge(log.value.entries, entries) } };
  }

  /** Whether an entry that was just written belongs into what is shown. */
  private suits(entry: Entry): boolean {
    const { to, categories, operator, search } = this.question.peek();
    return (to === null || entry.at < to) && (categories.length === 0 || categories.includes(entry.category)) && (operator === null || entry.operator === operator) && search === '';
  }

  private take(news: ShiftNews): void {
    const grown = news.lastEntry > this.last && this.last > 0;
    batch(() => {
      this.onDuty.value = news.onDuty;
      this.last = news.lastEntry;
    });
    if (grown && this.view.peek() === 'log') void this.catchUp();
  }

  /** Takes what others wrote. */
  private async catchUp(): Promise<void> {
    const ask = this.asked;
    const newest = this.entries()[0]?.number ?? 0;
    try {
      const page = await getLog(this.question.peek(), { limit: PAGE, after: newest });
      if (ask !== this.asked || page.items.length === 0) return;
      this.add(page.items);
      this.announcement.value = this.words.peek().shifts.log.news(this.f.peek().number(page.items.length));
    } catch {
      // The next news brings it.
    }
  }

  private async loadLog(question: LogQuestion): Promise<void> {
    const ask = ++this.asked;
    this.log.value = { kind: 'loading', last: { entries: this.entries(), next: null } };
    try {
      const page = await getLog(question, { limit: PAGE });
      if (ask === this.asked) this.log.value = { kind: 'ready', value: { entries: page.items, next: page.next } };
    } catch (error) {
      if (ask === this.asked) this.log.value = failure(error);
    }
  }

  private async loadReport(from: number, to: number): Promise<void> {
    this.stop?.abort();
    const stop = this.stop = new AbortController();
    const before = this.report.peek();
    this.report.value = { kind: 'loading', last: before.kind === 'ready' ? before.value : null };
    try {
      const report = await getReport(from, to, stop.signal);
      if (!stop.signal.aborted) this.report.value = { kind: 'ready', value: report };
    } catch (error) {
      if (!stop.signal.aborted) this.report.value = failure(error);
    }
  }
}

function failure(error: unknown): { kind: 'failed'; status: number; detail: LocalText | null } {
  const problem = error instanceof ApiError ? error : null;
  return { kind: 'failed', status: problem?.status ?? 0, detail: problem?.problem.detail ? { vi: problem.problem.detailVi ?? problem.problem.detail, en: problem.problem.detail } : null };
}
