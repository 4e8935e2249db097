/** Words as they are compared: without accents, in small letters. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase();

/** How well a text answers what is looked for: 0 = a word of it begins so, 1 = it is somewhere in it; null = not all words are in it. */
export function rank(text: string, wanted: readonly string[]): number | null {
  const whole = plain(text);
  let worst = 0;
  for (const word of wanted) {
    const at = whole.indexOf(word);
    if (at < 0) return null;
    if (!(at === 0 || whole.includes(` ${word}`))) worst = 1;
  }
  return worst;
}

export const words = (text: string): string[] => plain(text).split(/\s+/).filter((word) => word !== '');
