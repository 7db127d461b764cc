import type { ThumbnailSettings } from './image-settings.ts';
import { type ImageCommand, readColour } from './read-image-query.ts';

const alignments = { left: -1, top: -1, centre: 0, right: 1, bottom: 1 } as const;

/**
 * The command that makes what the request is for: a thumbnail by the company's settings (`req=tmb`), the alpha channel as an image
 * (`req=mask`), or the command as it is.
 */
export function forRequestKind(command: ImageCommand, thumbnail: ThumbnailSettings): ImageCommand {
  switch (command.req?.kind) {
    case 'tmb':
      return thumbnailCommand(command, thumbnail);
    case 'mask':
      return maskCommand(command);
    default:
      return command;
  }
}

function thumbnailCommand(command: ImageCommand, settings: ThumbnailSettings): ImageCommand {
  const { type, horizontalAlign, verticalAlign } = settings;
  const bgc = command.bgc ?? readColour(settings.bkgColor);
  const { scl: _scl, ...rest } = command;
  return {
    ...rest,
    wid: command.wid ?? settings.width,
    hei: command.hei ?? settings.height,
    fit: { mode: type === 'crop' ? 'crop' : 'fit', upscale: true },
    // Cuts or pads at the size that the image has.
    ...(type === 'texture' && { scl: 1 }),
    align: command.align ?? { x: alignments[horizontalAlign], y: alignments[verticalAlign] },
    ...(bgc && { bgc }),
  };
}

/** A mask is gray where the format can be, and has no alpha channel itself. */
function maskCommand(command: ImageCommand): ImageCommand {
  const { choice: _choice, ...fmt } = command.fmt;
  const format = fmt.format.replace('-alpha', '') as typeof fmt.format;
  const pixelType = /^(webp|avif)$/.test(format) ? 'rgb' : 'gray';
  return { ...command, fmt: { ...fmt, format, pixelType } };
}
