import { describe, expect, it } from 'vitest';
import { canonicalImageQuery } from '../../../domain/delivery/canonical-image-query.ts';
import { checkModifier, checkModifiers } from '../../../domain/delivery/check-modifiers.ts';
import { deliveredSize } from '../../../domain/delivery/delivered-size.ts';
import { withModifiers } from '../../../domain/delivery/modifiers.ts';
import { anAsset } from '../../support/builders.ts';

describe('a modifier', () => {
  it.each([
    'op_sharpen=1',
    'crop=10,10,400,300&qlt=60',
    'fit=crop',
    '$watermark$',
    'layer=1&src=watermark&opac=40&pos=-20,-20',
    'layer=1&src=is{luma/logo?wid=200&op_colorize=ffffff}',
  ])('can be %s', (text) => {
    expect(() => checkModifier('modifier', text)).not.toThrow();
  });

  it.each([
    ['widht=3', 'postModifier.widht: is not an image command'],
    ['wid=0', 'postModifier.wid: pixels is "0"; it must be a whole number from 1 to 5000'],
    ['wid=3&req=props', 'postModifier: must not contain req, which does not change the image'],
    ['ID=4', 'postModifier: must not contain ID, which does not change the image'],
    ['defaultImage=a', 'postModifier: must not contain defaultImage, which does not change the image'],
    [
      'wid=3&fmt=auto',
      'postModifier: must not contain fmt=auto, which the edge decides by the address alone',
    ],
    ['bfc=on', 'postModifier: must not contain bfc=on, which the edge decides'],
  ])('cannot be %s', (text, message) => {
    expect(() => checkModifier('postModifier', text)).toThrow(
      expect.objectContaining({ code: 'request.invalid', message: expect.stringContaining(message) }),
    );
  });
});

describe('both modifiers of an image', () => {
  const check = (change: object) => () => checkModifiers(anAsset({ id: 'a', ...change }));

  it('have at most 1,000 bytes, and use at most three presets', () => {
    expect(check({})).not.toThrow();
    expect(check({ postModifier: 'x'.repeat(900) })).not.toThrow();
    expect(check({ modifier: 'x'.repeat(500), postModifier: 'x'.repeat(500) })).toThrow(
      /modifier: recipe, modifier and postModifier have \d+ bytes when percent-encoded; at most 1000/,
    );
    expect(check({ modifier: '$a$&$b$', postModifier: '$c$&$a$' })).not.toThrow();
    expect(check({ modifier: '$a$&$b$', postModifier: '$c$&$d$' })).toThrow(/use 4 image presets; at most 3/);
  });

  it('share 1,400 bytes with the recipe of a derived image', () => {
    const derived = { type: 'derived-image', recipe: 'x'.repeat(1_000) } as const;
    expect(check({ ...derived, postModifier: 'x'.repeat(300) })).not.toThrow();
    expect(check({ ...derived, postModifier: 'x'.repeat(400) })).toThrow(/at most 1400/);
    expect(check({ ...derived, recipe: 'x'.repeat(1_400) })).not.toThrow();
  });
});

it.each([
  // [modifier, address, postModifier, what counts]
  ['wid=300&op_sharpen=1', 'wid=40', undefined, 'wid=40&op_sharpen=1'],
  [undefined, 'wid=40&qlt=90', 'wid=300', 'wid=300&qlt=90'],
  ['qlt=60', '', 'qlt=70', 'qlt=70'],
  ['', 'wid=40', '', 'wid=40'],
  // Layers of one part do not catch the commands of the next.
  ['layer=1&src=logo', 'wid=40', 'op_blur=3', 'op_blur=3&wid=40&layer=1&src=logo'],
  [undefined, 'layer=1&src=shoe&opac=50', 'wid=40', 'wid=40&layer=1&src=shoe&opac=50'],
  // A layer of the address is replaced command by command.
  [undefined, 'layer=1&src=shoe&opac=50', 'layer=1&src=logo', 'layer=1&src=logo&opac=50'],
])(
  'the modifier %s, the address %s and the postModifier %s are %s',
  (modifier, query, postModifier, counts) => {
    const given = {
      ...(modifier !== undefined && { modifier }),
      ...(postModifier !== undefined && { postModifier }),
    };
    expect(canonicalImageQuery(withModifiers(query, given))).toBe(canonicalImageQuery(counts));
  },
);

it.each([
  [{ modifier: 'crop=0,0,400,300' }, { width: 400, height: 300 }],
  [{ postModifier: 'wid=80' }, { width: 80, height: 60 }],
  [
    { recipe: 'wid=400', postModifier: 'rotate=90' },
    { width: 300, height: 400 },
  ],
  [{ postModifier: 'layer=1&src=logo' }, { width: 800, height: 600 }],
  [{ postModifier: '$mark$' }, undefined],
])('an image with %o is delivered with the size %o', (change, size) => {
  expect(deliveredSize({ width: 800, height: 600, ...change })).toEqual(size);
});
