import { describe, expect, it } from 'vitest';
import { mayReadSource, parseSourceBuckets } from '../../../domain/uploads/source-buckets.ts';
import { subfolder } from '../../../domain/uploads/subfolder.ts';
import {
  isUnchanged,
  nameInUrl,
  pathBelowPrefix,
  shownUrl,
  splitSourcePath,
} from '../../../domain/uploads/upload-source.ts';

describe('The buckets of a deployment', () => {
  it.each([
    ['off', []],
    ['', undefined],
    ['luma:acme', [{ company: 'luma', bucket: 'acme', prefix: '' }]],
    [
      'luma:acme/web/, *:shared.fonts',
      [
        { company: 'luma', bucket: 'acme', prefix: 'web/' },
        { company: '*', bucket: 'shared.fonts', prefix: '' },
      ],
    ],
    ['acme', undefined],
    ['luma:Acme', undefined],
    ['luma:acme/*', undefined],
    ['luma:acme,,', undefined],
    ['**:acme', undefined],
  ])('%j are %j', (text, buckets) => {
    expect(parseSourceBuckets(text)).toEqual(buckets);
  });

  const buckets = parseSourceBuckets('luma:acme/web/,*:shared') ?? [];
  it.each([
    ['luma', 'acme', 'web/', true],
    ['luma', 'acme', 'web/autumn', true],
    ['luma', 'acme', 'we', false],
    ['luma', 'acme', '', false],
    ['luma', 'acme', '../web/', false],
    ['other', 'acme', 'web/', false],
    ['other', 'shared', '', true],
    ['luma', 'acme2', 'web/', false],
  ])('let %s read %s/%s: %s', (company, bucket, prefix, may) => {
    expect(mayReadSource(buckets, company, { bucket, prefix })).toBe(may);
  });
});

describe('A file of a source', () => {
  it.each([
    ['a.png', { folders: [], name: 'a.png' }],
    ['a/b/c.png', { folders: ['a', 'b'], name: 'c.png' }],
    ['../c.png', { folders: ['..'], name: 'c.png' }],
    ['/c.png', { folders: [''], name: 'c.png' }],
    ['a/', undefined],
    ['.DS_Store', undefined],
    ['a/.hidden', undefined],
    ['a/THUMBS.DB', undefined],
    ['desktop.ini', undefined],
    ['__MACOSX/a.png', undefined],
    ['.git/a.png', undefined],
  ])('at %s is %j', (path, split) => {
    expect(splitSourcePath(path)).toEqual(split);
  });

  it.each([
    ['web/a.png', '', 'web/a.png'],
    ['web/a.png', 'web/', 'a.png'],
    ['web/a/b.png', 'web/', 'a/b.png'],
    ['web/autumn/b.png', 'web/au', 'autumn/b.png'],
    ['web', 'we', 'web'],
  ])('%s below %j is %s', (key, prefix, path) => {
    expect(pathBelowPrefix(key, prefix)).toBe(path);
  });

  it.each([
    [[], '/shop/'],
    [['a', 'Über'], '/shop/a/Über/'],
    [['e\u0301'], '/shop/\u00e9/'],
  ])('in the folders %j belongs into %s', (names, folder) => {
    expect(subfolder('/shop/', names)).toBe(folder);
  });

  it.each([
    [['..'], 'is not a path within the source'],
    [['a', '.'], 'is not a path within the source'],
    [['a', '', 'b'], 'is not a path within the source'],
    [['a\\b'], 'is not a path within the source'],
    [['x'.repeat(101)], 'a name of 101 characters'],
    [['a\u202eb'], 'contains U+202E'],
    [Array.from({ length: 6 }, () => 'x'.repeat(90)), 'at most 500 are allowed'],
  ])('in the folders %j is refused', (names, reason) => {
    expect(() => subfolder('/shop/', names)).toThrow(reason);
  });

  it.each([
    [undefined, { etag: '"a"' }, false],
    [{ etag: '"a"', bytes: 1 }, { etag: '"a"', bytes: 1 }, true],
    [{ etag: '"a"', bytes: 1 }, { etag: '"a"', bytes: 2 }, false],
    [{ etag: '"a"', modified: 'x' }, { etag: '"b"', modified: 'x' }, false],
    [{ modified: 'x' }, { modified: 'x' }, true],
    [{ modified: 'x' }, { modified: 'y' }, false],
    [{ etag: '"a"', modified: 'x' }, { modified: 'x' }, true],
    [{ bytes: 1 }, { bytes: 1 }, false],
    [{}, {}, false],
  ])('that was %j and is %j is unchanged: %s', (before, now, unchanged) => {
    expect(isUnchanged(before, now)).toBe(unchanged);
  });

  it.each([
    ['https://a.example/b/red%20shoe.jpg?x=1', 'red shoe.jpg'],
    ['https://a.example/', ''],
    ['https://a.example/%ZZ.png', '%ZZ.png'],
  ])('at %s has the name %j', (url, name) => {
    expect(nameInUrl(new URL(url))).toBe(name);
  });

  it.each([
    ['https://a.example/b?key=secret', 'https://a.example/b?…'],
    ['https://a.example/b', 'https://a.example/b'],
  ])('at %s is shown as %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
  });
});
