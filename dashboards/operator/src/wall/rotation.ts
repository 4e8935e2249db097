import type { PageName } from './settings';

/** A page of the wall and which part of it. */
export interface Place {
  page: PageName;
  part: number;
  parts: number;
}

/** All places in the order in which they come; a page has as many parts as its content needs. */
export function places(pages: readonly PageName[], parts: Readonly<Record<PageName, number>>): Place[] {
  return pages.flatMap((page) => Array.from({ length: Math.max(1, parts[page]) }, (_, part) => ({ page, part, parts: Math.max(1, parts[page]) })));
}

/** The place after (or before) one; from a place that is no more, its page's nearest. */
export function step(all: readonly Place[], at: Place | null, by: 1 | -1): Place {
  const index = indexOf(all, at);
  return all[(index + by + all.length) % all.length]!;
}

/** Where a place is now: its page may have fewer parts than it had. */
export function indexOf(all: readonly Place[], at: Place | null): number {
  if (at === null) return 0;
  const exact = all.findIndex((place) => place.page === at.page && place.part === at.part);
  if (exact >= 0) return exact;
  const last = all.findLastIndex((place) => place.page === at.page);
  return last >= 0 ? last : 0;
}
