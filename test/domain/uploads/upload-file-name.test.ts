import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../domain/failure.ts';
import { maxFileNameBytes, uploadFileName } from '../../../domain/uploads/upload-file-name.ts';
import { utf8Bytes } from '../../../domain/utf8-bytes.ts';

describe('the name of an uploaded file', () => {
  it.each([
    ['red shoe.jpg', 'red shoe.jpg'],
    ['press/logo.jpg', 'logo.jpg'],
    ['x/../../../other/pic.png', 'pic.png'],
    ['/etc/passwd', 'passwd'],
    ['C:\\pictures\\shoe.tif', 'shoe.tif'],
    ['a\\b/c.png', 'c.png'],
    ['a/b\\c.png', 'c.png'],
    ['//server/share/shoe.png', 'shoe.png'],
    ['cafe\u0301.jpg', 'café.jpg'],
    ['a?b%2Fc.jpg', 'a?b%2Fc.jpg'],
    ['می\u200cخواهم.jpg', 'می\u200cخواهم.jpg'],
    [`${'x'.repeat(436)}.jpg`, `${'x'.repeat(436)}.jpg`],
  ])('of %j is %j', (given, name) => {
    expect(uploadFileName(given, 'files[0].name')).toBe(name);
  });

  it.each([
    ['folder/', 'must end with the name of a file'],
    ['folder\\', 'must end with the name of a file'],
    ['lo\u0000go.jpg', 'U+0000'],
    ['\u001b[2Jlogo.jpg', 'U+001B'],
    ['logo.jpg\r\nset-cookie: a=b', 'U+000D'],
    ['invoice\u202egpj.exe', 'U+202E'],
    ['zero\u200bwidth.jpg', 'U+200B'],
    ['\ufefflogo.jpg', 'U+FEFF'],
    ['soft\u00adhyphen.jpg', 'U+00AD'],
    ['join\u200der.jpg', 'U+200D'],
    ['line\u2028.jpg', 'U+2028'],
    [`${'靴'.repeat(146)}.jpg`, 'must have at most 440 bytes in UTF-8; it has 442'],
  ])('cannot be %j', (given, rule) => {
    expect(() => uploadFileName(given, 'files[3].name')).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        details: [{ field: 'files[3].name', message: expect.stringContaining(rule) }],
      }),
    );
  });

  it('is one segment of a path in NFC that a key has room for, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (given) => {
        let name: string;
        try {
          name = uploadFileName(given, 'name');
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          return;
        }
        expect(name).not.toMatch(/[/\\\p{Cc}]/u);
        expect(name).toBe(name.normalize('NFC'));
        expect(utf8Bytes(name)).toBeLessThanOrEqual(maxFileNameBytes);
        expect(uploadFileName(name, 'name')).toBe(name);
      }),
      { numRuns: 500 },
    );
  });
});
