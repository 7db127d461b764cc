import { iccHdrTransfer } from './icc-header.ts';
import type { SourceImage } from './source-image.ts';

/** Warnings for colours that the image server shows, but not as they are meant. */
export function colourWarnings(
  { unconverted }: Pick<SourceImage, 'unconverted'>,
  { profile, gainMap }: { readonly profile?: Uint8Array | undefined; readonly gainMap: boolean },
): string[] {
  const colours = profile ? iccHdrTransfer(profile) : unconverted;
  const warnings: string[] = [];
  if (colours === 'PQ' || colours === 'HLG') {
    warnings.push(
      `Its colours are HDR (${colours}), and are shown as if they were sRGB: too pale or too dark. ` +
        'Save it in sRGB or Display P3',
    );
  } else if (colours !== undefined) {
    warnings.push(
      `Its colours are ${colours}, and are shown as if they were sRGB: less saturated. Save it in sRGB or Display P3`,
    );
  }
  if (gainMap) warnings.push('It has an HDR gain map; its standard picture is shown');
  return warnings;
}
