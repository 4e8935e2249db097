/** Height that a capital letter has to have, as an angle: 16 minutes of arc (ISO 9241-303 asks for 16 at least, 20 to 22 to be comfortable). */
export const ARC_MINUTES = 16;

/** Height of a capital of Be Vietnam Pro as a share of the type's size. */
export const CAPITAL = 0.7;

/** A wall has to have room for so many of the smallest type's size across, and so many lines. */
const LEAST_ACROSS = 36;
const LEAST_LINES = 18;

/** The height that a capital has to have at a distance, millimetres. */
export const letterHeight = (distanceM: number) => distanceM * 1000 * Math.tan((ARC_MINUTES / 60) * (Math.PI / 180));

export interface TypeSize {
  /** Size of the smallest type, CSS pixels. */
  px: number;
  /** Whether that is as large as the distance asks for; if not, the screen is too small. */
  enough: boolean;
  /** From how far it can be read, metres. */
  readable: number;
}

/** The smallest type for a screen: what the distance asks for, or the largest that the screen has room for. */
export function typeSize(distanceM: number, screenMm: number, widthPx: number, heightPx: number): TypeSize {
  const pxPerMm = widthPx / screenMm;
  const asked = (letterHeight(distanceM) / CAPITAL) * pxPerMm;
  const most = Math.min(widthPx / LEAST_ACROSS, heightPx / LEAST_LINES);
  // Nothing is smaller than what one reads at a desk.
  const px = Math.max(14, Math.min(asked, most));
  return { px, enough: px >= asked - 0.01, readable: (distanceM * px) / asked };
}
