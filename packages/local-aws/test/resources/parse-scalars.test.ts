import { expect, it } from 'vitest';
import { parseScalars } from '../../src/resources/parse-scalars.ts';

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
])('converts %j to %j', (value, plain) => {
  expect(parseScalars(value)).toEqual(plain);
});
