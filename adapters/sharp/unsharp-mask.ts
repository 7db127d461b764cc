import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';

/**
 * Adds the difference to a blurred copy, `amount` times, where it is greater than `threshold`. With `mono` the difference of the
 * average of red, green and blue is added to all three, so that no colours change. Alpha stays.
 * @param pixels red, green, blue, alpha, 8 bits each; changed in place
 * @param soft the same image, blurred
 */
export function unsharpMask(
  pixels: Uint8Array,
  soft: Uint8Array,
  { amount, threshold, mono }: NonNullable<ImageCommand['op_usm']>,
): void {
  for (let index = 0; index < pixels.length; index += 4) {
    let common = 0;
    if (mono) {
      for (let channel = index; channel < index + 3; channel += 1) {
        common += ((pixels[channel] as number) - (soft[channel] as number)) / 3;
      }
    }
    for (let channel = index; channel < index + 3; channel += 1) {
      const value = pixels[channel] as number;
      const difference = mono ? common : value - (soft[channel] as number);
      if (Math.abs(difference) <= threshold) continue;
      pixels[channel] = Math.min(255, Math.max(0, Math.round(value + amount * difference)));
    }
  }
}
