import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCacheTags } from '../../src/edge/cache-tags.ts';
import { type CachedObject, createEdgeCache } from '../../src/edge/edge-cache.ts';
import { matchesPathPattern, normalisePath } from '../../src/edge/path-pattern.ts';

const object = (objectPath: string, tags: string[] = [], size = 0): CachedObject => ({
  status: 200,
  headers: {},
  body: Buffer.alloc(size),
  isError: false,
  tags,
  objectPath,
  validators: { etag: undefined, lastModified: undefined },
  storedAt: 0,
  freshUntil: 0,
});

describe('createEdgeCache', () => {
  it('invalidates exactly the objects with one of the tags', () => {
    const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(fc.array(tags, { maxLength: 20 }), tags, (objects, invalidated) => {
        const cache = createEdgeCache(1_000_000);
        const begun = cache.begin();
        for (const [index, own] of objects.entries()) cache.set(`k${index}`, object(`/${index}`, own), begun);
        cache.end(begun);
        cache.purge(invalidated.map((tag) => ({ kind: 'tag', tag })));
        for (const [index, own] of objects.entries()) {
          const isInvalidated = own.some((tag) => invalidated.includes(tag));
          expect(cache.get(`k${index}`) === undefined).toBe(isInvalidated);
        }
      }),
    );
  });

  it('never exceeds its size, and counts no object twice', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(4000)), { maxLength: 40 }), (stores) => {
        const cache = createEdgeCache(10_000);
        const begun = cache.begin();
        for (const [key, size] of stores) {
          cache.set(`k${key}`, object('/', [], size), begun);
          expect(cache.bytes).toBeLessThanOrEqual(10_000);
        }
        cache.purge([{ kind: 'path', path: '', wildcard: true }]);
        expect([cache.size, cache.bytes]).toEqual([0, 0]);
      }),
    );
  });

  it('refuses only the objects that were invalidated while they were fetched', () => {
    const cache = createEdgeCache(10_000);
    const early = cache.begin();
    cache.purge([{ kind: 'tag', tag: 'a' }]);
    const late = cache.begin();
    expect(cache.set('one', object('/1', ['a']), early)).toBe(false);
    expect(cache.set('two', object('/2', ['b']), early)).toBe(true);
    expect(cache.set('one', object('/1', ['a']), late)).toBe(true);
  });
});

describe('parseCacheTags', () => {
  it.each([
    ['acme/a', ['acme/a']],
    [' Acme/A ,b,, b', ['acme/a', 'b']],
    [`${'x'.repeat(257)},ok`, ['ok']],
    ['with space, ümlaut, fine', ['fine']],
    [undefined, []],
    [
      ['a', 'b,c'],
      ['a', 'b', 'c'],
    ],
  ])('parses %j as %j', (header, tags) => {
    expect(parseCacheTags(header)).toEqual(tags);
  });

  it('uses the first fifty tags', () => {
    const header = Array.from({ length: 60 }, (_, index) => `t${index}`).join(',');
    expect(parseCacheTags(header)).toHaveLength(50);
    expect(parseCacheTags(header).at(-1)).toBe('t49');
  });
});

describe('path patterns', () => {
  it.each([
    ['/is/image/*', '/is/image/acme/a', true],
    ['is/image/*', '/is/image/acme/a', true],
    ['/is/image/*', '/is/Image/acme/a', false],
    ['*.jpg', '/a/b.jpg', true],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a.c', '/abc', false],
    ['*', '/', true],
  ])('compares the pattern "%s" with %s: %s', (pattern, path, matches) => {
    expect(matchesPathPattern(pattern, path)).toBe(matches);
  });

  it.each([
    ['/a/../b', '/b'],
    ['/a/./b/', '/a/b/'],
    ['/../../b', '/b'],
    ['/%69s/%2f', '/is/%2F'],
    ['/a/%2e%2e/b', '/b'],
  ])('normalises %s to %s', (path, normalised) => {
    expect(normalisePath(path)).toBe(normalised);
  });
});
