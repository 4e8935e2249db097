import type { Answer, AnswerCell, AnswerGroup } from '../api';

/** More maps on one page nobody reads. */
export const MOST_MAPS = 12;

/** Steps of the colour scale. */
export const STEPS = 7;

/** The hours of a week of one group. */
export interface HeatMap {
  group: AnswerGroup;
  /** By weekday (Monday first), then hour; null where nothing came. */
  cells: (AnswerCell | null)[][];
}

/** The maps of one property: one scale for all of them, so that they can be compared. */
export interface HeatPanel {
  property: string;
  unit: string;
  maps: HeatMap[];
  left: number;
  min: number;
  max: number;
}

export function heatPanels(answer: Answer): HeatPanel[] {
  const panels = new Map<string, HeatPanel>();
  for (const group of answer.groups) {
    const cells = Array.from({ length: 7 }, () => Array.from<AnswerCell | null>({ length: 24 }).fill(null));
    let some = false;
    for (const cell of group.cells) {
      const value = cell.values[0];
      if (!cell.weekday || typeof cell.hour !== 'number' || value === null || value === undefined) continue;
      cells[cell.weekday - 1]![cell.hour] = cell;
      some = true;
    }
    if (!some) continue;
    const panel = panels.get(group.property) ?? { property: group.property, unit: group.unit, maps: [], left: 0, min: Infinity, max: -Infinity };
    panels.set(group.property, panel);
    if (panel.maps.length === MOST_MAPS) {
      panel.left++;
      continue;
    }
    panel.maps.push({ group, cells });
    for (const cell of cells.flat()) {
      if (!cell) continue;
      panel.min = Math.min(panel.min, cell.values[0]!);
      panel.max = Math.max(panel.max, cell.values[0]!);
    }
  }
  return [...panels.values()];
}

/** The step of a value on the scale from the lowest to the highest, 0 to STEPS - 1. */
export function stepOf(value: number, min: number, max: number): number {
  if (!(max > min)) return 0;
  return Math.max(0, Math.min(STEPS - 1, Math.floor(((value - min) / (max - min)) * STEPS)));
}
