import type { Answer, AnswerGroup, Figures } from '../api';
import { isLow } from './chart';

export interface DistrictRow {
  group: AnswerGroup;
  now: Figures | null;
  before: Figures | null;
  /** Change against before as a share; null where it cannot be told. */
  change: number | null;
  /** Few of the readings due came now or before: a change may be of what is missing. */
  thin: boolean;
}

export interface DistrictPanel {
  property: string;
  unit: string;
  /** Highest first; those without a value last. */
  rows: DistrictRow[];
  /** The bars' ends; 0 is always between them. */
  min: number;
  max: number;
}

const valueOf = (figures: Figures | null): number | null => figures?.values[0] ?? null;

/** One figure for each district over the whole period. */
export function districtPanels(answer: Answer): DistrictPanel[] {
  const panels = new Map<string, DistrictPanel>();
  for (const group of answer.groups) {
    const cell = group.cells[0] ?? null;
    const [now, before] = [valueOf(cell), valueOf(cell?.before ?? null)];
    const panel = panels.get(group.property) ?? { property: group.property, unit: group.unit, rows: [], min: 0, max: 0 };
    panels.set(group.property, panel);
    const change = now !== null && before !== null && before !== 0 ? (now - before) / Math.abs(before) : null;
    const thin = change !== null && [cell, cell?.before].some((figures) => figures && (isLow(figures) || figures.filled));
    panel.rows.push({ group, now: cell, before: cell?.before ?? null, change, thin });
    for (const value of [now, before]) {
      panel.min = Math.min(panel.min, value ?? 0);
      panel.max = Math.max(panel.max, value ?? 0);
    }
  }
  for (const panel of panels.values()) panel.rows.sort((a, b) => (valueOf(b.now) ?? -Infinity) - (valueOf(a.now) ?? -Infinity));
  return [...panels.values()].filter((panel) => panel.rows.some((row) => valueOf(row.now) !== null || valueOf(row.before) !== null));
}

/** Where a bar begins and how long it is, in hundredths of the width. */
export function barOf(value: number, min: number, max: number): { left: number; width: number } {
  const span = max - min;
  if (!(span > 0)) return { left: 0, width: 0 };
  const zero = ((0 - min) / span) * 100;
  const at = ((value - min) / span) * 100;
  return { left: Math.min(zero, at), width: Math.abs(at - zero) };
}
