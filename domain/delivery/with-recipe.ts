import type { ImageCommand } from './read-image-query.ts';

/**
 * The command for the result of a recipe. The recipe is applied to the parent image first, then this command to its
 * result. Format and quality are the recipe's, unless the request names others. A request for the default format
 * (`fmt=jpeg`) counts as a request without `fmt`, since the edge gives both the same canonical query.
 * @param command of the request
 * @param recipe of the derived image
 */
export function withRecipe(command: ImageCommand, recipe: ImageCommand): ImageCommand {
  return {
    ...command,
    fmt: command.fmt.isGiven ? command.fmt : recipe.fmt,
    qlt: command.qlt.isGiven ? command.qlt : recipe.qlt,
  };
}
