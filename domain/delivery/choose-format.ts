import { keepsAlpha, type ResultFormat } from './image-formats.ts';
import type { RequestedFormat } from './read-image-query.ts';

/**
 * The format of a result. With `fmt=auto` and `bfc=on` it is the best one that the visitor accepts. With `fmt=auto` transparent
 * images stay transparent; with `bfc` the format in the URL decides. Without a better one, `fmt=auto` gives JPEG, or PNG for a
 * transparent image, and `bfc` the format in the URL.
 */
export function chooseFormat(fmt: RequestedFormat, hasAlpha: boolean): ResultFormat {
  const { choice, format, pixelType, compression } = fmt;
  if (!choice) return { format, pixelType, compression };
  const isTransparent = choice.by === 'fmt' ? hasAlpha : keepsAlpha(format);
  const { accepted } = choice;
  if (accepted) {
    return { format: isTransparent ? `${accepted}-alpha` : accepted, pixelType, compression: 'lossy' };
  }
  return choice.by === 'fmt' && hasAlpha
    ? { format: 'png-alpha', pixelType, compression: 'none' }
    : { format, pixelType, compression };
}
