import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { CITY_ZONE } from '../config';
import type { PlannerFormatter } from '../planner/format';
import type { Palette } from '../palette';

export interface BarsLook {
  palette: Palette;
  formatter: PlannerFormatter;
  /** Seconds of a step. */
  step: number;
  axisLabel: string;
  /** Times to shade, seconds. */
  shaded: readonly (readonly [number, number])[];
  /** Pixels; null = what there is. */
  width: number | null;
  onCursor(index: number | null): void;
}

const FONT = '12px "Be Vietnam Pro", sans-serif';
const HEIGHT = 240;

/** Stacked bars over time: the columns are sums, the lowest first; drawn from the highest down. */
export class BarsPlot {
  private readonly plot: uPlot;
  private readonly resizer: ResizeObserver;
  private removed = false;

  constructor(private readonly element: HTMLElement, times: number[], sums: readonly number[][], private readonly look: BarsLook) {
    const { palette, formatter, step } = look;
    const axis: uPlot.Axis = { stroke: palette.muted, font: FONT, grid: { stroke: palette.line, width: 1 }, ticks: { show: false } };
    const colours = [palette.severity[4], palette.severity[3], palette.severity[2], palette.severity[1]];
    this.plot = new uPlot({
      ...this.size(),
      padding: [10, 12, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), CITY_ZONE),
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => [times[0]!, times.at(-1)! + step] },
        y: { range: (_, __, max) => [0, Math.max(5, max * 1.05)] },
      },
      axes: [
        { ...axis, size: 28, space: 84, values: (_, splits, __, ___, every) => splits.map((seconds) => (every >= 86_400 || formatter.minute(seconds * 1000) === '00:00' ? formatter.dayOfYear(seconds * 1000) : formatter.minute(seconds * 1000))) },
        { ...axis, size: 60, space: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000], label: look.axisLabel, labelFont: FONT, labelSize: 18, labelGap: 0, values: (_, splits) => splits.map((value) => formatter.number(value)) },
      ],
      series: [{}, ...colours.map((colour) => ({ stroke: colour, fill: colour, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.9, 60], align: 1 }) }))],
      hooks: {
        drawAxes: [(plot) => this.shade(plot)],
        setCursor: [(plot) => look.onCursor(plot.cursor.left !== undefined && plot.cursor.left >= 0 ? plot.cursor.idx ?? null : null)],
      },
    }, [times, ...[...sums].reverse()], element);
    this.resizer = new ResizeObserver(() => { if (look.width === null) this.plot.setSize(this.size()); });
    this.resizer.observe(element);
    // A canvas does not wait for the page's type.
    void document.fonts.load(FONT).then(() => { if (!this.removed) this.plot.redraw(false, true); });
  }

  remove(): void {
    this.removed = true;
    this.resizer.disconnect();
    this.plot.destroy();
  }

  private size(): { width: number; height: number } {
    return { width: this.look.width ?? Math.max(240, this.element.clientWidth), height: HEIGHT };
  }

  private shade(plot: uPlot): void {
    const { ctx: context, bbox } = plot;
    context.save();
    context.fillStyle = `${this.look.palette.severity[2]}38`;
    for (const [from, to] of this.look.shaded) {
      const left = plot.valToPos(from, 'x', true);
      // A flood of ten minutes in a year is still seen.
      context.fillRect(left, bbox.top, Math.max(3 * devicePixelRatio, plot.valToPos(to, 'x', true) - left), bbox.height);
    }
    context.restore();
  }
}
