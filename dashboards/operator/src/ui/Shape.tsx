import type { Severity } from '../api/types';
import { SHAPES } from '../shapes';

/** A priority's mark: filled = nobody acknowledged, hollow = somebody did. Its meaning is said in text beside it. */
export function Shape({ severity, filled, size = 22 }: { severity: Severity; filled: boolean; size?: number }) {
  const { path, textY } = SHAPES[severity];
  return (
    <svg class={`shape p${severity} ${filled ? 'filled' : 'hollow'}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
      <text x="12" y={textY} text-anchor="middle" dominant-baseline="central">{severity}</text>
    </svg>
  );
}
