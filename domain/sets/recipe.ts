import { maxRecipeBytes as maxRecipeMetadataBytes } from '../delivery/origin-metadata.ts';
import { parseImageCommand } from '../delivery/parse-image-command.ts';
import { printImageCommand } from '../delivery/print-image-command.ts';
import { Failure } from '../failure.ts';

/** Characters of a recipe as it is sent. */
export const maxRecipeLength = 1_000;

/**
 * The recipe of a derived image in its one spelling: image commands in canonical text, as stored and compared.
 * @param text image commands as in a URL's query, without `?`
 * @throws Failure `request.invalid` that names `recipe`, with each command that is wrong
 */
export function canonicalRecipe(text: string): string {
  const refuse = (message: string, cause?: unknown) =>
    new Failure('request.invalid', `recipe: ${message}`, { details: [{ field: 'recipe', message }], cause });
  let printed: string;
  try {
    const command = parseImageCommand(text);
    if (command.id !== undefined) throw refuse('must not hold id, which only tells addresses apart');
    printed = printImageCommand(command);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'request.invalid') throw error;
    const details = error.details.map(({ field, message }) => ({ field: `recipe.${field}`, message }));
    throw new Failure('request.invalid', `recipe.${error.message}`, { details, cause: error });
  }
  if (printed === '') throw refuse('changes nothing of the image');
  if (encodeURIComponent(printed).length > maxRecipeMetadataBytes) throw refuse('is too long');
  return printed;
}
