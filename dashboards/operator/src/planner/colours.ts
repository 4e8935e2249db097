import type { Theme } from '../store/preferences';

/** Colours of lines: apart from those of the priorities, at least 3 to 1 on the panel; with them goes a dash and a number. */
export const LINES: Record<Theme, readonly string[]> = {
  night: ['#e4e7ea', '#6aa7ff', '#63c79b', '#d79bf0', '#c9ad82', '#9db4c9'],
  day: ['#15181b', '#1b57b8', '#0f6b45', '#7a2f9e', '#6b4d1c', '#44596e'],
};

/** The second half of the lines takes the same colours, dashed. */
export const lineColour = (theme: Theme, index: number): string => LINES[theme][index % LINES[theme].length]!;
export const lineDash = (index: number): number[] => (index < LINES.night.length ? [] : [10, 4, 2, 4]);

/** A scale of one hue from little to much, with the text on each step. */
export const HEAT: Record<Theme, readonly { back: string; text: string }[]> = {
  night: [
    { back: '#22303c', text: '#e4e7ea' }, { back: '#27425a', text: '#ffffff' }, { back: '#2c5578', text: '#ffffff' }, { back: '#2f6897', text: '#ffffff' },
    { back: '#62a0cf', text: '#0b0d0f' }, { back: '#9ac6e6', text: '#0b0d0f' }, { back: '#d8ecfa', text: '#0b0d0f' },
  ],
  day: [
    { back: '#eef4f8', text: '#15181b' }, { back: '#cfe2ef', text: '#15181b' }, { back: '#a9cce4', text: '#15181b' }, { back: '#7fb2d6', text: '#0b0d0f' },
    { back: '#2f6897', text: '#ffffff' }, { back: '#1c4c74', text: '#ffffff' }, { back: '#0d2f4e', text: '#ffffff' },
  ],
};
