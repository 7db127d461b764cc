import { parseImageCommand } from './parse-image-command.ts';
import type { ImageCommand } from './read-image-query.ts';

/**
 * The command for the result of a recipe. The recipe is applied to the parent image first, then this command to its
 * result. Format and quality are the recipe's, unless the request names others. A request for the default format
 * (`fmt=jpeg`) counts as a request without `fmt`, since the edge gives both the same canonical query.
 * @param command of the request
 * @param recipe of the derived image
 */
export function withRecipe(command: ImageCommand, recipe: ImageCommand): ImageCommand {
  const { fmt, qlt } = plain;
  const hasFormat =
    command.fmt.format !== fmt.format ||
    command.fmt.pixelType !== fmt.pixelType ||
    command.fmt.compression !== fmt.compression;
  const hasQuality = command.qlt.quality !== qlt.quality || command.qlt.fullChroma !== qlt.fullChroma;
  return {
    ...command,
    fmt: hasFormat ? command.fmt : recipe.fmt,
    qlt: hasQuality ? command.qlt : recipe.qlt,
  };
}

const plain = parseImageCommand('');
