import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalImageQuery } from '../../../domain/delivery/canonical-image-query.ts';
import { commandNames, fitModes, imageCommands } from '../../../domain/delivery/image-commands.ts';
import { imageFormats } from '../../../domain/delivery/image-formats.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { readImageQuery, syntaxOf, unknownNames } from '../../../domain/delivery/read-image-query.ts';
import { Failure } from '../../../domain/failure.ts';

const plain = {
  fit: { mode: 'fit', upscale: true },
  fmt: { format: 'jpeg', pixelType: 'rgb', compression: 'none', isGiven: false },
  qlt: { quality: 80, fullChroma: false, isGiven: false },
};

describe('an image query', () => {
  it.each([
    ['', {}],
    ['wid=400', { wid: 400 }],
    ['hei=5000', { hei: 5000 }],
    ['WID=7&Hei=8', { wid: 7, hei: 8 }],
    ['wid=007', { wid: 7 }],
    ['&&wid=3&', { wid: 3 }],
    ['wid=1&wid=2&WID=3', { wid: 3 }],
    ['wid=1&hei=1&fit=crop', { wid: 1, hei: 1, fit: { mode: 'crop', upscale: false } }],
    ['wid=1&hei=1&fit=CROP,1', { wid: 1, hei: 1, fit: { mode: 'crop', upscale: true } }],
    ['wid=1&hei=1&fit=crop,', { wid: 1, hei: 1, fit: { mode: 'crop', upscale: false } }],
    ['wid=1&hei=1&fit=crop%2C1', { wid: 1, hei: 1, fit: { mode: 'crop', upscale: true } }],
    // With one dimension all modes are equal.
    ['wid=1&fit=stretch', { wid: 1, fit: { mode: 'fit', upscale: false } }],
    ['fmt=jpg', {}],
    ['fmt=,gray', { fmt: { format: 'jpeg', pixelType: 'gray', compression: 'none', isGiven: true } }],
    ['fmt=webp', { fmt: { format: 'webp', pixelType: 'rgb', compression: 'lossy', isGiven: true } }],
    [
      'fmt=avif,,lossless',
      { fmt: { format: 'avif', pixelType: 'rgb', compression: 'lossless', isGiven: true } },
    ],
    ['fmt=tif,cmyk,zip', { fmt: { format: 'tif', pixelType: 'cmyk', compression: 'zip', isGiven: true } }],
    ['qlt=90,1', { qlt: { quality: 90, fullChroma: true, isGiven: true } }],
    ['qlt=auto', { qlt: { quality: 80, fullChroma: false, isGiven: true, isAuto: true } }],
    ['qlt=auto,1', { qlt: { quality: 80, fullChroma: true, isGiven: true, isAuto: true } }],
    ['qlt=', {}],
    // Arguments that the format does not use make no other image.
    [
      'fmt=webp&qlt=90,1',
      {
        fmt: { format: 'webp', pixelType: 'rgb', compression: 'lossy', isGiven: true },
        qlt: { quality: 90, fullChroma: false, isGiven: true },
      },
    ],
    ['fmt=png&qlt=90,1', { fmt: { format: 'png', pixelType: 'rgb', compression: 'none', isGiven: true } }],
    ['id=7', { id: '7' }],
    ['id=007', { id: '7' }],
    ['id=0', { id: '0' }],
    ['id=123456789012', { id: '123456789012' }],
    // All else is ignored: each value would cost a further image.
    ['id=1234567890123', {}],
    ['id=a', {}],
    ['id=7a', {}],
    ['id=7,8', {}],
    ['id=-7', {}],
    ['id=1.5', {}],
    ['id=%37', { id: '7' }],
    ['id=%ff', {}],
    ['id=+7', {}],
    ['id=１', {}],
    [`id=${'9'.repeat(5_000)}`, {}],
    ['id=', {}],
  ])('"%s" is read as its canonical command', (query, difference) => {
    expect(parseImageCommand(query)).toEqual({ ...plain, ...difference });
  });

  it.each([
    ['wid=0', 'image.invalid-argument', 'wid: pixels is "0"; it must be a whole number from 1 to 5000'],
    ['wid=-1', 'image.invalid-argument', 'wid: pixels is "-1"; it must be a whole number from 1 to 5000'],
    ['wid=1.5', 'image.invalid-argument', 'wid: pixels is "1.5"; it must be a whole number from 1 to 5000'],
    ['wid=1e3', 'image.invalid-argument', 'wid: pixels is "1e3"; it must be a whole number from 1 to 5000'],
    ['wid', 'image.invalid-argument', 'wid: pixels is nothing; it must be a whole number from 1 to 5000'],
    ['wid=1,2', 'image.invalid-argument', 'wid: "1,2" has too many values; write wid=pixels'],
    ['hei=5001', 'image.too-large', 'hei: "5001" is too large; a result has at most 5000 × 5000 pixels'],
    [
      'hei=99999999999999999999',
      'image.too-large',
      'hei: "99999999999999999999" is too large; a result has at most 5000 × 5000 pixels',
    ],
    ['fit=crop', 'image.invalid-argument', 'fit: needs wid or hei, or both'],
    [
      'wid=1&fit=cover',
      'image.invalid-argument',
      'fit: mode is "cover"; it must be fit, constrain, crop, wrap, stretch, hfit or vfit',
    ],
    [
      'wid=1&fit=',
      'image.invalid-argument',
      'fit: mode is nothing; it must be fit, constrain, crop, wrap, stretch, hfit or vfit',
    ],
    ['wid=1&fit=crop,2', 'image.invalid-argument', 'fit: upscale is "2"; it must be 0 or 1'],
    [
      'wid=1&fit=crop,1,1',
      'image.invalid-argument',
      'fit: "crop,1,1" has too many values; write fit=mode[,upscale]',
    ],
    [
      'fmt=swf',
      'image.invalid-argument',
      `fmt: format is "swf"; it must be ${Object.keys(imageFormats).join(', ')} or auto`,
    ],
    ['fmt=webp,cmyk', 'image.invalid-argument', 'fmt: webp has no cmyk; its pixelType is rgb'],
    [
      'fmt=png-alpha,cmyk',
      'image.invalid-argument',
      'fmt: png-alpha has no cmyk; its pixelType is rgb or gray',
    ],
    [
      'fmt=tif-alpha,rgb,jpeg',
      'image.invalid-argument',
      'fmt: tif-alpha has no jpeg; its compression is none, lzw or zip',
    ],
    ['fmt=constructor', 'image.invalid-argument', /^fmt: format is "constructor"/],
    ['fmt=jpeg,rgb,none,1', 'image.invalid-argument', /write fmt=format\[,pixelType\[,compression\]\]$/],
    [
      'qlt=0',
      'image.invalid-argument',
      'qlt: quality is "0"; it must be a whole number from 1 to 100, or auto',
    ],
    [
      'qlt=101',
      'image.invalid-argument',
      'qlt: quality is "101"; it must be a whole number from 1 to 100, or auto',
    ],
    ['qlt=80,yes', 'image.invalid-argument', 'qlt: chroma is "yes"; it must be 0 or 1'],
    ['wid=%zz', 'image.invalid-argument', 'wid: pixels is "%zz"; it must be a whole number from 1 to 5000'],
  ])('"%s" is refused as %s with a text that names what would be right', (query, code, message) => {
    expect(() => parseImageCommand(query)).toThrow(
      expect.objectContaining({
        code,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });

  it('is refused with all its errors at once', () => {
    try {
      parseImageCommand('wid=a&utm_source=3&fit=cover&fmt=bmp&qlt=200&id=7');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect((error as Failure).details.map(({ field }) => field)).toEqual(['wid', 'fit', 'fmt', 'qlt']);
    }
  });

  it.each([
    ['width=400', ['width']],
    ['utm_source=mail&utm_medium=a&wid=400', ['utm_source', 'utm_medium']],
    ['fbclid=IwAR0&wid=400', ['fbclid']],
    ['wid=400&__proto__=1', ['__proto__']],
    ['wid=400&toString', ['toString']],
    ['.width=3&wid=400', []],
    ['$size=3&wid=400', []],
    ['=5&wid=400', ['']],
    ['x=%zz&x=%zz&wid=400', ['x']],
    [`${'y'.repeat(100)}=1&wid=400`, [`${'y'.repeat(40)}…`]],
    [
      Array.from({ length: 4_000 }, (_, index) => `x${index}`).join('&'),
      Array.from({ length: 10 }, (_, index) => `x${index}`),
    ],
  ])('ignores unknown names and lists at most ten of them: %.60s', (query, unknown) => {
    expect(unknownNames(query)).toEqual(unknown);
    expect(readImageQuery(query).command).toEqual(
      parseImageCommand(query.includes('wid=400') ? 'wid=400' : ''),
    );
  });

  it.each([
    ['hei=300&amp;wid=400', 'wid=400&hei=300'],
    ['hei=300&amp;amp;wid=400', 'wid=400&hei=300'],
    ['amp;wid=400', 'wid=400'],
    ['wid=400&AMP;HEI=300', 'wid=400&hei=300'],
    ['wid=400&amp;amp;', 'wid=400'],
    ['wid=400&amp;id=7&amp;utm_source=x', 'wid=400&id=7'],
    ['fmt=webp,rgb&amp;wid=400&hei=300', 'wid=400&hei=300&fmt=webp'],
    ['wid=1&amp;wid=2', 'wid=2'],
  ])('reads an address that was HTML-escaped: %s', (query, canonical) => {
    expect(canonicalImageQuery(query)).toBe(canonical);
  });

  it('has commands whose syntax can be printed', () => {
    expect(commandNames.map(syntaxOf)).toEqual(
      expect.arrayContaining([
        'wid=pixels',
        'fit=mode[,upscale]',
        'crop=x,y,width,height',
        'fmt=format[,pixelType[,compression]]',
        'op_usm=amount[,radius[,threshold[,mono]]]',
        'id=number',
      ]),
    );
  });
});

describe('the canonical text', () => {
  it.each([
    ['', ''],
    ['hei=3&wid=2', 'wid=2&hei=3'],
    // A quality that is named stays: the default of a company can be another one.
    ['qlt=80,0&fmt=jpg,rgb,none', 'qlt=80'],
    ['fmt=JPEG,gray', 'fmt=jpeg,gray'],
    ['fmt=pjpeg', 'fmt=pjpeg'],
    // A response that does not depend on the image has no command of it.
    ['req=img&wid=3', 'wid=3'],
    ['wid=3&REQ=Exists,JSON,UTF-8&handler=show&id=7&utm_source=x', 'req=exists,json&handler=show&id=7'],
    ['$large$&$x=3&wid=$x$&req=imageset', 'req=imageset'],
    ['req=set,xml', 'req=set'],
    ['req=props,text&wid=3', 'wid=3&req=props'],
    ['req=set,jsonp,utf-8', 'req=set,json'],
    ['req=$r$&$large$&$r=set', 'req=$r$&$large$&$r=set'],
    ['req=tmb&wid=9', 'wid=9&req=tmb'],
    ['req=mask&fmt=png', 'fmt=png&req=mask'],
    // Only a call of a function has a name, and case matters in it.
    ['handler=show&wid=3', 'wid=3'],
    ['req=exists&handler=show', 'req=exists'],
    ['req=exists,json&handler=S7', 'req=exists,json&handler=S7'],
    ['cache=on&wid=3', 'wid=3'],
    ['cache=off,on', 'cache=off'],
    ['cache=validate', ''],
    ['cache=never', 'cache=never'],
    ['defaultImage=Co%2FComing%20Soon', 'defaultImage=Co%2FComing%20Soon'],
    ['defaultImage=', 'defaultImage='],
    ['DEFAULTIMAGE=a&defaultImage=b', 'defaultImage=b'],
    ['fmt=webp,rgb,lossy', 'fmt=webp'],
    ['fmt=webp,,lossless', 'fmt=webp,rgb,lossless'],
    ['fmt=png-alpha,rgb,none&qlt=3', 'fmt=png-alpha'],
    ['wid=1&hei=1&fit=fit,1', 'wid=1&hei=1'],
    ['wid=1&hei=1&fit=fit', 'wid=1&hei=1&fit=fit'],
    ['wid=1&hei=1&fit=crop,0', 'wid=1&hei=1&fit=crop'],
    ['wid=1&hei=1&fit=crop,1', 'wid=1&hei=1&fit=crop,1'],
    ['wid=1&fit=crop,1', 'wid=1'],
    ['wid=1&fit=vfit,0', 'wid=1&fit=fit'],
    ['qlt=80,1', 'qlt=80,1'],
    ['qlt=50', 'qlt=50'],
    ['qlt=auto,0', 'qlt=auto'],
    ['id=0012&wid=2', 'wid=2&id=12'],
    ["id=a b!'()*&wid=2", 'wid=2'],
    ['id=ü', ''],
  ])('of "%s" is "%s"', (query, text) => {
    expect(canonicalImageQuery(query)).toBe(text);
  });

  it('is read as the command that it was printed from', () => {
    fc.assert(
      fc.property(validQuery, (pairs) => {
        const command = parseImageCommand(written(pairs));
        const text = canonicalImageQuery(written(pairs));
        expect(parseImageCommand(text)).toEqual(command);
        expect(canonicalImageQuery(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for any order, case and repetition of the commands', () => {
    fc.assert(
      fc.property(
        validQuery.chain((pairs) =>
          fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
        ),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.constantFrom('wid=9', 'qlt=3', 'id=old', 'fmt=zzz', 'wid=none'),
        ([pairs, shuffled], capitals, overruled) => {
          const other = shuffled.map(([name, value], index): [string, string] => [
            capitals[index] ? name.toUpperCase() : name,
            value,
          ]);
          // An earlier command with a repeated name does not count, whether valid or not.
          const [name] = overruled.split('=');
          const before = pairs.some(([given]) => given === name) ? `${overruled}&` : '';
          expect(canonicalImageQuery(before + written(other))).toBe(canonicalImageQuery(written(pairs)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('or a Failure is the result of any query', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: queryUnit })), (query) => {
        const { command, problems } = readImageQuery(query);
        const canonical = canonicalImageQuery(query);
        expect(canonicalImageQuery(canonical)).toBe(canonical);
        if (command) expect(readImageQuery(canonical).command).toEqual(command);
        else expect(problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

/** What a query can contain (RFC 3986). fc.webQueryParameters() takes seconds to build its alphabet. */
const queryUnit = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789-._~!$&'()*+,;=:@/?"),
  },
  fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
  fc.constantFrom('é', '日', '👟', '\u0300', ' ').map(encodeURIComponent),
);

const pixels = fc.integer({ min: 1, max: imageCommands.wid[0].max }).map(String);
const bit = fc.constantFrom('', ',0', ',1');
const format = fc
  .constantFrom(...Object.entries(imageFormats))
  .chain(([name, { pixelTypes, compressions }]) =>
    fc.oneof(
      fc.constant(name as string),
      fc.constantFrom('', ...pixelTypes).map((pixelType) => `${name},${pixelType}`),
      fc
        .tuple(fc.constantFrom('', ...pixelTypes), fc.constantFrom('', ...compressions))
        .map(([pixelType, compression]) => `${name},${pixelType},${compression}`),
    ),
  );

/** Commands by name, each with a valid value, and `fit` only together with a dimension. */
const validQuery: fc.Arbitrary<[string, string][]> = fc
  .record(
    {
      wid: pixels,
      hei: pixels,
      fit: fc.tuple(fc.constantFrom(...fitModes), bit).map((parts) => parts.join('')),
      fmt: fc.oneof(format, fc.constant('jpg')),
      qlt: fc.tuple(fc.integer({ min: 1, max: 100 }), bit).map((parts) => parts.join('')),
      id: fc.string({ unit: 'grapheme', maxLength: 30 }).map(encodeURIComponent),
    },
    { requiredKeys: [] },
  )
  .map((record) => Object.entries(record) as [string, string][])
  .filter(
    (pairs) =>
      !pairs.some(([name]) => name === 'fit') || pairs.some(([name]) => name === 'wid' || name === 'hei'),
  );

const written = (pairs: readonly [string, string][]) => pairs.map((pair) => pair.join('=')).join('&');
