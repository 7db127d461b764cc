import fc from 'fast-check';
import { expect, it } from 'vitest';
import { generatedName } from '../../src/template/generated-name.ts';

it('is the same at every start', () => {
  expect(generatedName('pressroom-data', 'Uploads')).toBe(generatedName('pressroom-data', 'Uploads'));
  expect(generatedName('pressroom-data', 'Uploads')).toMatch(/^pressroom-data-Uploads-[0-9a-f]{12}$/);
});

it('never exceeds 63 characters, and differs where stack or logical id differ', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,127}$/);
  fc.assert(
    fc.property(name, name, name, name, (stack, id, otherStack, otherId) => {
      const made = generatedName(stack, id);
      expect(made.length).toBeLessThanOrEqual(63);
      fc.pre(stack !== otherStack || id !== otherId);
      expect(generatedName(otherStack, otherId)).not.toBe(made);
    }),
  );
});
