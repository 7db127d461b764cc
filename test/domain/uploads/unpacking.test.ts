import { describe, expect, it } from 'vitest';
import {
  type ArchiveEntry,
  checkArchive,
  filesOfArchive,
  isUnpacked,
  unpackLimits,
} from '../../../domain/uploads/unpacking.ts';

const mebibyte = 1024 ** 2;
const file = (path: string, bytes = 1): ArchiveEntry => ({ path, bytes, kind: 'file' });

describe('An archive', () => {
  it.each([
    ['a.zip', true, undefined, true],
    ['A.TAR', true, undefined, true],
    ['a.zip', undefined, undefined, false],
    ['a.zip', true, 1, false],
    ['a.tar.gz', true, undefined, false],
    ['zip', true, undefined, false],
  ] as const)(
    '%s of an upload with unpack %s, out of the archive %s, is unpacked: %s',
    (name, unpack, fromArchive, is) => {
      expect(isUnpacked(unpack ? { unpack } : {}, { name, ...(fromArchive && { fromArchive }) })).toBe(is);
    },
  );

  it.each<[string, ArchiveEntry[], number, string | undefined]>([
    ['of usual files', [file('a.png', 3 * mebibyte)], 3 * mebibyte, undefined],
    ['of well compressed small files', [file('a.bmp', 90 * mebibyte)], 100_000, undefined],
    ['of many times its size', [file('a.bmp', 101 * mebibyte)], mebibyte, 'it may be a zip bomb'],
    [
      'of large files',
      [file('a.mov', 15 * 1024 ** 3), file('b.mov', 6 * 1024 ** 3)],
      21 * 1024 ** 3,
      'at most 21474836480 are unpacked',
    ],
    [
      'of many files',
      Array.from({ length: unpackLimits.entries + 1 }, () => file('a', 0)),
      100,
      'at most 10000 are unpacked',
    ],
  ])('%s is checked as a whole', (_, entries, bytes, reason) => {
    const check = () => checkArchive(entries, bytes);
    if (reason === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(reason);
  });

  it('gives its files with their folders, and the reasons for those that cannot be taken', () => {
    const entries: ArchiveEntry[] = [
      { path: 'autumn/', bytes: 0, kind: 'folder' },
      file('autumn/shoe.png', 5),
      file('__MACOSX/autumn/._shoe.png'),
      file('../../etc/passwd'),
      file('/etc/passwd'),
      file('a\\b/c.png'),
      { path: 'link.png', bytes: 0, kind: 'other' },
      file('autumn/.DS_Store'),
      file('hat.png', 6),
    ];
    const path = expect.stringContaining('is not a path within the source');
    expect(filesOfArchive('/shop/', entries)).toEqual([
      { entry: 1, listed: { name: 'shoe.png', bytes: 5, folder: '/shop/autumn/' } },
      { entry: 3, listed: { name: 'passwd', bytes: 1, refused: path } },
      { entry: 4, listed: { name: 'passwd', bytes: 1, refused: path } },
      { entry: 5, listed: { name: 'c.png', bytes: 1, refused: path } },
      {
        entry: 6,
        listed: { name: 'link.png', bytes: 0, refused: 'is a link or encrypted, which is not unpacked' },
      },
      { entry: 8, listed: { name: 'hat.png', bytes: 6, folder: '/shop/' } },
    ]);
  });
});
