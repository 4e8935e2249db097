import type { Severity } from './api/types';
import type { Theme } from './store/preferences';

/** Colours that are drawn on a canvas; the rest of the page takes them from theme.css, which has to say the same. */
export interface Palette {
  page: string;
  land: string;
  border: string;
  panel: string;
  line: string;
  text: string;
  muted: string;
  faint: string;
  normal: string;
  /** Inside a filled shape. */
  onShape: string;
  /** Around a P1. */
  outline: string;
  severity: Record<Severity, string>;
}

export const PALETTES: Record<Theme, Palette> = {
  night: {
    page: '#15181b', land: '#1b1f23', border: '#3a4149', panel: '#1d2125', line: '#3a4149', text: '#e4e7ea', muted: '#aeb5bc', faint: '#929aa2',
    normal: '#7b8187', onShape: '#15181b', outline: '#ffffff',
    severity: { 1: '#fc463c', 2: '#f5a33a', 3: '#fff5a5', 4: '#58bed5' },
  },
  day: {
    page: '#c6cbd0', land: '#d3d7db', border: '#a3abb3', panel: '#dde0e3', line: '#a3abb3', text: '#15181b', muted: '#3b434b', faint: '#4d565f',
    normal: '#70777e', onShape: '#ffffff', outline: '#15181b',
    severity: { 1: '#b3140f', 2: '#8a4b00', 3: '#5c5200', 4: '#00566e' },
  },
};
