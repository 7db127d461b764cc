import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetIdOf, maxAssetIdLength, renamedFileName } from '../../../domain/assets/asset-id.ts';
import { findFreeId, numberedId } from '../../../domain/uploads/free-id.ts';

async function find(taken: readonly string[]) {
  let looks = 0;
  const id = await findFreeId('chair', async (candidate) => {
    looks += 1;
    return taken.includes(candidate);
  });
  return { id, looks };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `chair-${index + 1}`);

describe('the next free id', () => {
  it.each([
    ['no number', [], 'chair-1'],
    ['the first number', numbered(1), 'chair-2'],
    ['three numbers', numbered(3), 'chair-4'],
    ['seven numbers', numbered(7), 'chair-8'],
    ['ten numbers', numbered(10), 'chair-11'],
    ['a later number', ['chair-2'], 'chair-1'],
    ['only the id itself', ['chair'], 'chair-1'],
  ])('is right if %s is taken', async (_, taken, id) => {
    expect((await find(taken)).id).toBe(id);
  });

  it('is found in few reads, and follows one that is taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2_000 }), async (count) => {
        const { id, looks } = await find(numbered(count));
        expect(id).toBe(`chair-${count + 1}`);
        expect(looks).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count + 2)) + 1);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 40 })), async (numerals) => {
        const { id } = await find(numerals.map((numeral) => `chair-${numeral}`));
        const numeral = Number(id.slice('chair-'.length));
        expect(numerals).not.toContain(numeral);
        if (numeral > 1) expect(numerals).toContain(numeral - 1);
      }),
    );
  });

  it('is refused if a million numbers are taken', async () => {
    await expect(findFreeId('chair', async () => true)).rejects.toMatchObject({
      code: 'upload.file-refused',
    });
  });
});

describe('an id with a number', () => {
  it.each([
    ['chair', 1, 'chair-1'],
    ['chair-1', 1, 'chair-1-1'],
    ['ä', 12, 'ä-12'],
    ['x'.repeat(200), 1, `${'x'.repeat(198)}-1`],
    ['🪑'.repeat(200), 10, `${'🪑'.repeat(99)}-10`],
    ['é'.repeat(200), 10, `${'é'.repeat(197)}-10`],
    ['靴'.repeat(133), 1, `${'靴'.repeat(132)}-1`],
    [`${'x'.repeat(197)} xx`, 1, `${'x'.repeat(197)}-1`],
  ])('of %s and %i is right', (id, numeral, expected) => {
    expect(numberedId(id, numeral)).toBe(expected);
  });

  it('is valid, and its file name gives it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 2 ** 20 }),
        (name, numeral) => {
          let id: string;
          try {
            id = assetIdOf(`${name}.png`);
          } catch {
            return;
          }
          const other = numberedId(id, numeral);
          expect([...other].length).toBeLessThanOrEqual(maxAssetIdLength);
          const fileName = renamedFileName(`${name}.png`, other);
          expect(fileName.endsWith('.png')).toBe(true);
          expect(assetIdOf(fileName)).toBe(other);
        },
      ),
    );
  });

  it('of a file without an extension is its file name', () => {
    expect(renamedFileName('LICENSE', 'LICENSE-1')).toBe('LICENSE-1');
  });
});
