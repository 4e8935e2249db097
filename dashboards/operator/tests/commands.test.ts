import { describe, expect, it } from 'vitest';
import type { CommandWish, DeviceCommand } from '../src/api/types';
import { dictionaries } from '../src/i18n';
import { isOpen, newer, takes, wishText } from '../src/store/commands';
import { LiveStore } from '../src/store/live-store';
import { update } from './samples';

const command = (id: string, more: Partial<DeviceCommand> = {}): DeviceCommand => ({
  id, sensor: 'lamp-1', district: 'viet-yen', name: 'dim', level: 40, operator: 'vh01', state: 'pending', createdAt: 1_000, expiresAt: 9_000, attempts: 0, late: false, revision: 1, ...more,
});

describe('commands', () => {
  it('are taken by registered lights only', () => {
    expect(takes({ domain: 'lighting', registered: true, properties: ['power', 'dim'] })).toEqual(['switch', 'dim', 'auto']);
    expect(takes({ domain: 'lighting', registered: true, properties: ['power'] })).toEqual(['switch', 'auto']);
    expect(takes({ domain: 'lighting', registered: false, properties: ['dim'] })).toEqual([]);
    expect(takes({ domain: 'traffic', registered: true, properties: ['power'] })).toEqual([]);
  });

  it('are shown in their latest state, the newest of a device', () => {
    const sent = command('a', { state: 'sent', revision: 2 });
    expect(newer(undefined, sent)).toBe(sent);
    expect(newer(sent, command('a'))).toBe(sent);
    const next = command('b', { createdAt: 2_000 });
    expect(newer(sent, next)).toBe(next);
    expect(newer(next, command('a', { state: 'superseded', revision: 3 }))).toBe(next);
    expect(newer(command('a'), command('b')).id).toBe('b');
  });

  it('come with the live stream, which may be an older server’s without them', () => {
    const store = new LiveStore();
    store.apply(update(1, { full: true }));
    expect(store.commands.size).toBe(0);
    store.apply(update(2, { commands: [command('a')] }));
    store.apply(update(3, { commands: [command('a', { state: 'done', revision: 4 })] }));
    expect(store.commands.get('lamp-1')!.state).toBe('done');
    expect(store.commandsRevision.value).toBe(3);
    store.applyCommand(command('a', { state: 'sent', revision: 2 }));
    expect(store.commands.get('lamp-1')!.state).toBe('done');
    store.apply(update(4, { full: true }));
    expect(store.commands.size).toBe(0);
  });

  it('have words for what they ask and how they ended', () => {
    for (const t of [dictionaries.vi, dictionaries.en]) {
      const texts = [{ name: 'switch', on: true }, { name: 'switch', on: false }, { name: 'dim', level: 40 }, { name: 'auto' }].map((wish) => wishText(wish as CommandWish, t));
      expect(new Set(texts).size).toBe(4);
      expect(texts[2]).toContain('40');
      expect(Object.keys(t.command.state)).toHaveLength(10);
    }
    expect([command('a'), command('a', { state: 'accepted' }), command('a', { state: 'timed_out' })].map(isOpen)).toEqual([true, true, false]);
  });
});
