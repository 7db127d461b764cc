import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import {
  imageSetText,
  printSet,
  type ShownMember,
  type ShownSet,
} from '../../../domain/delivery/set-description.ts';
import type { SetRecord } from '../../../domain/sets/set-record.ts';

const image = (id: string, more: Partial<ShownMember> = {}): ShownMember => ({
  asset: { id, type: 'image', version: 3, width: 1_500, height: 1_000 },
  ...more,
});
const setOf = (type: ShownSet['asset']['type'], ...items: ShownMember[]): ShownSet => ({
  company: 'Co',
  asset: { id: 'SetId', type, version: 7 },
  items,
});
const json = (set: ShownSet) => printSet(set, { format: 'json' }).text;
const size = '"dx":"1500","dy":"1000","iv":"3"';

describe('a set in the shape of the protocol', () => {
  it.each<[string, ShownSet, string]>([
    [
      'an image set with one member has it as an object',
      setOf('image-set', image('img', { swatch: { id: 'sw' } })),
      `{"set":{"pv":"1.0","type":"img_set","n":"Co/SetId","iv":"7","item":{"i":{"n":"Co/img"},"s":{"n":"Co/sw"},${size}}}}`,
    ],
    [
      'a swatch set with two members has a list',
      setOf(
        'swatch-set',
        image('a', { label: 'Red', swatch: { color: 'c01020', label: 'Cherry' } }),
        image('b'),
      ),
      `{"set":{"pv":"1.0","type":"img_set","n":"Co/SetId","iv":"7","item":[{"i":{"n":"Co/a","l":"Red"},"s":{"c":"c01020","l":"Cherry"},${size}},{"i":{"n":"Co/b"},"s":{"n":"Co/b"},${size}}]}}`,
    ],
    [
      'a spin set with two dimensions has a set for each row',
      setOf('spin-set', image('a', { row: 0 }), image('b', { row: 0 }), image('c', { row: 1 })),
      `{"set":{"pv":"1.0","type":"spin","n":"Co/SetId","iv":"7","item":[{"set":{"type":"spin","item":[{"i":{"n":"Co/a"},"s":{"n":"Co/a"},${size}},{"i":{"n":"Co/b"},"s":{"n":"Co/b"},${size}}]}},{"set":{"type":"spin","item":{"i":{"n":"Co/c"},"s":{"n":"Co/c"},${size}}}}]}}`,
    ],
    [
      'a mixed media set names the type of each member and nests sets',
      setOf(
        'mixed-media-set',
        image('a'),
        { asset: { id: 'film', type: 'video', version: 2 }, swatch: { id: 'poster' } },
        { asset: { id: 'turn', type: 'spin-set', version: 4 }, items: [image('b')] },
      ),
      `{"set":{"pv":"1.0","type":"media_set","n":"Co/SetId","iv":"7","item":[{"i":{"n":"Co/a"},"s":{"n":"Co/a"},"type":"img",${size}},{"v":{"n":"Co/film"},"s":{"n":"Co/poster"},"type":"video","iv":"2"},{"set":{"pv":"1.0","type":"spin","n":"Co/turn","iv":"4","item":{"i":{"n":"Co/b"},"s":{"n":"Co/b"},${size}}},"type":"spin"}]}}`,
    ],
    [
      'a set without a live member has no items',
      setOf('image-set'),
      '{"set":{"pv":"1.0","type":"img_set","n":"Co/SetId","iv":"7"}}',
    ],
  ])('%s', (_case, set, expected) => {
    expect(json(set)).toBe(`/*jsonp*/s7jsonResponse(${expected},"");`);
  });

  it('is the same in XML, with texts as attributes', () => {
    const set = setOf('image-set', image('a', { label: `"<&'>` }), image('b', { swatch: { id: 'sw' } }));
    const { type, text } = printSet(set, { format: 'xml' });
    expect(type).toBe('text/xml; charset=utf-8');
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<set pv="1.0" type="img_set" n="Co/SetId" iv="7">' +
        `<item dx="1500" dy="1000" iv="3"><i n="Co/a" l="&quot;&lt;&amp;'&gt;"/><s n="Co/a"/></item>` +
        '<item dx="1500" dy="1000" iv="3"><i n="Co/b"/><s n="Co/sw"/></item></set>\n',
    );
    expect(() => new SaxesParser().write(text).close()).not.toThrow();
  });

  it('is plain in json2: lists, numbers, and addresses with the version', () => {
    const set = setOf('mixed-media-set', image('a b', { label: 'Front', swatch: { id: 'sw' } }), {
      asset: { id: 'turn', type: 'spin-set', version: 4 },
      items: [image('c', { row: 1 })],
    });
    const { type, text } = printSet(set, { format: 'json2' });
    expect(type).toBe('application/json; charset=utf-8');
    expect(JSON.parse(text)).toEqual({
      id: 'SetId',
      type: 'mixed-media-set',
      version: 7,
      items: [
        {
          id: 'a b',
          type: 'image',
          version: 3,
          width: 1_500,
          height: 1_000,
          url: '/is/image/Co/a%20b?id=3',
          label: 'Front',
          swatch: { id: 'sw', url: '/is/image/Co/sw' },
        },
        {
          id: 'turn',
          type: 'spin-set',
          version: 4,
          items: [
            {
              id: 'c',
              type: 'image',
              version: 3,
              width: 1_500,
              height: 1_000,
              url: '/is/image/Co/c?id=3',
              row: 1,
            },
          ],
        },
      ],
    });
  });
});

it.each<[SetRecord, string]>([
  [
    {
      type: 'swatch-set',
      members: [
        { id: 'a', swatch: { id: 'sw' } },
        { id: 'b', swatch: { color: 'c01020', label: 'Dark, cherry' } },
        { id: 'c' },
      ],
    },
    'Co/a;Co/sw,Co/b;{0xc01020 Dark%2C cherry},Co/c',
  ],
  [{ type: 'spin-set', members: [{ id: 'a' }, { id: 'b' }] }, 'Co/a,Co/b'],
  [
    {
      type: 'spin-set',
      members: [
        { id: 'a', row: 0 },
        { id: 'b', row: 0 },
        { id: 'c', row: 1 },
      ],
    },
    '{Co/a,Co/b},{Co/c}',
  ],
  [
    { type: 'mixed-media-set', members: [{ id: 'a' }, { id: 'film', swatch: { id: 'p' } }] },
    'Co/a;;,Co/film;Co/p;',
  ],
  [
    {
      type: 'ecatalog',
      members: [
        { id: 'p1', role: 'page' },
        { id: 'all', role: 'pdf' },
        { id: 'p2', role: 'page' },
      ],
    },
    'Co/p1,Co/p2',
  ],
  [{ type: 'adaptive-video-set', members: [{ id: 'v1' }, { id: 'v2' }] }, 'Co/v1,Co/v2'],
  [{ type: 'template', members: [{ id: 'x' }] }, ''],
])('the text of the set %j is %s', (record, text) => {
  expect(imageSetText('Co', record)).toBe(text);
});
