import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setTypes } from '../../../domain/assets/asset.ts';
import {
  assetsOfSet,
  memberRoles,
  occurrencesInSet,
  parseSetRecord,
  printSetRecord,
  type SetMember,
} from '../../../domain/sets/set-record.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const swatch = fc.oneof(
  fc.record({ id: text }),
  fc.record({ color: fc.constant('a1b2c3'), label: text }, { requiredKeys: ['color'] }),
);
const member = fc.record(
  { id: text, label: text, swatch, row: fc.nat(9), role: fc.constantFrom(...memberRoles) },
  { requiredKeys: ['id'] },
) as fc.Arbitrary<SetMember>;

it('a record can be read as it was written', () => {
  fc.assert(
    fc.property(fc.constantFrom(...setTypes), fc.array(member), (type, members) => {
      const record = { type, members };
      const printed = printSetRecord(record);
      expect(parseSetRecord(printed)).toEqual(record);
      expect(printSetRecord(parseSetRecord(printed))).toBe(printed);
    }),
  );
});

it('the order of properties of a member does not matter', () => {
  const one = printSetRecord({ type: 'image-set', members: [{ id: 'a', label: 'x', row: 1 }] });
  expect(printSetRecord({ type: 'image-set', members: [{ row: 1, label: 'x', id: 'a' }] })).toBe(one);
});

it.each([
  'null',
  '[]',
  '{"type":"image","members":[]}',
  '{"type":"image-set"}',
  '{"type":"image-set","members":[{}]}',
  '{"type":"image-set","members":[{"id":"a","swatch":{}}]}',
])('%s is refused as a record', (broken) => {
  expect(() => parseSetRecord(broken)).toThrow();
});

it('properties of a later version of the format are ignored', () => {
  const later = '{"type":"image-set","members":[{"id":"a","role":"hologram","depth":3}],"more":1}';
  expect(parseSetRecord(later)).toEqual({ type: 'image-set', members: [{ id: 'a' }] });
});

it('a set has its members and the images of their swatches, each with the number of occurrences', () => {
  const members: SetMember[] = [
    { id: 'a', swatch: { id: 's' } },
    { id: 'b', swatch: { color: '000000' } },
    { id: 'a', swatch: { id: 'b' } },
  ];
  expect(assetsOfSet({ members })).toEqual(['a', 's', 'b']);
  expect([...occurrencesInSet({ members })]).toEqual([
    ['a', 2],
    ['s', 1],
    ['b', 2],
  ]);
});
