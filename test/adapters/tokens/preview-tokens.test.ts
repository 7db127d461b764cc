import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  generationOf,
  openPreview,
  revocationOf,
  signPreview,
} from '../../../adapters/tokens/preview-tokens.ts';
import { type PreviewScope, previewPathOf, readPreviewPath } from '../../../domain/delivery/preview-scope.ts';

const key = { generation: 1, key: new Uint8Array(32).fill(7) };
const scope: PreviewScope = {
  company: 'luma',
  id: 'red shoe',
  kind: 'image',
  version: 3,
  expires: 1_764_000_000,
  masterKey: 'luma/red shoe',
  masterVersionId: 'v3',
  mimeType: 'image/png',
  facts: '{"version":3}',
};

const company = fc.constantFrom('luma', 'nova', 'luma-2');
const id = fc.constantFrom('red', 'red shoe', 'reds', 'Red', '靴', 'a\u0301');
const scopes: fc.Arbitrary<PreviewScope> = fc.record(
  {
    company,
    id,
    kind: fc.constantFrom('image', 'content', 'video', 'set', 'thumbnail'),
    version: fc.integer({ min: 1, max: 99 }),
    expires: fc.integer({ min: 1, max: 4_000_000_000 }),
    masterKey: fc.oneof(
      fc.constant('luma/red'),
      fc.tuple(company, id).map((parts) => parts.join('/')),
    ),
    masterVersionId: fc.string({ minLength: 1 }),
    mimeType: fc.constantFrom('image/png', 'video/mp4'),
    recipe: fc.string({ unit: 'grapheme' }),
    facts: fc.string(),
    nonce: fc.string({ minLength: 1 }),
    poster: fc.string({ minLength: 1 }),
  },
  {
    requiredKeys: ['company', 'id', 'kind', 'version', 'expires', 'masterKey', 'masterVersionId', 'mimeType'],
  },
);

describe('the token of a preview', () => {
  it('gives back exactly the scope that was signed', () => {
    fc.assert(
      fc.property(scopes, (one) => {
        expect(openPreview(signPreview(one, key), one, key)).toEqual(one);
      }),
    );
  });

  it('opens no other company, id, kind or version, and no other key opens it', () => {
    fc.assert(
      fc.property(scopes, scopes, fc.uint8Array({ minLength: 32, maxLength: 32 }), (one, other, bytes) => {
        const token = signPreview(one, key);
        const opened = openPreview(token, other, key);
        if (one.company === other.company && one.id === other.id) expect(opened).toEqual(one);
        else expect(opened).toBeUndefined();
        expect(openPreview(token, one, { generation: 1, key: bytes })).toBeUndefined();
        expect(openPreview(token, one, { ...key, generation: 2 })).toBeUndefined();
      }),
    );
  });

  it('is another one for every other scope', () => {
    fc.assert(
      fc.property(scopes, scopes, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(signPreview(one, key)).not.toBe(signPreview(other, key));
        expect(revocationOf(signPreview(one, key))).not.toBe(revocationOf(signPreview(other, key)));
      }),
    );
  });

  it('is refused after any change of it', () => {
    const token = signPreview(scope, key);
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('', 'A', 'B', 'a', '1', '2', '-', '_', '.', '=', ' ', '\u0000'),
        fc.boolean(),
        (position, letter, inserts) => {
          const changed = token.slice(0, position) + letter + token.slice(inserts ? position : position + 1);
          fc.pre(changed !== token);
          expect(openPreview(changed, scope, key)).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '',
    '.',
    '..',
    '1',
    '1.',
    '1..',
    'x.y.z',
    '0.eyJ9.AAAAAAAAAAAAAAAAAAAAAA',
    '01.eyJ9.AAAAAAAAAAAAAAAAAAAAAA',
    '-1.eyJ9.AAAAAAAAAAAAAAAAAAAAAA',
    '1e9.eyJ9.AAAAAAAAAAAAAAAAAAAAAA',
    `1.${'A'.repeat(100_000)}.AAAAAAAAAAAAAAAAAAAAAA`,
    '1.e30.',
    '1.e30.AAAAAAAAAAAAAAAAAAAAA',
    '1.e30.AAAAAAAAAAAAAAAAAAAAAAA',
  ])('does not exist as %.40s', (text) => {
    expect(openPreview(text, scope, key)).toBeUndefined();
  });

  it('cannot be signed with an empty signature or that of another content', () => {
    const [generation, content] = signPreview(scope, key).split('.');
    const signature = revocationOf(signPreview({ ...scope, version: 4 }, key));
    for (const forged of ['', 'A'.repeat(22), signature])
      expect(openPreview(`${generation}.${content}.${forged}`, scope, key)).toBeUndefined();
  });

  it('shows the generation of its key', () => {
    expect(generationOf(signPreview(scope, { ...key, generation: 12 }))).toBe(12);
  });
});

describe('the path of a preview', () => {
  it('names kind, company, id and token of what was signed', () => {
    fc.assert(
      fc.property(scopes, (one) => {
        const token = signPreview(one, key);
        expect(readPreviewPath(previewPathOf(token, one))).toMatchObject({
          token,
          kind: one.kind === 'set' ? 'image' : one.kind,
          company: one.company,
          id: one.id.normalize('NFC'),
        });
      }),
    );
  });

  it.each([
    '/preview',
    '/preview/',
    '/preview/token',
    '/preview/token/',
    '/preview//is/image/luma/red',
    '/preview/token/is/image/luma',
    '/preview/token/is/image/luma/red/more',
    '/preview/token/is/image/luma/..',
    '/preview/token/is/image/luma/%2e%2e',
    '/preview/token/is/image/luma/red%2f..%2fblue',
    '/preview/token/is/image/luma/%ff',
    '/preview/token/is/image/luma/%00',
    '/preview/token/is/image/../image/luma/red',
    '/preview/token/is/image/luma%2fred/x',
    '/preview/token/preview/token/is/image/luma/red',
    '/preview/token/thumbnail/luma',
    '/preview/token/is/thumbnail/luma/red',
    '/preview/to%20ken/is/image/luma/red',
    '/preview/to/ken/is/image/luma/red',
    '/PREVIEW/token/is/image/luma/red',
    '/is/image/luma/red',
    `/preview/${'a'.repeat(6_001)}/is/image/luma/red`,
    '/preview/token\n/is/image/luma/red',
  ])('is none: %.60s', (path) => {
    expect(readPreviewPath(path)).toBeUndefined();
  });
});
