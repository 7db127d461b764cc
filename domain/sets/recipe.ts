import { canonicalImageQuery } from '../delivery/canonical-image-query.ts';
import { commandNames } from '../delivery/image-commands.ts';
import { isLayered } from '../delivery/is-layered.ts';
import { maxRecipeBytes as maxRecipeMetadataBytes } from '../delivery/origin-metadata.ts';
import { parseImageCommand } from '../delivery/parse-image-command.ts';
import { unknownNames } from '../delivery/read-image-query.ts';
import { Failure, invalidField } from '../failure.ts';

/** Commands that say what the response is, and not what the image shows. */
const notInRecipes = ['id', 'req', 'handler', 'defaultImage', 'cache'] as const;

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
    // In a URL unknown names are ignored; a recipe is written once for good, so a typing error is refused.
    const unknown = unknownNames(text);
    if (unknown.length > 0) throw unknownCommands(unknown);
    const command = parseImageCommand(text);
    const foreign = notInRecipes.find((name) => command[name] !== undefined);
    if (foreign !== undefined) {
      throw invalidField('recipe', `must not contain ${foreign}, which does not change the image`);
    }
    if (isLayered(command)) {
      throw invalidField('recipe', 'must not contain layers: layer, src, mask, color, text, opac or hide');
    }
    if (command.fmt.choice) {
      throw invalidField(
        'recipe',
        'must name one format: visitors of one address of a derived image share it',
      );
    }
    printed = canonicalImageQuery(text);
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

function unknownCommands(names: readonly string[]): Failure {
  const details = names.map((name) => ({
    field: `recipe.${name}`,
    message: `is not an image command; use ${commandNames.join(', ')}`,
  }));
  return new Failure('request.invalid', `recipe.${names[0]}: ${details[0]?.message}`, { details });
}
