import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetIdOf, checkAssetId, maxAssetIdLength } from '../../../domain/assets/asset-id.ts';
import { Failure } from '../../../domain/failure.ts';
import { findHiddenCharacter } from '../../../domain/hidden-character.ts';

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
    ['a\u202egpj.exe', 'U+202E'],
    [`${'靴'.repeat(134)}.jpg`, 'gives an id of 402 bytes in UTF-8; at most 400 are allowed'],
  ])('of %j is refused with a text that names the reason: %s', (fileName, reason) => {
    expect(() => assetIdOf(fileName)).toThrow(
      expect.objectContaining({ code: 'upload.file-refused', message: expect.stringContaining(reason) }),
    );
  });

  it('is a safe last segment of URLs and keys, or the name is refused', () => {
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
        expect(findHiddenCharacter(id)).toBeUndefined();
        expect(new URL(`https://host/${encodeURIComponent(id)}`).pathname.slice(1)).toBe(
          encodeURIComponent(id),
        );
        expect(decodeURIComponent(encodeURIComponent(id))).toBe(id);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an id that a user chose', () => {
  it.each([
    'red-shoe',
    'red shoe',
    'terrace (north)',
    'Ænima (live) 100',
    'café',
    'a.b',
    'v1.2',
    'Übergang im Schnee',
    'x'.repeat(200),
    '日本',
    'می\u200cخواهم',
    'क्\u200dष',
    '👩\u200d👧',
    '靴'.repeat(133),
  ])('can be %s', (id) => {
    expect(() => checkAssetId(id, 'to')).not.toThrow();
  });

  it.each([
    ['with a slash', 'a/b', 'Nearest: "ab"'],
    ['with a percent sign', '100%', 'Nearest: "100"'],
    ['with a space at its end', 'a ', 'Nearest: "a"'],
    ['with a space at its start', ' a', 'Nearest: "a"'],
    ['with a control character', 'a\u0007b', 'U+0007'],
    ['with a right-to-left override', 'a\u202egpj', 'U+202E'],
    ['with a zero-width space', 'a\u200bb', 'U+200B'],
    ['with a byte order mark', '\ufeffa', 'U+FEFF'],
    ['with a soft hyphen', 'a\u00adb', 'U+00AD'],
    ['with a joiner that Latin letters do not need', 'a\u200db', 'U+200D'],
    ['of more bytes than a key holds', '靴'.repeat(134), 'has 402 bytes in UTF-8; at most 400 are allowed'],
    ['of forbidden characters only', '?*', 'ids have 1 to 200 characters'],
    ['of braces only', '{}', 'ids have 1 to 200 characters'],
    ['of a hidden file', '.htaccess', 'do not start with a dot'],
    ['that is too long', 'x'.repeat(201), '1 to 200 characters'],
    ['that is not valid Unicode', '\ud800', 'is not a valid id'],
  ])('cannot be one %s', (_, id, message) => {
    expect(() => checkAssetId(id, 'to')).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        message: expect.stringContaining(message),
        details: [expect.objectContaining({ field: 'to', message: expect.stringContaining(message) })],
      }),
    );
  });

  it('is an id that a file name can give, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (id) => {
        try {
          checkAssetId(id, 'to');
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          return;
        }
        expect(id).not.toMatch(/[\\;/?:@&=+$,*"<>|'{}%\p{Cc}]/u);
        expect(id).toBe(id.trim().normalize('NFC'));
      }),
    );
  });
});
