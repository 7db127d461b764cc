import type { ImageCommand } from './read-image-query.ts';

/** The highest quality for a slow connection: a photo has about half of the bytes that it has with 80. */
const maxQualityIfSlow = 50;

/** The command for the visitor's connection: `network=on` lowers the quality of a slow one, and switches `dpr` off. */
export function forConnection(command: ImageCommand): ImageCommand {
  if (command.network?.connection !== 'slow') return command;
  const { dpr: _dpr, ...rest } = command;
  const quality = Math.min(command.qlt.quality, maxQualityIfSlow);
  return { ...rest, qlt: { ...command.qlt, quality } };
}
