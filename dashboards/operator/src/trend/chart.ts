import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { CITY_ZONE } from '../config';
import type { Formatter } from '../format';
import type { Palette } from '../palette';
import type { LimitLine } from '../store/catalogue';
import { valueRange, type TrendSeries } from './series';

export interface ChartLook {
  palette: Palette;
  formatter: Formatter;
  decimals: number;
  limitText: (value: number) => string;
  limits: readonly LimitLine[];
  /** The limit that has to be in the picture: the selected alert's. */
  shownLimit: number | null;
}

/** A little more than a day: the clock alone would say the same twice. */
const ONE_DAY_S = 90_000;

const FONT = '12px "Be Vietnam Pro", sans-serif';

/** The trend's chart: a line over time in the city's zone, with its limits. */
export class TrendChart {
  private readonly plot: uPlot;
  private readonly resizer: ResizeObserver;
  private window: [number, number];

  constructor(private readonly element: HTMLElement, private readonly series: TrendSeries, from: number, to: number, private readonly look: ChartLook) {
    this.window = [from / 1000, to / 1000];
    this.plot = new uPlot(this.options(), this.data(), element);
    this.resizer = new ResizeObserver(() => this.plot.setSize(this.size()));
    this.resizer.observe(element);
  }

  /** Draws again after points were added; the window ends at `to` (Unix milliseconds). */
  update(from: number, to: number): void {
    this.window = [from / 1000, to / 1000];
    this.series.trim(this.window[0]);
    this.plot.setData(this.data());
  }

  remove(): void {
    this.resizer.disconnect();
    this.plot.destroy();
  }

  private data(): uPlot.AlignedData {
    return [this.series.times, this.series.values];
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(120, this.element.clientWidth), height: Math.max(60, this.element.clientHeight) };
  }

  private options(): uPlot.Options {
    const { palette, formatter } = this.look;
    const axis: uPlot.Axis = {
      stroke: palette.muted, font: FONT, grid: { stroke: palette.line, width: 1 }, ticks: { show: false },
    };
    return {
      ...this.size(),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), CITY_ZONE),
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => this.window },
        y: { range: () => valueRange(this.series.min, this.series.max, this.look.shownLimit, this.look.limits.map((limit) => limit.value)) },
      },
      axes: [
        { ...axis, size: 26, space: 70, values: (_, splits) => splits.map((seconds, i) => this.tick(seconds * 1000, i === 0 ? null : splits[i - 1]! * 1000)) },
        { ...axis, size: 58, space: 32, values: (_, splits) => splits.map((value) => formatter.given(value, 3)) },
      ],
      series: [
        {},
        { stroke: palette.text, width: 1.5, fill: `${palette.muted}22`, spanGaps: false, points: { show: this.series.count < 3, size: 6 } },
      ],
      hooks: { draw: [(plot) => this.drawLimits(plot)], setCursor: [(plot) => this.drawReadout(plot)] },
    };
  }

  /** The time of a tick; the day where it is another one than that of the tick before. */
  private tick(ms: number, before: number | null): string {
    const { formatter } = this.look;
    if (this.window[1] - this.window[0] <= ONE_DAY_S) return formatter.minute(ms);
    const midnight = formatter.minute(ms) === '00:00';
    return midnight || (before !== null && formatter.shortDate(before) === formatter.shortDate(ms)) ? (midnight ? formatter.shortDate(ms) : formatter.minute(ms)) : formatter.shortDate(ms);
  }

  private drawLimits(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    const context = plot.ctx;
    context.save();
    context.font = `${12 * devicePixelRatio}px "Be Vietnam Pro", sans-serif`;
    for (const { value, severity } of this.look.limits) {
      const y = Math.round(plot.valToPos(value, 'y', true));
      if (y < top || y > top + height) continue;
      context.strokeStyle = context.fillStyle = this.look.palette.severity[severity];
      context.lineWidth = 1.5 * devicePixelRatio;
      context.setLineDash([7 * devicePixelRatio, 5 * devicePixelRatio]);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
      context.textAlign = 'left';
      const above = y - top > 18 * devicePixelRatio;
      context.textBaseline = above ? 'bottom' : 'top';
      context.fillText(`P${severity} · ${this.look.limitText(value)}`, left + 6 * devicePixelRatio, y + (above ? -3 : 3) * devicePixelRatio);
    }
    context.restore();
  }

  /** The value under the pointer. */
  private drawReadout(plot: uPlot): void {
    const { idx, left } = plot.cursor;
    let readout = plot.over.querySelector<HTMLElement>('.readout');
    if (!readout) {
      readout = document.createElement('div');
      readout.className = 'readout';
      plot.over.append(readout);
    }
    const value = idx === null || idx === undefined ? null : this.series.values[idx];
    readout.hidden = value === null || value === undefined || left === undefined || left < 0;
    if (readout.hidden || value === null || value === undefined) return;
    readout.textContent = `${this.look.formatter.when(this.series.times[idx!]! * 1000, this.window[1] * 1000)}  ${this.look.formatter.number(value, this.look.decimals)}`;
    readout.style.left = `${Math.min(left!, plot.over.clientWidth - 130)}px`;
  }
}
