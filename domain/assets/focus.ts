/** Where the subject of an image is, in shares of its width and height (0 to 1) after its orientation has been applied. */
export interface Focus {
  readonly x: number;
  readonly y: number;
  /** It was found in the picture at ingest. Missing if a member set it. */
  readonly proposed?: true;
}

/** Digits behind the point: a thousandth is a pixel of the longest side of most screens. */
const digits = 3;

/** A share of a side, rounded to what is stored. */
export function focusShare(share: number): number {
  return Number(Math.min(1, Math.max(0, share)).toFixed(digits));
}

/** Proportions that differ by more than this show another picture: 1 %. */
const sameProportions = 0.01;

interface Picture {
  readonly width?: number;
  readonly height?: number;
  readonly focus?: Focus;
}

/**
 * The focal point of an image that replaces another one. A point that a member set stays while the proportions stay, as of a
 * retouched picture; otherwise the new picture's own proposal counts.
 */
export function focusAfterUpload(before: Picture | undefined, after: Picture): Focus | undefined {
  const chosen = before?.focus;
  if (!before || chosen === undefined || chosen.proposed) return after.focus;
  const [old, current] = [proportionsOf(before), proportionsOf(after)];
  if (old === undefined || current === undefined) return after.focus;
  return Math.abs(old / current - 1) <= sameProportions ? chosen : after.focus;
}

function proportionsOf({ width, height }: Picture): number | undefined {
  return width === undefined || height === undefined ? undefined : width / height;
}
