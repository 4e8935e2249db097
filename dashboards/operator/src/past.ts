import { signal } from '@preact/signals';
import type { Scene } from './map/scene';

/** Looking back: what the map shows instead of the present, when an operator asks for it. */
export class Past {
  readonly scene = signal<Scene | null>(null);
}
