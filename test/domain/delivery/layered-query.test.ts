/** Layers and nested requests in the canonical form and in the reader. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalImageQuery } from '../../../domain/delivery/canonical-image-query.ts';
import { readImageQuery } from '../../../domain/delivery/read-image-query.ts';

const path = { company: 'luma', id: 'shoe' };

describe('the canonical form', () => {
  it.each([
    ['layer=1&src=logo&wid=3', 'wid=3&layer=1&src=logo'],
    // Commands of a layer without a layer are those of layer 0; effects are those of the composite.
    ['layer=0&crop=1,2,3,4&op_blur=2&layer=1&src=a', 'crop=1,2,3,4&layer=0&op_blur=2&layer=1&src=a'],
    ['op_blur=2&layer=0&crop=1,2,3,4', 'crop=1,2,3,4&op_blur=2'],
    ['layer=1&src=a&layer=comp&crop=1,2,3,4', 'crop=1,2,3,4&layer=1&src=a'],
    ['layer=10&src=b&layer=9&src=a', 'layer=9&src=a&layer=10&src=b'],
    ['layer=01&src=a&layer=1&pos=3', 'layer=1&src=a&pos=3'],
    ['LAYER=1&SRC=Logo&layer=1&src=logo', 'layer=1&src=logo'],
    ['layer=1&src=a&opac=100&pos=0,0&blendMode=norm&hide=0', 'layer=1&src=a'],
    ['layer=3', ''],
    // The company of the path need not be named.
    ['layer=1&src=luma/logo', 'layer=1&src=logo'],
    ['layer=1&src=/luma/logo', 'layer=1&src=logo'],
    ['layer=1&src=other/logo', 'layer=1&src=other/logo'],
    ['layer=1&src=%6cogo', 'layer=1&src=logo'],
    ['layer=1&src=cafe%CC%81', 'layer=1&src=caf%C3%A9'],
    ['color=ffffff&size=9,9&layer=1&src=$object$', 'color=ffffff&size=9,9&layer=1&src=shoe'],
    ['$l=logo&layer=1&src=$l$', 'layer=1&src=logo'],
    // Nested requests.
    ['layer=1&src={logo}', 'layer=1&src=logo'],
    ['layer=1&src=is{logo?}', 'layer=1&src=logo'],
    ['layer=1&src=is{logo?fmt=png&qlt=3&id=7&bgc=ff0000&utm=x}', 'layer=1&src=logo'],
    ['layer=1&src=is{logo?hei=2&wid=3}&hei=4', 'hei=4&layer=1&src=is%7Blogo%3Fwid%3D3%26hei%3D2%7D'],
    ['layer=1&src=is%7Blogo%3Fhei=2%26wid=3%7D&hei=4', 'hei=4&layer=1&src=is%7Blogo%3Fwid%3D3%26hei%3D2%7D'],
    ['layer=1&amp;src=is{logo?hei=2&amp;wid=3}', 'layer=1&src=is%7Blogo%3Fwid%3D3%26hei%3D2%7D'],
    ['$c=FF0000&layer=1&src={a?bgColor=$c$}', 'layer=1&src=is%7Ba%3FbgColor%3Dff0000%7D'],
    ['$c=ff0000&layer=1&src={a?$c=00ff00&bgColor=$c$}', 'layer=1&src=is%7Ba%3FbgColor%3D00ff00%7D'],
    ['$l=logo&layer=1&src={$l$?wid=3}', 'layer=1&src=is%7Blogo%3Fwid%3D3%7D'],
    [
      'layer=1&src={luma/a?mask={luma/b?wid=3}}',
      'layer=1&src=is%7Ba%3Fmask%3Dis%257Bb%253Fwid%253D3%257D%7D',
    ],
    ['layer=1&src={other/a?mask=other/b}', 'layer=1&src=is%7Bother%2Fa%3Fmask%3Db%7D'],
    // Text is kept as it is.
    ['layer=1&text=Sale,%20now,,&font=Brand', 'layer=1&text=Sale,%20now,,&font=Brand'],
    ['layer=1&font=luma/Brand&text=a%26b%3D%7Bc%7D', 'layer=1&text=a%26b%3D%7Bc%7D&font=Brand'],
    ['$t=Sale%20now&layer=1&text=$t$!&font=b', 'layer=1&text=Sale%20now%21&font=b'],
    // Presets keep their layer.
    ['layer=1&$p$&src=a', 'layer=1&$p$&src=a'],
    ['layer=1&src=a&$p$&wid=3&opac=9', 'layer=1&src=a&$p$&layer=comp&wid=3&layer=1&opac=9'],
    ['layer=1&$p$&layer=comp&$p$', 'layer=1&$p$&layer=comp&$p$'],
    ['layer=1&opac=3&$p$&opac=4', 'layer=1&$p$&opac=4'],
    ['layer=1&opac=3&$p$&layer=2&opac=4', 'layer=1&opac=3&$p$&layer=2&opac=4'],
  ])('of %s is %s', (query, canonical) => {
    expect(canonicalImageQuery(query, path)).toBe(canonical);
    expect(canonicalImageQuery(canonical, path)).toBe(canonical);
  });

  const source = fc.constantFrom('a', 'b', 'luma/a', 'other/a', 'is{a?wid=30}', 'is{other/b?hei=4&flip=lr}');
  const layer = fc.record(
    {
      src: source,
      mask: source,
      pos: fc.constantFrom('0', '3,4', '0,0', '5'),
      opac: fc.constantFrom('100', '50'),
      op_blur: fc.constantFrom('0', '3'),
      crop: fc.constantFrom('1,2,30,40', '1,2,30,50'),
      blendMode: fc.constantFrom('norm', 'mult'),
    },
    { requiredKeys: [] },
  );
  const request = fc.record({
    view: fc.record(
      { wid: fc.constantFrom('30', '31'), op_blur: fc.constantFrom('1', '2') },
      { requiredKeys: [] },
    ),
    layers: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 12 }), layer), {
      selector: ([number]) => number,
      maxLength: 4,
    }),
  });
  type Request = typeof request extends fc.Arbitrary<infer Found> ? Found : never;
  const pairs = (values: object) => Object.entries(values) as [string, string][];
  const written = ({ view, layers }: Request) =>
    [
      ...pairs(view).map((pair) => pair.join('=')),
      ...layers.flatMap(([number, values]) => [
        `layer=${number}`,
        ...pairs(values).map((pair) => pair.join('=')),
      ]),
    ].join('&');

  it('is the same in any order of layers and commands, and however a nested request is escaped', () => {
    fc.assert(
      fc.property(
        request.chain((given) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray(
              [
                ...pairs(given.view).map(([name, value]) => ['comp', name, value] as const),
                ...given.layers.flatMap(([number, values]) =>
                  pairs(values).map(([name, value]) => [String(number), name, value] as const),
                ),
              ],
              {
                minLength:
                  pairs(given.view).length + given.layers.flatMap(([, values]) => pairs(values)).length,
              },
            ),
            fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
          ),
        ),
        ([given, shuffled, escaped]) => {
          const other = shuffled
            .map(
              ([number, name, value], index) =>
                `layer=${number}&${escaped[index] ? name.toUpperCase() : name}=${escaped[index] ? encodeURIComponent(value) : value}`,
            )
            .join('&');
          expect(canonicalImageQuery(other, path)).toBe(canonicalImageQuery(written(given), path));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is read as the same commands, and differs where the commands differ', () => {
    const meanings = new Map<string, string>();
    fc.assert(
      fc.property(request, (given) => {
        const canonical = canonicalImageQuery(written(given), path);
        expect(canonicalImageQuery(canonical, path)).toBe(canonical);
        // The reader does not know the path: both readings begin with the same text.
        const meaning = JSON.stringify(readImageQuery(canonical));
        expect(meanings.get(canonical) ?? meaning).toBe(meaning);
        meanings.set(canonical, meaning);
      }),
      { numRuns: 500 },
    );
    expect(new Set(meanings.values()).size).toBe(meanings.size);
  });

  it('of any braces, percent signs and layers is stable, and ends', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      'is{',
      '&',
      '?',
      '=',
      'src',
      'mask',
      'layer',
      '1',
      'a',
      '/',
      '%7B',
      '%7D',
      '%',
      '$p$',
      '$x=',
      '$x$',
      ',',
      'wid',
      '%26',
      'amp;',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const canonical = canonicalImageQuery(pieces.join(''), path);
        expect(canonicalImageQuery(canonical, path)).toBe(canonical);
        readImageQuery(canonical);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a layered query', () => {
  it.each([
    ['layer=x&src=a', 'layer', 'number is "x"; it must be comp or a whole number from 0 to 99'],
    ['layer=100&src=a', 'layer', 'number is "100"; it must be comp or a whole number from 0 to 99'],
    ['layer=-1&src=a', 'layer', 'number is "-1"; it must be comp or a whole number from 0 to 99'],
    ['layer=&src=a', 'layer', 'number is "-"; it must be comp or a whole number from 0 to 99'],
    ['layer=1&opac=101', 'layer=1&opac', 'percent is "101"; it must be a whole number from 0 to 100'],
    ['layer=2&blendMode=burn', 'layer=2&blendMode', /^mode is "burn"; it must be norm, dissolve/],
    ['layer=2&pos=a', 'layer=2&pos', 'x is "a"; it must be a whole number from -1000000 to 1000000'],
    ['layer=1&src=a/b/c', 'layer=1&src', /^"a\/b\/c" is not an image; it must be an id, company\/id/],
    ['layer=1&src=..%2Fa', 'layer=1&src', /^"\.\.\/a" is not an image/],
    [
      'layer=1&src={a?wid=0}',
      'layer=1&src',
      'in a, wid: pixels is "0"; it must be a whole number from 1 to 5000',
    ],
    ['layer=1&src={a', 'layer=1&src', /^"\{a" is not an image/],
    [
      'src={a?src={b?src={c?src={d?wid=3}}}}',
      'src',
      'in a, src: in b, src: in c, src: requests can be in each other 3 times at most',
    ],
  ])('%s is refused at %s', (query, field, message) => {
    expect(readImageQuery(query).problems?.[0]).toMatchObject({
      field,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });
});
