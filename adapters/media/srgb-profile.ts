import { iccColourSpace, iccTag } from './icc-header.ts';

/**
 * The primaries of sRGB in the colours of the profile connection space, whose white is D50. Source: IEC 61966-2-1, adapted with the
 * Bradford matrix as in the ICC's own sRGB profiles.
 */
const primaries: Readonly<Record<string, readonly [x: number, y: number, z: number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};

/** Profiles round to 1/65,536; older ones were adapted a little differently. The next colour space, Display P3, is 0.08 away. */
const primaryTolerance = 0.002;

/** Of light. Half a level of 8 bits where the curve is steepest. */
const curveTolerance = 0.004;

/**
 * Whether a profile is sRGB: by its primaries and its curves, because names tell little. Colours with such a profile need no conversion.
 * False for bytes that are no profile, and for profiles with tables.
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const view = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (iccColourSpace(profile) !== 'RGB') return false;
  try {
    if (iccTag(view, 'A2B0')) return false;
    const hasPrimaries = Object.entries(primaries).every(([name, expected]) => {
      const found = xyzOf(iccTag(view, name));
      return found?.every((value, index) => Math.abs(value - (expected[index] ?? 0)) <= primaryTolerance);
    });
    return hasPrimaries && ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(iccTag(view, name)));
  } catch {
    // Tags that reach beyond the profile.
    return false;
  }
}

/** ICC.1:2022, 10.31: three numbers of 16.16 bits. */
function xyzOf(tag: Buffer | undefined): number[] | undefined {
  if (tag?.toString('latin1', 0, 4) !== 'XYZ ') return undefined;
  return [8, 12, 16].map((at) => tag.readInt32BE(at) / 65_536);
}

function isSrgbCurve(tag: Buffer | undefined): boolean {
  const curve = tag && curveOf(tag);
  if (!curve) return false;
  for (let step = 0; step <= 64; step += 1) {
    const value = step / 64;
    if (Math.abs(curve(value) - srgbLight(value)) > curveTolerance) return false;
  }
  return true;
}

/** The light of a value, both from 0 to 1. Source: IEC 61966-2-1. */
function srgbLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** ICC.1:2022, 10.6 (a table, or an exponent) and 10.18 (a formula, of which the kinds 3 and 4 have a linear part). */
function curveOf(tag: Buffer): ((value: number) => number) | undefined {
  const kind = tag.toString('latin1', 0, 4);
  if (kind === 'para') {
    const form = tag.readUInt16BE(8);
    if (form !== 3 && form !== 4) return undefined;
    const count = form === 3 ? 5 : 7;
    const [g = 1, a = 1, b = 0, c = 1, d = 0, e = 0, f = 0] = Array.from(
      { length: count },
      (_, index) => tag.readInt32BE(12 + index * 4) / 65_536,
    );
    return (value) => (value >= d ? (a * value + b) ** g + e : c * value + f);
  }
  if (kind !== 'curv') return undefined;
  const count = tag.readUInt32BE(8);
  if (count < 2) return undefined;
  const at = (index: number) => tag.readUInt16BE(12 + Math.min(index, count - 1) * 2) / 65_535;
  return (value) => {
    const place = value * (count - 1);
    const index = Math.floor(place);
    return at(index) + (at(index + 1) - at(index)) * (place - index);
  };
}
