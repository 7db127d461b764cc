import { describe, expect, it } from 'vitest';
import { zipNames } from '../../../domain/library/zip-names.ts';

const pathsOf = (...files: [folder: string, fileName: string][]) =>
  zipNames(files.map(([folder, fileName]) => ({ folder, fileName })));

describe('The path of a file in a ZIP file', () => {
  it.each([
    ['is its folder and file name', '/autumn/shoes/', 'red.jpg', 'autumn/shoes/red.jpg'],
    ['has no folder at the top', '/', 'red.jpg', 'red.jpg'],
    ['does not lead upwards by its name', '/', '../../etc/passwd', '..-..-etc-passwd'],
    ['does not lead upwards by its folder', '/../a/./', '..', '--/a/-/--'],
    ['is not absolute', '//etc//', '/passwd', 'etc/-passwd'],
    ['has no drive and no backslash', '/', 'C:\\autoexec.bat', 'C--autoexec.bat'],
    ['has no control characters', '/a\u0000b/', 'c\r\n.jpg', 'a-b/c--.jpg'],
    ['is not a device of Windows', '/aux/', 'CON.txt', '-aux/-CON.txt'],
    ['does not end with a dot or a space', '/a. /', 'b.', 'a--/b-'],
    ['is NFC', '/e\u0301/', 'u\u0308.jpg', '\u00e9/\u00fc.jpg'],
    ['is not empty', '/', '', '-'],
    ['has no half of a character', '/', 'a\ud800.jpg', 'a\ufffd.jpg'],
  ])('%s', (_, folder, fileName, path) => {
    expect(pathsOf([folder, fileName])).toEqual([path]);
  });

  it.each<[string, [string, string][], string[]]>([
    [
      'in one folder',
      [
        ['/', 'a.jpg'],
        ['/', 'a.jpg'],
        ['/', 'a (2).jpg'],
        ['/', 'a.jpg'],
      ],
      ['a.jpg', 'a (2).jpg', 'a (2) (2).jpg', 'a (3).jpg'],
    ],
    [
      'in upper and lower case, with folders too',
      [
        ['/Shoes/', 'a.jpg'],
        ['/shoes/', 'A.JPG'],
      ],
      ['Shoes/a.jpg', 'shoes/A (2).JPG'],
    ],
    [
      'composed and decomposed',
      [
        ['/', '\u00e9.jpg'],
        ['/', 'e\u0301.jpg'],
      ],
      ['\u00e9.jpg', '\u00e9 (2).jpg'],
    ],
    [
      'of a file and a folder',
      [
        ['/', 'shoes'],
        ['/shoes/red/', 'a.jpg'],
        ['/shoes/', 'red'],
      ],
      ['shoes (2)', 'shoes/red/a.jpg', 'shoes/red (2)'],
    ],
    [
      'after unsafe characters are replaced',
      [
        ['/', 'a?.jpg'],
        ['/', 'a*.jpg'],
      ],
      ['a-.jpg', 'a- (2).jpg'],
    ],
    [
      'in different folders',
      [
        ['/a/', 'a.jpg'],
        ['/b/', 'a.jpg'],
      ],
      ['a/a.jpg', 'b/a.jpg'],
    ],
  ])('is unique: equal names %s', (_, files, paths) => {
    expect(pathsOf(...files)).toEqual(paths);
  });

  it('has names of at most 255 bytes, also with a number, and keeps the extension', () => {
    const paths = pathsOf(['/', `${'é'.repeat(200)}.jpg`], ['/', `${'é'.repeat(200)}.jpg`]);
    expect(paths.map((path) => path.slice(-8))).toEqual(['éééé.jpg', ' (2).jpg']);
    for (const path of paths) expect(Buffer.byteLength(path)).toBeLessThanOrEqual(255);
    expect(new Set(paths).size).toBe(2);
  });

  it('is found quickly for 10,000 files of the same name', () => {
    const paths = zipNames(Array.from({ length: 10_000 }, () => ({ folder: '/', fileName: 'a.jpg' })));
    expect(new Set(paths).size).toBe(10_000);
    expect(paths.at(-1)).toBe('a (10000).jpg');
  });
});
