import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moveAsset } from '../../../application/library/move-asset.ts';
import { renameAsset } from '../../../application/library/rename-asset.ts';
import { republish, restoreAsset } from '../../../application/library/restore-asset.ts';
import { trashAsset } from '../../../application/library/trash-asset.ts';
import { assetIdOf, checkAssetId, renamedFileName } from '../../../domain/assets/asset-id.ts';
import { Failure } from '../../../domain/failure.ts';
import { findHiddenCharacter } from '../../../domain/hidden-character.ts';
import { isInTrash } from '../../../domain/library/trash.ts';
import { findFreeId } from '../../../domain/uploads/free-id.ts';
import { uploadFileName } from '../../../domain/uploads/upload-file-name.ts';
import { utf8Bytes } from '../../../domain/utf8-bytes.ts';
import { at } from '../../support/library-cloud.ts';
import { type FurnishedLibrary, furnishedLibrary, settings } from './furnished-library.ts';

/** Texts that meet each other as names and as folders, among texts of any kind. */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', 'a', 'a.b', 'a.b.c', 'e\u0301', 'a?b '),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 230 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const extension = fc.constantFrom('', '', '', '.b', '.b', '.c', '.image', '.spin-set', '.', '.e\u0301');
const above = fc.constantFrom('', '', '', 'press/', '../', 'x/../../../other/', 'C:\\pictures\\', '/');
const fileName = fc.tuple(above, piece, extension).map((texts) => texts.join(''));
const folder = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('/', '/press/') },
  { weight: 1, arbitrary: fc.constantFrom('/a.b/', '/\u00e9/', `/${'靴'.repeat(80)}/${'靴'.repeat(80)}/`) },
);

const which = fc.nat({ max: 1_000 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('upload' as const), name: fileName, folder }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('build' as const),
      id: fc.tuple(piece, extension).map((texts) => texts.join('')),
      folder,
      type: fc.constantFrom('spin-set' as const, 'template' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('overwrite' as const), which, extension }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rename' as const),
      which,
      to: fc.tuple(piece, extension).map((texts) => texts.join('')),
      redirect: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), which, to: folder }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trash' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), which }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const by = 'ann';

async function take(library: FurnishedLibrary, one: Step): Promise<void> {
  if (one.do === 'upload') {
    const name = uploadFileName(one.name, 'name');
    const wanted = assetIdOf(name);
    const isTaken = library.assets.has(wanted);
    const id = isTaken ? await findFreeId(wanted, async (other) => library.assets.has(other)) : wanted;
    await library.addFile(id, { fileName: isTaken ? renamedFileName(name, id) : name, folder: one.folder });
    return;
  }
  if (one.do === 'build') {
    checkAssetId(one.id, 'id');
    if (!library.assets.has(one.id)) {
      // A file that had the id before a rename keeps its master, which is another version of the same key.
      const masterVersionId = 'a set';
      library.records.set(`luma/${one.id}@${masterVersionId}`, { type: 'spin-set', members: [] });
      await library.addFile(one.id, {
        fileName: one.id,
        folder: one.folder,
        type: one.type,
        masterVersionId,
      });
    }
    return;
  }
  const chosen = [...library.assets.values()].filter(
    ({ trashed }) => (trashed === undefined) === (one.do !== 'restore'),
  );
  const asset = chosen[one.which % Math.max(chosen.length, 1)];
  if (!asset) return;
  switch (one.do) {
    case 'overwrite': {
      const next = {
        ...asset,
        version: asset.version + 1,
        fileName: renamedFileName(`x${one.extension}`, asset.id),
      };
      library.assets.set(asset.id, next);
      await library.dependencies.publishAlone(next, { by, at, settings });
      return;
    }
    case 'rename':
      checkAssetId(one.to, 'to');
      await renameAsset(
        'luma',
        asset.id,
        { to: one.to, redirect: one.redirect, at, by, settings, until: 1 },
        library.dependencies,
      );
      return;
    case 'move':
      await moveAsset(asset, { to: one.to, at, by, settings }, library.dependencies);
      return;
    case 'trash':
      await trashAsset(asset, { by, at, settings }, library.dependencies);
      return;
    case 'restore': {
      if (!isInTrash(asset)) return;
      const restored = await restoreAsset(asset, { settings }, library.dependencies);
      await republish(restored, { by, at, settings, until: 1 }, library.dependencies);
    }
  }
}

it('two assets never share a key on any server, whatever they are called and wherever they are moved', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 20, size: 'max' }), async (steps) => {
      const library = furnishedLibrary();
      for (const one of steps) {
        await take(library, one).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
        });
        // The record of a former id, whose objects are redirects or are gone, keeps what was published.
        for (const { id, publications } of [...library.assets.values()].filter(({ trashed }) => !trashed)) {
          for (const [server, { key, version }] of Object.entries(publications)) {
            const content = library.contentAt(`${server}:${key}`);
            expect(content?.startsWith(`${id} ${version} of `), `${id} at ${key}: ${content}`).toBe(true);
            expect(key).toBe(key.normalize('NFC'));
            expect(findHiddenCharacter(key)).toBeUndefined();
            expect(key.split('/')).not.toContain('..');
            // The longest name of a company has 63 characters.
            expect(utf8Bytes(key) - 'luma'.length + 63).toBeLessThanOrEqual(1_024);
          }
        }
        expect(library.strays().unnamed.filter((key) => !library.contentAt(key)?.startsWith('→'))).toEqual(
          [],
        );
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);
