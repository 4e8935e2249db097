import { describe, expect, it } from 'vitest';
import { dictionaries } from '../src/i18n';
import { preferredLanguage } from '../src/store/preferences';

type Node = string | ((...args: never[]) => string) | { [key: string]: Node };

function texts(node: Node, path = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[path, node]]);
  if (typeof node === 'function') return new Map([[path, (node as (...args: string[]) => string)(...Array.from({ length: node.length }, (_, i) => `<${i}>`))]]);
  return new Map(Object.entries(node).flatMap(([key, child]) => [...texts(child, path === '' ? key : `${path}.${key}`)]));
}

const vietnamese = texts(dictionaries.vi as unknown as Node);
const english = texts(dictionaries.en as unknown as Node);

describe('the dictionaries', () => {
  it('have the same texts', () => {
    expect([...english.keys()].sort()).toEqual([...vietnamese.keys()].sort());
    expect(vietnamese.size).toBeGreaterThan(100);
  });
  it('leave no text empty', () => {
    for (const [path, text] of [...vietnamese, ...english]) expect(text.trim(), path).not.toBe('');
  });
  it('use what they are given in both languages', () => {
    for (const [path, text] of vietnamese) {
      const used = (one: string) => [...one.matchAll(/<(\d)>/g)].map((match) => match[1]).sort().join();
      // English says "1 time" in another way; the number may be left out there only.
      if (path !== 'list.reAlarms') expect(used(english.get(path)!), path).toBe(used(text));
    }
  });
  it('write English without Vietnamese letters', () => {
    for (const [path, text] of english) expect(text, path).not.toMatch(/[ăâđêôơưạảãáàẹẻẽéèịỉĩíìọỏõóòụủũúùỵỷỹýỳ]/i);
  });
});

describe('the language at first', () => {
  it('is the browser’s where the page speaks it, else Vietnamese', () => {
    expect(preferredLanguage(['en-GB', 'vi'])).toBe('en');
    expect(preferredLanguage(['fr-FR', 'en'])).toBe('en');
    expect(preferredLanguage(['vi-VN', 'en'])).toBe('vi');
    expect(preferredLanguage(['fr-FR'])).toBe('vi');
    expect(preferredLanguage([])).toBe('vi');
  });
});
