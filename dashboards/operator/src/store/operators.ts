import { signal } from '@preact/signals';
import { getOperators } from '../api/alerts';

/** A name in the form in which it is compared: as the server does it, whatever its case, the space in it, and how its accents are spelled. */
export const foldedName = (name: string): string => name.normalize('NFC').trim().replace(/\s+/gu, ' ').toLowerCase();

/** Whether two names are the same person's; nobody's name (null or blank) is nobody's. */
export function sameName(one: string | null, other: string | null): boolean {
  if (one === null || other === null || one.trim() === '') return false;
  return one === other || foldedName(one) === foldedName(other);
}

/** Names without doubles: the first way of writing each. */
export function distinctNames(names: Iterable<string | null>): string[] {
  const seen = new Map<string, string>();
  for (const name of names) {
    if (name === null || name.trim() === '') continue;
    const key = foldedName(name);
    if (!seen.has(key)) seen.set(key, name);
  }
  return [...seen.values()];
}

/** Operators whom the server knows, to choose from where somebody is named. */
export class Operators {
  readonly known = signal<readonly string[]>([]);

  async load(): Promise<void> {
    try {
      this.known.value = await getOperators();
    } catch {
      // An older server, or no link: those whom the page knows are offered.
    }
  }
}
