import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  childWithin,
  folderName,
  isWithin,
  movedPath,
  parentFolder,
  withParents,
} from '../../../domain/library/folder-path.ts';

const name = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  .filter((text) => !/[/\\\p{Cc}]/u.test(text) && text !== '.' && text !== '..');
const path = fc.array(name, { maxLength: 5 }).map((names) => `/${names.map((part) => `${part}/`).join('')}`);
const below = (parent: string) => path.map((rest) => parent + rest.slice(1));

describe('the path of a folder', () => {
  it.each([
    ['/', undefined, '', []],
    ['/autumn/', '/', 'autumn', ['/autumn/']],
    ['/autumn/red shoes/', '/autumn/', 'red shoes', ['/autumn/', '/autumn/red shoes/']],
    ['/é (2)/ü/', '/é (2)/', 'ü', ['/é (2)/', '/é (2)/ü/']],
  ] as const)('%s has its parent, name and parents', (folder, parent, last, parents) => {
    expect(parentFolder(folder)).toBe(parent);
    expect(folderName(folder)).toBe(last);
    expect(withParents(folder)).toEqual(parents);
  });

  it.each([
    ['/a/b/', '/a/', true],
    ['/a/', '/a/', true],
    ['/a/', '/', true],
    ['/ab/', '/a/', false],
    ['/a/', '/a/b/', false],
  ])('%s is within %s: %s', (folder, ancestor, expected) => {
    expect(isWithin(folder, ancestor)).toBe(expected);
  });

  it('consists of its parent and its name', () => {
    fc.assert(
      fc.property(path, (folder) => {
        const parent = parentFolder(folder);
        if (parent === undefined) expect(folder).toBe('/');
        else expect(`${parent}${folderName(folder)}/`).toBe(folder);
      }),
    );
  });

  it('is within one child of each of its parents', () => {
    fc.assert(
      fc.property(
        path.filter((folder) => folder !== '/'),
        (folder) => {
          const parents = withParents(folder);
          expect(parents.at(-1)).toBe(folder);
          for (const [index, child] of parents.entries()) {
            expect(childWithin(folder, parents[index - 1] ?? '/')).toBe(child);
          }
        },
      ),
    );
  });
});

describe('a folder that is moved', () => {
  it('is moved with the folders below it, and back by the opposite move', () => {
    fc.assert(
      fc.property(
        path.chain((from) => fc.tuple(fc.constant(from), below(from), path)),
        ([from, inside, to]) => {
          const moved = movedPath(inside, from, to);
          expect(isWithin(moved, to)).toBe(true);
          expect(movedPath(moved, to, from)).toBe(inside);
        },
      ),
    );
  });

  it('never merges two folders', () => {
    fc.assert(
      fc.property(
        path.chain((from) => fc.tuple(fc.constant(from), below(from), below(from), path)),
        ([from, one, other, to]) => {
          expect(movedPath(one, from, to) === movedPath(other, from, to)).toBe(one === other);
        },
      ),
    );
  });
});
