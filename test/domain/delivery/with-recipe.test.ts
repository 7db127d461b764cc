import { expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { withRecipe } from '../../../domain/delivery/with-recipe.ts';

it.each([
  ['', 'wid=300', ''],
  ['', 'wid=300&fmt=png-alpha', 'fmt=png-alpha'],
  ['', 'qlt=40', 'qlt=40'],
  ['wid=50', 'wid=300&fmt=webp&qlt=40', 'wid=50&fmt=webp&qlt=40'],
  ['fmt=webp', 'fmt=png', 'fmt=webp'],
  ['fmt=png,gray', 'fmt=webp', 'fmt=png,gray'],
  ['qlt=90', 'fmt=webp&qlt=40', 'fmt=webp&qlt=90'],
  ['id=7', 'fmt=png', 'fmt=png&id=7'],
])('"%s" of an image made by "%s" means "%s"', (query, recipe, expected) => {
  const command = withRecipe(parseImageCommand(query), parseImageCommand(recipe));
  expect(command).toEqual(parseImageCommand(expected));
});
