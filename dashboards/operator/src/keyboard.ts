import type { Severity } from './api/types';

export type Command =
  | { kind: 'move'; by: 1 | -1 }
  | { kind: 'edge'; to: 'first' | 'last' }
  | { kind: 'page'; by: 1 | -1 }
  | { kind: 'acknowledge' }
  | { kind: 'open'; open: boolean }
  | { kind: 'mark' | 'shelve' | 'note' | 'take' | 'pass' | 'reset' | 'service' | 'history' | 'held' | 'handover' }
  | { kind: 'detail' | 'subject' | 'filters' }
  | { kind: 'filter'; severity: Severity }
  | { kind: 'language' }
  | { kind: 'sound' }
  | { kind: 'search' }
  | { kind: 'find' }
  | { kind: 'past' }
  | { kind: 'escape' }
  | { kind: 'help' }
  | { kind: 'wall' };

/** The parts of a key press that matter. */
export interface KeyPress {
  key: string;
  /** Position on the keyboard: Vietnamese layouts have letters where the digits are. */
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  /** The press belongs to an input method that is composing. */
  isComposing?: boolean;
  /** The key is held down. */
  repeat?: boolean;
}

export interface KeyContext {
  /** The focus is in a field that takes text. */
  typing: boolean;
  /** A dialog is open. */
  dialog: boolean;
  /** The focus is on something that uses the arrows itself (a radio group, a select). */
  ownArrows: boolean;
  /** Single letters are commands. */
  letterKeys: boolean;
}

/** What a key press asks for; null when it is none of the page's business. */
export function commandFor(press: KeyPress, context: KeyContext): Command | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  if (press.key === 'Escape') return context.dialog ? null : { kind: 'escape' };
  if (context.typing || context.dialog) return null;
  if (!context.ownArrows) {
    const navigation = NAVIGATION[press.key];
    if (navigation) return navigation;
  }
  if (!context.letterKeys) return null;

  const digit = /^(?:Digit|Numpad)([1-4])$/.exec(press.code)?.[1];
  if (digit && press.key !== '!' && press.key !== '@' && press.key !== '#' && press.key !== '$') {
    return press.repeat ? null : { kind: 'filter', severity: Number(digit) as Severity };
  }
  const command = LETTERS[press.key.toLowerCase()] ?? null;
  // Holding a key may move on and on, but not acknowledge a whole list or toggle back and forth.
  return press.repeat && command?.kind !== 'move' ? null : command;
}

const NAVIGATION: Record<string, Command> = {
  ArrowDown: { kind: 'move', by: 1 },
  ArrowUp: { kind: 'move', by: -1 },
  Home: { kind: 'edge', to: 'first' },
  End: { kind: 'edge', to: 'last' },
  PageDown: { kind: 'page', by: 1 },
  PageUp: { kind: 'page', by: -1 },
  ArrowRight: { kind: 'open', open: true },
  ArrowLeft: { kind: 'open', open: false },
};

const LETTERS: Record<string, Command> = {
  j: { kind: 'move', by: 1 },
  k: { kind: 'move', by: -1 },
  a: { kind: 'acknowledge' },
  x: { kind: 'mark' },
  s: { kind: 'shelve' },
  n: { kind: 'note' },
  g: { kind: 'take' },
  p: { kind: 'pass' },
  r: { kind: 'reset' },
  o: { kind: 'service' },
  i: { kind: 'history' },
  h: { kind: 'held' },
  c: { kind: 'handover' },
  l: { kind: 'language' },
  m: { kind: 'sound' },
  '/': { kind: 'search' },
  f: { kind: 'find' },
  w: { kind: 'wall' },
  d: { kind: 'detail' },
  e: { kind: 'subject' },
  b: { kind: 'filters' },
  t: { kind: 'past' },
  '?': { kind: 'help' },
};

/** The row to go to from the selected one (-1 = none) in a list of `count`; -1 when the list is empty. */
export function moveSelection(index: number, count: number, command: Command, page: number): number {
  if (count === 0) return -1;
  const clamp = (to: number) => Math.max(0, Math.min(count - 1, to));
  switch (command.kind) {
    case 'move': return index < 0 ? (command.by > 0 ? 0 : count - 1) : clamp(index + command.by);
    case 'page': return clamp(Math.max(index, 0) + command.by * page);
    case 'edge': return command.to === 'first' ? 0 : count - 1;
    default: return index;
  }
}
