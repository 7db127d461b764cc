import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetIdOf, maxAssetIdLength } from '../../../domain/assets/asset-id.ts';
import { maxIdInPathLength, readDeliveryPath } from '../../../domain/delivery/delivery-path.ts';
import { findHiddenCharacter } from '../../../domain/hidden-character.ts';

describe('a delivery path', () => {
  it.each([
    ['/is/image/luma/red-shoe', 'image', 'red-shoe'],
    ['/is/content/luma/price%20list', 'content', 'price list'],
    ['/e2/luma/film', 'video', 'film'],
    ['/is/image/luma/caf%C3%A9', 'image', 'café'],
    ['/is/image/luma/a(1)!', 'image', 'a(1)!'],
    ['/is/image/luma/a%28b', 'image', 'a(b'],
    ['/is/image/luma/%E9%9D%B4', 'image', '靴'],
    ['/is/image/luma/a..b', 'image', 'a..b'],
    ['/is/image/luma/%72ed', 'image', 'red'],
    [`/is/image/luma/${'%F0%9F%91%9F'.repeat(200)}`, 'image', '👟'.repeat(200)],
  ])('%s names an asset', (path, kind, id) => {
    expect(readDeliveryPath(path)).toEqual({ kind, company: 'luma', id });
  });

  it.each([
    '/',
    '',
    '/favicon.ico',
    '/is/image',
    '/is/image/',
    '/is/image/luma',
    '/is/image/luma/',
    '/is/image/luma//red',
    '/is/image//red',
    '/is/image/luma/a/b',
    '/is/image/luma/red/',
    '//is/image/luma/red',
    '/IS/IMAGE/luma/red',
    '/is/imagex/luma/red',
    '/is/image/luma/..',
    '/is/image/luma/.',
    '/is/image/luma/.hidden',
    '/is/image/luma/%2E%2E',
    '/is/image/../luma/red',
    '/is/image/luma/..%2Fother',
    '/is/image/luma/a%2Fb',
    '/is/image/luma/a%5Cb',
    '/is/image/luma/a%00',
    '/is/image/luma/a%0D%0Ab',
    '/is/image/luma/a%C2%85b',
    '/is/image/luma/a%252Fb',
    '/is/image/luma/%25',
    '/is/image/luma/a+b',
    '/is/image/luma/a%3Fb',
    '/is/image/luma/a%23%26',
    '/is/image/luma/%20a',
    '/is/image/luma/a%20',
    '/is/image/lu%6Da/red',
    '/is/image/.luma/red',
    '/is/image/lu.ma/red',
    `/is/image/${'c'.repeat(64)}/red`,
    `/is/image/luma/${'x'.repeat(201)}`,
    `/is/image/luma/${'%F0%9F%91%9F'.repeat(201)}`,
  ])('%j names nothing', (path) => {
    expect(readDeliveryPath(path)).toBeUndefined();
  });

  it.each([
    '/is/image/luma/%',
    '/is/image/luma/%zz',
    '/is/image/luma/a%C3',
    '/e2/luma/%C0%AF',
    '/is/content/luma/%ED%A0%80',
    '/is/image/luma/\ud800',
  ])('%s is malformed', (path) => {
    expect(readDeliveryPath(path)).toBe('malformed');
  });

  it.each(['a\u037eb', 'a%\u0301', '\u1fef', '\u212b'])('reaches a file that was uploaded as %j', (name) => {
    const id = assetIdOf(`${name}.jpg`);
    expect(readDeliveryPath(`/is/image/luma/${encodeURIComponent(id)}`)).toEqual({
      kind: 'image',
      company: 'luma',
      id: id.normalize('NFC'),
    });
  });

  it('accepts exactly the ids that uploads make', () => {
    expect(maxIdInPathLength).toBe(maxAssetIdLength);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (name) => {
        let id: string;
        try {
          id = assetIdOf(`${name}.jpg`);
        } catch {
          return;
        }
        expect(readDeliveryPath(`/is/image/luma/${encodeURIComponent(id)}`)).toEqual({
          kind: 'image',
          company: 'luma',
          id,
        });
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), (text) => {
        fc.pre(text.isWellFormed() && text === text.normalize('NFC') && !findHiddenCharacter(text));
        const path = readDeliveryPath(`/is/image/luma/${encodeURIComponent(text)}`);
        // Every id that the edge accepts is one that uploads make, except that it does not check the normal form,
        // nor characters that cannot be seen: such an address gets 404 from the origin.
        if (path !== undefined) expect(assetIdOf(`${text}.jpg`)).toBe(text);
      }),
    );
  });
});
