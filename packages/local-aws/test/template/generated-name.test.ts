import fc from 'fast-check';
import { expect, it } from 'vitest';
import { generatedName } from '../../src/template/generated-name.ts';

it('generates the same name at every start', () => {
  expect(generatedName('pressroom-data', 'Uploads')).toBe(generatedName('pressroom-data', 'Uploads'));
  expect(generatedName('pressroom-data', 'Uploads')).toMatch(/^pressroom-data-Uploads-[0-9a-f]{12}$/);
});

it('generates at most 63 characters, and different names for different stacks or logical ids', () => {
  const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,127}$/);
  fc.assert(
    fc.property(names, names, names, names, (stack, id, otherStack, otherId) => {
      const name = generatedName(stack, id);
      expect(name.length).toBeLessThanOrEqual(63);
      fc.pre(stack !== otherStack || id !== otherId);
      expect(generatedName(otherStack, otherId)).not.toBe(name);
    }),
  );
});
