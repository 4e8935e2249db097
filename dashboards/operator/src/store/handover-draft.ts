import { signal } from '@preact/signals';
import { foldedName } from './operators';

/** A hand-over that somebody began to write. */
export interface Draft {
  from: string;
  to: string;
  summary: string;
}

const KEY = 'ioc.operator.handover-drafts';

/** What was begun stays, over a closed dialog and a reload of this tab, until it is given or discarded: for each of those who sit here their own. */
export class HandoverDrafts {
  private readonly drafts = signal<ReadonlyMap<string, Draft>>(new Map());

  constructor(private readonly storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = () => sessionStorage) {
    try {
      this.drafts.value = parse(this.storage().getItem(KEY));
    } catch {
      // Storage is switched off: kept as long as the page.
    }
  }

  of(operator: string): Draft | null {
    return this.drafts.value.get(foldedName(operator)) ?? null;
  }

  /** Keeps what an operator has written so far; nothing written = no draft. */
  keep(operator: string, draft: Draft): void {
    const drafts = new Map(this.drafts.peek());
    if (draft.to.trim() === '' && draft.summary.trim() === '') drafts.delete(foldedName(operator));
    else drafts.set(foldedName(operator), draft);
    this.drafts.value = drafts;
    try {
      if (drafts.size === 0) this.storage().removeItem(KEY);
      else this.storage().setItem(KEY, JSON.stringify([...drafts]));
    } catch {
      // As above.
    }
  }

  discard(operator: string): void {
    this.keep(operator, { from: '', to: '', summary: '' });
  }
}

function parse(text: string | null): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const [key, draft] of JSON.parse(text ?? '[]') as [string, Partial<Draft>][]) {
    const { from, to, summary } = draft;
    if (typeof from === 'string' && typeof to === 'string' && typeof summary === 'string') drafts.set(key, { from, to, summary });
  }
  return drafts;
}
