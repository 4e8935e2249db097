import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { CITY_ZONE } from '../config';
import { PALETTES } from '../palette';
import type { Theme } from '../store/preferences';
import { valueRange } from '../trend/series';
import { lineColour, lineDash } from './colours';
import type { PlannerFormatter } from './format';
import { extentOf, type Panel } from './model/chart';
import type { Limit } from './model/limits';

export interface PlotLook {
  theme: Theme;
  formatter: PlannerFormatter;
  /** With the unit. */
  axisLabel: string;
  limits: readonly Limit[];
  /** Number of each line's place among the places: its colour, and the number at its end. */
  numbers: readonly number[];
  /** Lines that are not drawn. */
  hidden: ReadonlySet<number>;
  /** The whole period asked for, seconds. */
  from: number;
  to: number;
  /** Only few lines have room for their bands. */
  bands: boolean;
  /** Pixels; null = what there is. */
  width: number | null;
  onCursor(index: number | null): void;
}

const FONT = '12px "Be Vietnam Pro", sans-serif';
const HEIGHT = 300;

/** A chart of the lines of one property, with limits, bands, gaps and marks where a value is doubtful. */
export class PanelPlot {
  private readonly plot: uPlot;
  private readonly resizer: ResizeObserver;
  private readonly extent: { min: number; max: number };
  private removed = false;

  constructor(private readonly element: HTMLElement, private readonly panel: Panel, private readonly look: PlotLook) {
    this.extent = extentOf(panel, look.hidden, look.bands);
    this.plot = new uPlot(this.options(), this.data(), element);
    this.resizer = new ResizeObserver(() => {
      if (this.look.width === null) this.plot.setSize(this.size());
    });
    this.resizer.observe(element);
    // A canvas does not wait for the page's type.
    void document.fonts.load(FONT).then(() => { if (!this.removed) this.plot.redraw(false, true); });
  }

  /** Puts the cursor on a time, as a pointer would. */
  point(index: number | null): void {
    const time = index === null ? undefined : this.panel.times[index];
    this.plot.setCursor({ left: time === undefined ? -10 : this.plot.valToPos(time, 'x'), top: 10 });
  }

  remove(): void {
    this.removed = true;
    this.resizer.disconnect();
    this.plot.destroy();
  }

  private size(): { width: number; height: number } {
    return { width: this.look.width ?? Math.max(240, this.element.clientWidth), height: HEIGHT };
  }

  private data(): uPlot.AlignedData {
    const columns: (number | null | undefined)[][] = [];
    this.panel.lines.forEach((line, i) => {
      const show = !this.look.hidden.has(i);
      columns.push(show ? line.values : line.values.map(() => null));
      if (this.hasBand(i)) columns.push(line.low!, line.high!);
    });
    return [this.panel.times, ...columns];
  }

  private hasBand(line: number): boolean {
    return this.look.bands && !this.look.hidden.has(line) && this.panel.lines[line]!.low !== null;
  }

  private options(): uPlot.Options {
    const { theme, formatter } = this.look;
    const palette = PALETTES[theme];
    const axis: uPlot.Axis = { stroke: palette.muted, font: FONT, grid: { stroke: palette.line, width: 1 }, ticks: { show: false } };
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    this.panel.lines.forEach((line, i) => {
      const stroke = lineColour(theme, this.look.numbers[i]!);
      series.push({ stroke, width: line.before ? 1.25 : 2, dash: line.before ? [3, 4] : lineDash(this.look.numbers[i]!), spanGaps: false, points: { show: false } });
      if (!this.hasBand(i)) return;
      series.push({ width: 0, stroke: 'transparent', points: { show: false } }, { width: 0, stroke: 'transparent', points: { show: false } });
      bands.push({ series: [series.length - 1, series.length - 2], fill: `${stroke}26` });
    });
    return {
      ...this.size(),
      padding: [12, 28, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), CITY_ZONE),
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false }, sync: { key: 'planner' } },
      scales: {
        x: { time: true, range: () => [this.look.from, this.look.to] },
        y: { range: () => valueRange(this.extent.min, this.extent.max, null, this.nearLimits()) },
      },
      axes: [
        { ...axis, size: 28, space: 84, values: (_, splits, __, ___, step) => splits.map((seconds) => this.tick(seconds, step)) },
        {
          ...axis, size: 64, space: 34, label: this.look.axisLabel, labelFont: FONT, labelSize: 18, labelGap: 0,
          values: (_, splits) => splits.map((value) => formatter.given(value, 3)),
        },
      ],
      series, bands,
      hooks: { draw: [(plot) => this.drawOver(plot)], setCursor: [(plot) => this.look.onCursor(plot.cursor.left !== undefined && plot.cursor.left >= 0 ? plot.cursor.idx ?? null : null)] },
    };
  }

  /** The limits that fit in without pressing the lines flat. */
  private nearLimits(): number[] {
    const { min, max } = this.extent;
    const room = Math.max(max - min, Math.abs(max) * 0.1);
    return this.look.limits.map((limit) => limit.value).filter((value) => value > min - room && value < max + room);
  }

  private tick(seconds: number, step: number): string {
    const { formatter } = this.look;
    const ms = seconds * 1000;
    if (step >= 28 * 86_400) return formatter.month(ms);
    const long = this.look.to - this.look.from > 300 * 86_400;
    if (step >= 86_400) return long ? formatter.day(ms) : formatter.dayOfYear(ms);
    const minute = formatter.minute(ms);
    return minute === '00:00' ? formatter.dayOfYear(ms) : minute;
  }

  private drawOver(plot: uPlot): void {
    const context = plot.ctx;
    context.save();
    context.beginPath();
    context.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
    context.clip();
    this.panel.lines.forEach((_, i) => { if (!this.look.hidden.has(i)) this.drawMarks(plot, i); });
    this.drawLimits(plot);
    context.restore();
    this.drawNumbers(plot);
  }

  private drawLimits(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    const [context, ratio] = [plot.ctx, devicePixelRatio];
    const { severity: colours, panel } = PALETTES[this.look.theme];
    context.font = `${12 * ratio}px "Be Vietnam Pro", sans-serif`;
    this.look.limits.forEach((limit, number) => {
      const y = Math.round(plot.valToPos(limit.value, 'y', true));
      if (y < top || y > top + height) return;
      const from = limit.from === null ? left : Math.max(left, plot.valToPos(limit.from / 1000, 'x', true));
      const to = limit.to === null ? left + width : Math.min(left + width, plot.valToPos(limit.to / 1000, 'x', true));
      context.strokeStyle = context.fillStyle = colours[limit.severity];
      context.lineWidth = 1.5 * ratio;
      context.setLineDash([7 * ratio, 5 * ratio]);
      context.beginPath();
      context.moveTo(from, y);
      context.lineTo(to, y);
      context.stroke();
      const above = y - top > 18 * ratio;
      context.textAlign = 'left';
      context.textBaseline = above ? 'bottom' : 'top';
      const text = `${String.fromCharCode(65 + (number % 26))} · ${this.look.formatter.given(limit.value)}`;
      const room = context.measureText(text).width + 8 * ratio;
      const textTop = above ? y - 19 * ratio : y + 2 * ratio;
      context.fillStyle = `${panel}d0`;
      context.fillRect(from + 2 * ratio, textTop, room, 16 * ratio);
      context.fillStyle = colours[limit.severity];
      context.fillText(text, from + 6 * ratio, y + (above ? -3 : 3) * ratio);
    });
    context.setLineDash([]);
  }

  /** Rings where a value is doubtful, dots where a value has no neighbour to draw a line to. */
  private drawMarks(plot: uPlot, index: number): void {
    const [context, ratio, line] = [plot.ctx, devicePixelRatio, this.panel.lines[index]!];
    // Where there is no room for rings they are small ones.
    const radius = Math.max(1.5, Math.min(4, plot.bbox.width / ratio / line.values.length / 2.5));
    context.strokeStyle = context.fillStyle = lineColour(this.look.theme, this.look.numbers[index]!);
    context.lineWidth = 1.5 * ratio;
    for (let i = 0; i < line.values.length; i++) {
      const value = line.values[i];
      if (value === null || value === undefined) continue;
      const alone = (line.values[i - 1] ?? null) === null && (line.values[i + 1] ?? null) === null;
      if (!line.doubtful[i] && !(alone && this.panel.ends !== this.panel.times)) continue;
      const [x, y] = [plot.valToPos(this.panel.times[i]!, 'x', true), plot.valToPos(value, 'y', true)];
      context.beginPath();
      context.arc(x, y, (line.doubtful[i] ? radius : 2.5) * ratio, 0, 2 * Math.PI);
      if (line.doubtful[i]) {
        context.save();
        context.fillStyle = PALETTES[this.look.theme].panel;
        context.fill();
        context.restore();
        context.stroke();
      } else context.fill();
    }
  }

  /** The number of each line at its end: no colour is needed to tell them apart. */
  private drawNumbers(plot: uPlot): void {
    if (this.panel.lines.filter((line) => !line.before).length < 2) return;
    const [context, ratio] = [plot.ctx, devicePixelRatio];
    const taken: number[] = [];
    context.save();
    context.font = `600 ${12 * ratio}px "Be Vietnam Pro", sans-serif`;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    this.panel.lines.forEach((line, i) => {
      if (line.before || this.look.hidden.has(i)) return;
      const last = line.values.findLastIndex((value) => value !== null && value !== undefined);
      if (last < 0) return;
      let y = plot.valToPos(line.values[last]!, 'y', true);
      while (taken.some((other) => Math.abs(other - y) < 12 * ratio)) y -= 12 * ratio;
      taken.push(y);
      context.fillStyle = lineColour(this.look.theme, this.look.numbers[i]!);
      context.fillText(String(this.look.numbers[i]! + 1), plot.bbox.left + plot.bbox.width + 6 * ratio, y);
    });
    context.restore();
  }
}
