import type { Mark } from '../store/alerts';

/** What the map shows besides where things are: of this moment, or of one in the past. */
export interface Scene {
  /** Changes when any of the rest does. */
  revision: number;
  /** How each sensor is, by its number (see `conditionCode`). */
  codes: Uint8Array;
  /** The worst open alert by sensor, district and asset. */
  sensorMarks: ReadonlyMap<string, Mark>;
  districtMarks: ReadonlyMap<string, Mark>;
  assetMarks: ReadonlyMap<string, Mark>;
}
