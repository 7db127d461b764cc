import { parseImageCommand } from './parse-image-command.ts';
import type { ImageCommand } from './read-image-query.ts';

/**
 * What a request for a derived image asks for. Its recipe is carried out first, then the request on what that makes;
 * format and quality are the recipe's, unless the request names others. A request for the format that goes without
 * saying (`fmt=jpeg`) cannot be told from one that says nothing: the edge has one spelling for both.
 */
export function withRecipe(command: ImageCommand, recipe: ImageCommand): ImageCommand {
  const { fmt, qlt } = plain;
  const saysFormat =
    command.fmt.format !== fmt.format ||
    command.fmt.pixelType !== fmt.pixelType ||
    command.fmt.compression !== fmt.compression;
  const saysQuality = command.qlt.quality !== qlt.quality || command.qlt.fullChroma !== qlt.fullChroma;
  return {
    ...command,
    fmt: saysFormat ? command.fmt : recipe.fmt,
    qlt: saysQuality ? command.qlt : recipe.qlt,
  };
}

const plain = parseImageCommand('');
