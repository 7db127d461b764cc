import { Failure } from '../failure.ts';
import { maxReplySide } from './image-commands.ts';
import { maxPixelsFor, maxPixelsOf } from './pixel-budgets.ts';
import type { Size } from './plan-size.ts';
import type { ImageCommand } from './read-image-query.ts';

/**
 * The size of a result, if it is within the limits.
 * @param source what the result is made of
 * @throws Failure `image.too-large` that names the limit
 */
export function checkedReply({ width, height }: Size, source: Size, command: ImageCommand): Size {
  const most = maxPixelsFor(command);
  const { fmt } = command;
  const { maxPix } = command.limits ?? {};
  const maxWidth = Math.min(maxReplySide, maxPix?.width ?? maxReplySide);
  const maxHeight = Math.min(maxReplySide, maxPix?.height ?? maxReplySide);
  if (width <= maxWidth && height <= maxHeight && width * height <= most) return { width, height };
  const compression =
    fmt.compression === 'lossless' ? ' without loss' : fmt.pixelType === 'cmyk' ? ' in CMYK' : '';
  throw new Failure(
    'image.too-large',
    `From an image of ${source.width} × ${source.height} pixels, the result would have ${width} × ${height}; at most ${maxWidth} × ${maxHeight} and ${most} pixels in total are allowed in ${fmt.format}${compression}${most < maxPixelsOf(fmt) ? ' with these commands' : ''}`,
  );
}
