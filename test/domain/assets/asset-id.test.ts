import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetIdOf, maxAssetIdLength } from '../../../domain/assets/asset-id.ts';

describe('the id of a file name', () => {
  it.each([
    ['red-shoe.jpg', 'red-shoe'],
    ['Red Shoe.JPG', 'Red Shoe'],
    ['archive.tar.gz', 'archive.tar'],
    ['no extension', 'no extension'],
    ['100% cotton, blue (2).png', '100 cotton blue (2)'],
    ['a\\b;c/d?e:f@g&h=i+j$k,l*m"n<o>p|q\'r{s}t%u.gif', 'abcdefghijklmnopqrstu'],
    ['tab\there\u0000\u009f.png', 'tabhere'],
    ['#1 & only.png', '#1  only'],
    [' padded .png', 'padded'],
    ['a\u030a.png', '\u00e5'],
    ['a\n.png', 'a'],
    ['靴.webp', '靴'],
    ['👟.avif', '👟'],
    [`${'x'.repeat(200)}.jpg`, 'x'.repeat(200)],
  ])('of %j is %j', (fileName, id) => {
    expect(assetIdOf(fileName)).toBe(id);
  });

  it.each([
    ['???.jpg', 'leaves no id'],
    ['', 'leaves no id'],
    [' .jpg', 'leaves no id'],
    ['.DS_Store', 'hidden'],
    ['.jpg', 'hidden'],
    ['..', 'hidden'],
    [`${'x'.repeat(201)}.jpg`, '201 characters'],
    ['\ud800.jpg', 'Unicode'],
  ])('of %j is refused: %s', (fileName, reason) => {
    expect(() => assetIdOf(fileName)).toThrow(
      expect.objectContaining({ code: 'upload.file-refused', message: expect.stringContaining(reason) }),
    );
  });

  it('is a safe last segment of a URL and of a key, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 260 }), (fileName) => {
        let id: string;
        try {
          id = assetIdOf(fileName);
        } catch (error) {
          expect(error).toMatchObject({ code: 'upload.file-refused' });
          return;
        }
        expect(id).toBe(id.normalize('NFC'));
        expect(id).toBe(id.trim());
        expect([...id].length).toBeLessThanOrEqual(maxAssetIdLength);
        expect(id).not.toMatch(/[\\;/?:@&=+$,*"<>|'{}%\p{Cc}]/u);
        expect(new URL(`https://host/${encodeURIComponent(id)}`).pathname.slice(1)).toBe(
          encodeURIComponent(id),
        );
        expect(decodeURIComponent(encodeURIComponent(id))).toBe(id);
      }),
      { numRuns: 500 },
    );
  });
});
