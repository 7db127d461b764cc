import type { AssetType } from '../assets/asset.ts';
import { Failure, invalidField } from '../failure.ts';
import { presetNamesIn } from './image-preset.ts';
import { type Modifiers, modifiersOf, withModifiers } from './modifiers.ts';
import { maxRecipeBytes } from './origin-metadata.ts';
import { parseImageCommand } from './parse-image-command.ts';
import { queryPieces } from './query-canonicaliser.ts';
import { unknownNames } from './read-image-query.ts';

/** Characters of a modifier in a request. */
export const maxModifierLength = 1_000;

/** Bytes of both modifiers of an image in an object's metadata, which also have the facts of the image. */
const maxModifierBytes = 1_000;

/** Image presets in both modifiers of an image: each is a cache tag of each of its pictures. */
const maxPresets = 3;

/** Commands that say what the response is, and not what the image shows. */
const refusedNames = /(^|&)(id|req|handler|defaultImage|cache)=/i;

/** Formats that the edge negotiates, which it does only for what an address itself names. */
const negotiated = /(^|&)(fmt=auto|bfc=on|network=on)(,|&|$)/i;

/**
 * Checks one of the modifiers of an image. It can contain layers and the company's image presets, also those that are not saved yet.
 * @param field `modifier` or `postModifier`
 * @throws Failure `request.invalid` that names the field and each wrong command
 */
export function checkModifier(field: keyof Modifiers, text: string): void {
  const refuse = (problems: readonly { readonly field: string; readonly message: string }[]) => {
    const details = problems.map((one) => ({ field: `${field}.${one.field}`, message: one.message }));
    return new Failure('request.invalid', `${details[0]?.field}: ${details[0]?.message}`, { details });
  };
  const unknown = unknownNames(text);
  if (unknown.length > 0) {
    throw refuse(unknown.map((name) => ({ field: name, message: 'is not an image command' })));
  }
  const foreign = refusedNames.exec(text)?.[2];
  if (foreign !== undefined) {
    throw invalidField(field, `must not contain ${foreign}, which does not change the image`);
  }
  const choice = negotiated.exec(text)?.[2];
  if (choice !== undefined) {
    throw invalidField(
      field,
      `must not contain ${choice}, which the edge decides by the address alone; write it into the address`,
    );
  }
  const plain = queryPieces(text)
    .filter((piece) => !/^\$[\w.-]+\$$/.test(piece))
    .join('&');
  try {
    // `fit` needs a size, which the address can give.
    parseImageCommand(`wid=1&${plain}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw refuse(error.details);
  }
}

/**
 * Checks what an image has of commands altogether.
 * @param image with its recipe, if it is derived
 * @throws Failure `request.invalid` for more than the metadata of its object can have, or too many presets
 */
export function checkModifiers(
  image: Modifiers & {
    readonly company: string;
    readonly type: AssetType;
    readonly recipe?: string | undefined;
  },
): void {
  const modifiers = modifiersOf(image);
  if (Object.keys(modifiers).length === 0) return;
  const { company, recipe = '', type } = image;
  const presets = presetNamesIn(withModifiers('', modifiers), company).length;
  if (presets > maxPresets) {
    throw invalidField(
      'postModifier',
      `both modifiers use ${presets} image presets; at most ${maxPresets} are allowed`,
    );
  }
  const bytes = encodedBytes(JSON.stringify(modifiers)) + encodedBytes(recipe);
  const max = type === 'derived-image' ? maxRecipeBytes : maxModifierBytes;
  if (bytes > max) {
    throw invalidField(
      'modifier',
      `recipe, modifier and postModifier have ${bytes} bytes when percent-encoded; at most ${max} are allowed`,
    );
  }
}

function encodedBytes(text: string): number {
  return encodeURIComponent(text.toWellFormed()).length;
}
