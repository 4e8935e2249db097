import type { Severity } from '../api/types';
import type { Palette } from '../palette';
import { SHAPES } from '../shapes';
import { SEVERITIES } from '../store/alerts';
import { markOf, RANKS } from '../store/alerts';

/** Icons are drawn at twice their size, for dense screens. */
export const ICON_RATIO = 2;

export const alertIcon = (severity: Severity, unacknowledged: boolean) => `p${severity}-${unacknowledged ? 'full' : 'hollow'}`;

/** All icons of the map by name, drawn in a palette. */
export function drawIcons(palette: Palette): Map<string, ImageData> {
  const icons = new Map<string, ImageData>();
  for (const severity of SEVERITIES) {
    for (const full of [true, false]) icons.set(alertIcon(severity, full), drawAlert(severity, full, palette, false));
  }
  // Of single alerts `a` and the rank, of clusters `c` and the rank of the worst inside.
  for (const rank of RANKS) {
    const { severity, unacknowledged } = markOf(rank);
    icons.set(`a${rank}`, icons.get(alertIcon(severity, unacknowledged))!);
    icons.set(`c${rank}`, drawAlert(severity, unacknowledged, palette, true));
  }
  icons.set('offline', draw(14, (context) => {
    stroke(context, palette.page, 5, cross);
    stroke(context, palette.muted, 2, cross);
  }));
  icons.set('silent', draw(16, (context) => {
    stroke(context, palette.page, 5, ringWithBar);
    stroke(context, palette.muted, 1.8, ringWithBar);
  }));
  icons.set('bad', draw(34, (context) => {
    context.setLineDash([4, 3.2]);
    stroke(context, palette.text, 1.8, () => circle(context, 17, 17, 15));
  }));
  return icons;
}

/** A mark: its shape with its number in it. Of a cluster larger, with more of the same behind it. */
function drawAlert(severity: Severity, full: boolean, palette: Palette, stacked: boolean): ImageData {
  const size = (severity === 1 ? 30 : 24) + (stacked ? 8 : 0);
  const { path, textY } = SHAPES[severity];
  return draw(size, (context) => {
    const scale = size / (stacked ? 30 : 26);
    context.scale(scale, scale);
    context.translate(1, stacked ? 5 : 1);
    const shape = new Path2D(path);
    const colour = palette.severity[severity];
    context.lineJoin = 'round';
    if (stacked) {
      context.save();
      context.translate(4, -4);
      context.lineWidth = 4;
      context.strokeStyle = palette.page;
      context.stroke(shape);
      context.fillStyle = palette.page;
      context.fill(shape);
      context.lineWidth = 1.6;
      context.strokeStyle = colour;
      context.stroke(shape);
      context.restore();
    }
    // A rim in the page's colour keeps the mark apart from what lies under it; P1 has a bright one.
    context.lineWidth = severity === 1 ? 3.6 : 4;
    context.strokeStyle = severity === 1 && full ? palette.outline : palette.page;
    context.stroke(shape);
    context.fillStyle = full ? colour : palette.page;
    context.fill(shape);
    context.lineWidth = 1.8;
    context.strokeStyle = colour;
    context.stroke(shape);
    context.fillStyle = full ? palette.onShape : colour;
    context.font = '600 12px "Be Vietnam Pro", sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(String(severity), 12, textY + 0.5);
  });
}

function draw(size: number, paint: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ICON_RATIO;
  const context = canvas.getContext('2d')!;
  context.scale(ICON_RATIO, ICON_RATIO);
  paint(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function stroke(context: CanvasRenderingContext2D, colour: string, width: number, trace: (context: CanvasRenderingContext2D) => void): void {
  context.beginPath();
  trace(context);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, Math.PI * 2);
}

function cross(context: CanvasRenderingContext2D): void {
  context.moveTo(3.5, 3.5);
  context.lineTo(10.5, 10.5);
  context.moveTo(10.5, 3.5);
  context.lineTo(3.5, 10.5);
}

function ringWithBar(context: CanvasRenderingContext2D): void {
  circle(context, 8, 8, 5.2);
  context.moveTo(4.3, 11.7);
  context.lineTo(11.7, 4.3);
}
