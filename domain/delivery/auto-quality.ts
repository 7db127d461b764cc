import { chooseFormat } from './choose-format.ts';
import type { ImageCommand } from './read-image-query.ts';

/** The lowest qualities at which an image still looks like itself, by format: found at ingest, for `qlt=auto`. */
export interface AutoQuality {
  readonly jpeg: number;
  readonly webp: number;
  readonly avif: number;
}

/** The order in the metadata of an object at an origin. */
export const autoQualityFormats = ['jpeg', 'webp', 'avif'] as const satisfies readonly (keyof AutoQuality)[];

/**
 * The command with the quality that `qlt=auto` stands for: that of the image and the format of the result. If none was found,
 * `qlt=auto` means the default quality.
 */
export function withAutoQuality(command: ImageCommand, found: AutoQuality | undefined): ImageCommand {
  const { isAuto, ...qlt } = command.qlt;
  if (!isAuto) return command;
  const { format } = chooseFormat(command.fmt, false);
  const name = autoQualityFormats.find((family) => format.includes(family));
  const quality = found && name && found[name];
  return {
    ...command,
    qlt: quality === undefined ? { ...qlt, isGiven: false } : { ...qlt, quality },
  };
}
