import { describe, expect, it } from 'vitest';
import { canonicalRecipe } from '../../../domain/sets/recipe.ts';

describe('a recipe', () => {
  it.each([
    ['wid=400&fit=crop&hei=300', 'wid=400&hei=300&fit=crop'],
    ['FMT=jpg&WID=10', 'wid=10'],
    ['qlt=90,1&fmt=jpeg', 'qlt=90,1'],
  ])('has one canonical spelling: %s', (text, canonical) => {
    expect(canonicalRecipe(text)).toBe(canonical);
  });

  it.each([
    ['wdi=400', 'recipe.wdi'],
    ['wid=wide', 'recipe.wid'],
    ['wid=400&id=7', 'recipe'],
    ['fmt=jpeg', 'recipe'],
    ['', 'recipe'],
  ])('that is not valid or changes nothing is refused: %s', (text, field) => {
    expect(() => canonicalRecipe(text)).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        details: [expect.objectContaining({ field })],
      }),
    );
  });
});
