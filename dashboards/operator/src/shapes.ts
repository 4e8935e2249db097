import type { Severity } from './api/types';

/** Outlines of the priorities' marks in a box of 24 by 24, and where the number's middle is. */
export const SHAPES: Record<Severity, { path: string; textY: number }> = {
  1: { path: 'M4 4H20V20H4Z', textY: 12 },
  2: { path: 'M12 2.5L22.5 21H1.5Z', textY: 15 },
  3: { path: 'M12 1.5L22.5 12L12 22.5L1.5 12Z', textY: 12 },
  4: { path: 'M12 2.5A9.5 9.5 0 1 1 12 21.5A9.5 9.5 0 1 1 12 2.5Z', textY: 12 },
};
