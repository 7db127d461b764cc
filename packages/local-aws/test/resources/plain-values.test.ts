import { expect, it } from 'vitest';
import { numbersAndSwitches } from '../../src/resources/plain-values.ts';

it.each<[value: unknown, plain: unknown]>([
  ['12', 12],
  ['true', true],
  ['false', false],
  ['1a', '1a'],
  ['', ''],
  [
    [{ a: '1' }, 'x'],
    [{ a: 1 }, 'x'],
  ],
  [{ a: { b: 'true' } }, { a: { b: true } }],
  [5, 5],
])('%j becomes %j', (value, plain) => {
  expect(numbersAndSwitches(value)).toEqual(plain);
});
