import { Failure } from '../failure.ts';
import { maxReplySide } from './image-commands.ts';
import type { ResultFormat } from './image-formats.ts';
import { maxPixelsOf } from './pixel-budgets.ts';
import type { Size } from './plan-size.ts';

/**
 * The size of a result, if it is within the limits.
 * @param source what the result is made of
 * @throws Failure `image.too-large` that names the limit
 */
export function checkedReply({ width, height }: Size, source: Size, fmt: ResultFormat): Size {
  const most = maxPixelsOf(fmt);
  if (width <= maxReplySide && height <= maxReplySide && width * height <= most) return { width, height };
  const compression =
    fmt.compression === 'lossless' ? ' without loss' : fmt.pixelType === 'cmyk' ? ' in CMYK' : '';
  throw new Failure(
    'image.too-large',
    `From an image of ${source.width} × ${source.height} pixels, the result would have ${width} × ${height}; at most ${maxReplySide} × ${maxReplySide} and ${most} pixels in total are allowed in ${fmt.format}${compression}`,
  );
}
