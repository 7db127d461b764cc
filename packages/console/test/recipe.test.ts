import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftOf, emptyRecipe, recipeOf } from '../src/pages/derive/recipe.ts';

describe('the recipe that the editor writes', () => {
  it.each([
    ['', {}],
    ['crop=10,20,300,200', { crop: { x: 10, y: 20, width: 300, height: 200 } }],
    ['flip=lr&rotate=90', { flip: 'lr', rotate: '90' }],
    [
      'op_brightness=-20&op_sharpen=1',
      { adjust: { ...emptyRecipe.adjust, op_brightness: -20 }, sharpen: true },
    ],
    ['wid=400', { width: '400' }],
    ['wid=400&hei=300&fit=crop', { width: '400', height: '300' }],
    ['op_blur=4&fmt=png', { more: 'op_blur=4&fmt=png' }],
  ] as const)('is %s', (recipe, values) => {
    expect(recipeOf({ ...emptyRecipe, ...values })).toBe(recipe);
    expect(draftOf(recipe)).toEqual({ ...emptyRecipe, ...values });
  });

  it('keeps every command, and adds none', () => {
    const commands = fc.constantFrom(
      'wid=40',
      'hei=30',
      'fit=fit,1',
      'fit=crop',
      'rotate=15',
      'crop=1,2,3',
      'op_usm=1,2',
      'layer=1',
      '$small$',
    );
    fc.assert(
      fc.property(fc.uniqueArray(commands), (parts) => {
        expect(
          recipeOf(draftOf(parts.join('&')))
            .split('&')
            .toSorted(),
        ).toEqual(expect.arrayContaining(parts.length === 0 ? [''] : parts));
      }),
    );
  });
});
