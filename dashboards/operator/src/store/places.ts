import type { LocalText } from '../api/types';
import { fold } from './alerts';

export type PlaceKind = 'district' | 'commune' | 'asset' | 'sensor';

/** Something on the map that has a name. */
export interface Place {
  kind: PlaceKind;
  id: string;
  name: LocalText;
  /** What it lies in, to tell places of one name apart. */
  within: string;
  longitude: number;
  latitude: number;
}

interface Entry {
  place: Place;
  names: string[];
  text: string;
}

/** Wide places first: who types "viet yen" means the district sooner than one of its sensors. */
const KIND_ORDER: Record<PlaceKind, number> = { district: 0, commune: 1, asset: 2, sensor: 3 };

/** Finds places by words of their names, without diacritics or capitals. */
export class PlaceIndex {
  private readonly entries: Entry[];

  constructor(places: readonly Place[]) {
    this.entries = places.map((place) => {
      const names = [...new Set([fold(place.name.vi), fold(place.name.en), place.id])].filter((name) => name !== '');
      return { place, names, text: `${names.join(' ')} ${fold(place.within)}` };
    });
  }

  get size(): number {
    return this.entries.length;
  }

  /** The best places for a text, at most `limit`, and how many there are in all. */
  find(text: string, limit: number): { places: Place[]; all: number } {
    const wanted = fold(text).trim().replace(/\s+/g, ' ');
    if (wanted === '') return { places: [], all: 0 };
    const words = wanted.split(' ');
    const found: { entry: Entry; score: number }[] = [];
    for (const entry of this.entries) {
      if (words.every((word) => entry.text.includes(word))) found.push({ entry, score: score(entry, wanted, words) });
    }
    found.sort((a, b) => a.score - b.score || KIND_ORDER[a.entry.place.kind] - KIND_ORDER[b.entry.place.kind]
      || (a.entry.names[0]! < b.entry.names[0]! ? -1 : 1));
    return { places: found.slice(0, limit).map(({ entry }) => entry.place), all: found.length };
  }
}

/** The lower the better: the name itself, its beginning, beginnings of words in it, anywhere in it, only in what it lies in. */
function score(entry: Entry, wanted: string, words: readonly string[]): number {
  if (entry.names.includes(wanted)) return 0;
  if (entry.names.some((name) => name.startsWith(wanted))) return 1;
  const begins = (name: string, word: string) => name.startsWith(word) || name.includes(` ${word}`) || name.includes(`-${word}`);
  if (entry.names.some((name) => words.every((word) => begins(name, word)))) return 2;
  if (entry.names.some((name) => words.every((word) => name.includes(word)))) return 3;
  return 4;
}
