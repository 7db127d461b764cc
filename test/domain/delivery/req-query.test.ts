/** One response has one key at the edge, and different responses have different ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalImageQuery } from '../../../domain/delivery/canonical-image-query.ts';
import { type ReqFormat, reqKindNames, reqKinds } from '../../../domain/delivery/req-kinds.ts';

/** Kinds whose response depends on image commands. */
const dependent = ['img', 'tmb', 'mask', 'props', 'validate', 'resolve'];

/** Every kind with each of its formats, as a value of `req`. */
const requests = reqKindNames.flatMap((kind) => {
  const formats: readonly ReqFormat[] = reqKinds[kind];
  return formats.length === 0 ? [kind] : formats.map((format) => `${kind},${format}`);
});

const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) =>
      [...text].map((letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join(''),
    );

const commands = fc.constantFrom(
  'wid=30',
  'fmt=png',
  '$large$',
  '$x=3',
  'crop=1,2,3,4',
  'utm_source=a',
  'cache=off',
);

describe('the canonical form of a query with req', () => {
  it('is one for all spellings, encodings and orders', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...requests).chain((request) => fc.tuple(fc.constant(request), anyCase(request))),
        fc.boolean(),
        ([request, spelling], isEncoded) => {
          const plain = canonicalImageQuery(`req=${request}&id=7`);
          const value = isEncoded ? encodeURIComponent(`${spelling},UTF-8`) : spelling;
          const sent = isEncoded && !request.includes(',') ? spelling : value;
          expect(canonicalImageQuery(`ID=07&REQ=${sent}`)).toBe(plain);
          expect(canonicalImageQuery(plain)).toBe(plain);
        },
      ),
    );
  });

  it('has no image commands where the response does not depend on the image', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...requests.filter((request) => !dependent.includes(request.split(',')[0] ?? ''))),
        fc.array(commands, { maxLength: 4 }),
        fc.array(commands, { maxLength: 4 }),
        (request, before, after) => {
          const query = [...before, `req=${request}`, ...after].join('&');
          expect(canonicalImageQuery(query)).toBe(canonicalImageQuery(`req=${request}`));
        },
      ),
    );
  });

  it('differs for each kind, format, handler and number', () => {
    const keys = requests.flatMap((request) =>
      ['', '&id=1', '&id=2'].map((more) => canonicalImageQuery(`req=${request}${more}`)),
    );
    expect(new Set(keys).size).toBe(keys.length);
    const handlers = ['', '&handler=a', '&handler=A', '&handler=b'];
    expect(new Set(handlers.map((more) => canonicalImageQuery(`req=set,json${more}`))).size).toBe(4);
  });

  it.each(['tmb', 'mask', 'props'])('keeps the commands that req=%s depends on', (kind) => {
    const keys = ['', 'wid=30&', 'wid=31&', 'wid=30&bgc=ff0000&', '$large$&'].map((commands) =>
      canonicalImageQuery(`${commands}req=${kind}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
