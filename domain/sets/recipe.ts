import { maxRecipeBytes as maxRecipeMetadataBytes } from '../delivery/origin-metadata.ts';
import { parseImageCommand } from '../delivery/parse-image-command.ts';
import { printImageCommand } from '../delivery/print-image-command.ts';
import { Failure, invalidField } from '../failure.ts';

/** Characters of a recipe in a request. */
export const maxRecipeLength = 1_000;

/**
 * The canonical text of a recipe, as it is stored and compared.
 * @param text image commands as in a URL's query, without `?`
 * @throws Failure `request.invalid` that names `recipe`, with each wrong command
 */
export function canonicalRecipe(text: string): string {
  let printed: string;
  try {
    const command = parseImageCommand(text);
    if (command.id !== undefined) {
      throw invalidField('recipe', 'must not contain id, which does not change the image');
    }
    printed = printImageCommand(command);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'request.invalid') throw error;
    const details = error.details.map(({ field, message }) => ({ field: `recipe.${field}`, message }));
    throw new Failure('request.invalid', `recipe.${error.message}`, { details, cause: error });
  }
  if (printed === '') throw invalidField('recipe', 'must have at least one command that changes the image');
  const bytes = encodeURIComponent(printed).length;
  if (bytes > maxRecipeMetadataBytes) {
    throw invalidField(
      'recipe',
      `has ${bytes} bytes when percent-encoded; at most ${maxRecipeMetadataBytes} are allowed`,
    );
  }
  return printed;
}
