import { imageCommands } from './image-commands.ts';
import { imageFormats } from './image-formats.ts';
import type { ImageCommand } from './read-image-query.ts';

/**
 * The canonical query of a command, without `?`: fixed order, lower case, without defaults. It is the edge's cache key,
 * and part of the ETag.
 */
export function printImageCommand(command: ImageCommand): string {
  const fit = command.fit;
  const fmt = command.fmt;
  const qlt = command.qlt;
  const kinds = imageFormats[fmt.format];
  const parts = [
    ['wid', String(command.wid || '')],
    ['hei', String(command.hei || '')],
    ['fit', fit.mode === 'fit' && fit.upscale ? '' : printValues([fit.mode, flag(fit.upscale)], ['', '0'])],
    [
      'fmt',
      printValues(
        [fmt.format, fmt.pixelType, fmt.compression],
        [imageCommands.fmt[0].fallback, kinds.pixelTypes[0], kinds.compressions[0]],
      ),
    ],
    [
      'qlt',
      printValues([String(qlt.quality), flag(qlt.fullChroma)], [String(imageCommands.qlt[0].fallback), '0']),
    ],
    ['id', command.id || ''],
  ];
  return parts
    .filter((part) => part[1] !== '')
    .map((part) => part.join('='))
    .join('&');
}

/** A comma-separated list without the defaults at its end. */
function printValues(values: readonly string[], defaults: readonly string[]): string {
  let length = values.length;
  while (length > 0 && values[length - 1] === defaults[length - 1]) length--;
  return values.slice(0, length).join(',');
}

function flag(on: boolean): string {
  return on ? '1' : '0';
}

/** Like encodeURIComponent, but also encodes the reserved characters of RFC 3986, so that a text has one spelling. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
