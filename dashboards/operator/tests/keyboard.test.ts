import { describe, expect, it } from 'vitest';
import { commandFor, moveSelection, type KeyContext, type KeyPress } from '../src/keyboard';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, code: '', ctrlKey: false, altKey: false, metaKey: false, ...more });
const FREE: KeyContext = { typing: false, dialog: false, ownArrows: false, letterKeys: true };

describe('commandFor', () => {
  it('knows the keys', () => {
    expect(commandFor(press('j'), FREE)).toEqual({ kind: 'move', by: 1 });
    expect(commandFor(press('ArrowUp'), FREE)).toEqual({ kind: 'move', by: -1 });
    expect(commandFor(press('A'), FREE)).toEqual({ kind: 'acknowledge' });
    expect(commandFor(press('2', { code: 'Digit2' }), FREE)).toEqual({ kind: 'filter', severity: 2 });
    expect(commandFor(press('4', { code: 'Numpad4' }), FREE)).toEqual({ kind: 'filter', severity: 4 });
    expect(commandFor(press('l'), FREE)).toEqual({ kind: 'language' });
    expect(commandFor(press('m'), FREE)).toEqual({ kind: 'sound' });
    expect(commandFor(press('/'), FREE)).toEqual({ kind: 'search' });
    expect(commandFor(press('w'), FREE)).toEqual({ kind: 'wall' });
    expect(commandFor(press('?'), FREE)).toEqual({ kind: 'help' });
    expect(commandFor(press('Escape'), FREE)).toEqual({ kind: 'escape' });
  });
  it('knows the digits of a Vietnamese layout', () => {
    expect(commandFor(press('ă', { code: 'Digit1' }), FREE)).toEqual({ kind: 'filter', severity: 1 });
  });
  it('does nothing for what this version does not have', () => {
    for (const key of ['z']) expect(commandFor(press(key), FREE)).toBeNull();
  });
  it('leaves the browser its own', () => {
    expect(commandFor(press('l', { ctrlKey: true }), FREE)).toBeNull();
    expect(commandFor(press('a', { metaKey: true }), FREE)).toBeNull();
  });
  it('leaves text fields alone, but for Escape', () => {
    const typing = { ...FREE, typing: true };
    expect(commandFor(press('a'), typing)).toBeNull();
    expect(commandFor(press('1', { code: 'Digit1' }), typing)).toBeNull();
    expect(commandFor(press('Escape'), typing)).toEqual({ kind: 'escape' });
    expect(commandFor(press('a', { isComposing: true }), FREE)).toBeNull();
  });
  it('leaves an open dialog alone', () => {
    expect(commandFor(press('a'), { ...FREE, dialog: true })).toBeNull();
    expect(commandFor(press('Escape'), { ...FREE, dialog: true })).toBeNull();
  });
  it('leaves arrows to what uses them', () => {
    expect(commandFor(press('ArrowDown'), { ...FREE, ownArrows: true })).toBeNull();
    expect(commandFor(press('j'), { ...FREE, ownArrows: true })).not.toBeNull();
  });
  it('can do without single letters', () => {
    const none = { ...FREE, letterKeys: false };
    expect(commandFor(press('a'), none)).toBeNull();
    expect(commandFor(press('1', { code: 'Digit1' }), none)).toBeNull();
    expect(commandFor(press('ArrowDown'), none)).toEqual({ kind: 'move', by: 1 });
  });
  it('does not acknowledge on and on while A is held down', () => {
    expect(commandFor(press('a', { repeat: true }), FREE)).toBeNull();
    expect(commandFor(press('j', { repeat: true }), FREE)).toEqual({ kind: 'move', by: 1 });
  });
});

describe('moveSelection', () => {
  it('starts at an end and stops at the ends', () => {
    expect(moveSelection(-1, 5, { kind: 'move', by: 1 }, 3)).toBe(0);
    expect(moveSelection(-1, 5, { kind: 'move', by: -1 }, 3)).toBe(4);
    expect(moveSelection(4, 5, { kind: 'move', by: 1 }, 3)).toBe(4);
    expect(moveSelection(0, 5, { kind: 'page', by: 1 }, 3)).toBe(3);
    expect(moveSelection(3, 5, { kind: 'page', by: 1 }, 3)).toBe(4);
    expect(moveSelection(3, 5, { kind: 'edge', to: 'first' }, 3)).toBe(0);
    expect(moveSelection(2, 0, { kind: 'move', by: 1 }, 3)).toBe(-1);
  });
});
