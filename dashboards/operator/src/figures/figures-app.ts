import { computed, effect, signal } from '@preact/signals';
import { ApiError } from '../api/rest';
import { instantsOf, periodOf, SideApp, type Loaded } from '../side/side-app';
import { figuresAddress, getFigures, type Figures, type FiguresQuestion } from './api';

export const PERIODS = ['PT8H', 'PT24H', 'P7D', 'P30D', 'P90D', 'P1Y'] as const;
const DEFAULT_PERIOD = 'P30D';

export interface Answer {
  now: Figures;
  /** The same length of time before; null when it could not be had. */
  before: Figures | null;
}

/** The state of the page of the alarm system's figures. The question is its address. */
export class FiguresApp extends SideApp {
  readonly load = signal<Loaded<Answer>>({ kind: 'loading', last: null });
  readonly period = computed(() => periodOf(this.search.value, DEFAULT_PERIOD));
  readonly question = computed<FiguresQuestion>(() => {
    const { from, to } = instantsOf(this.period.value, this.askedAt.value);
    const given = this.search.value;
    const operators = Number(given.get('operators'));
    return {
      from, to, district: given.get('district'), domain: given.get('domain'),
      operators: Number.isInteger(operators) && operators >= 1 && operators <= 1000 ? operators : null,
    };
  });
  private stop: AbortController | null = null;

  constructor() {
    super((app) => app.words.value.figures.title);
  }

  override start(): void {
    super.start();
    effect(() => { void this.ask(this.question.value); });
  }

  /** Asks the same again, up to now. */
  again(): void {
    this.askedAt.value = Date.now();
  }

  csvAddress(): string {
    return figuresAddress(this.question.value, 'csv');
  }

  private async ask(question: FiguresQuestion): Promise<void> {
    this.stop?.abort();
    const stop = this.stop = new AbortController();
    const last = this.load.peek();
    this.load.value = { kind: 'loading', last: last.kind === 'ready' ? last.value : last.kind === 'loading' ? last.last : null };
    const length = question.to - question.from;
    try {
      const [now, before] = await Promise.all([
        getFigures(question, stop.signal),
        getFigures({ ...question, from: question.from - length, to: question.from }, stop.signal).catch(() => null),
      ]);
      if (!stop.signal.aborted) this.load.value = { kind: 'ready', value: { now, before } };
    } catch (error) {
      if (stop.signal.aborted) return;
      const problem = error instanceof ApiError ? error : null;
      this.load.value = {
        kind: 'failed', status: problem?.status ?? 0,
        detail: problem?.problem.detail ? { vi: problem.problem.detailVi ?? problem.problem.detail, en: problem.problem.detail } : null,
      };
    }
  }
}
