import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetTypes, fileTypes, setTypes } from '../../../domain/assets/asset.ts';
import {
  decideUpload,
  type ExistingAsset,
  extensionOf,
  overwriteModes,
  type UploadDecision,
} from '../../../domain/uploads/overwrite.ts';

const upload = { folder: '/a/', fileName: 'chair.tif', type: 'image', jobId: '02' } as const;
const there: ExistingAsset = { type: 'image', folder: '/a/', fileName: 'chair.tif', uploadJobId: '01' };
const trashed = { at: '2026-11-24T08:00:00.000Z', by: 'ann' };

const stays = { action: 'overwrite', moves: false };
const moves = { action: 'overwrite', moves: true };
const folder = { action: 'rename', reason: 'other-folder' };
const extension = { action: 'rename', reason: 'other-extension' };

describe('an upload whose id is taken by a file', () => {
  it.each([
    // folder, extension:                 same, same  same, other   other, same  other, other
    ['current-folder-same-extension', stays, extension, folder, folder],
    ['current-folder-any-extension', stays, stays, folder, folder],
    ['any-folder-same-extension', stays, extension, moves, extension],
    ['any-folder-any-extension', stays, stays, moves, moves],
  ] as const)('is decided by the mode %s', (mode, sameSame, sameOther, otherSame, otherOther) => {
    const rules = { overwrite: true, mode };
    const place = (existing: Partial<ExistingAsset>) =>
      decideUpload(upload, { ...there, ...existing }, rules);
    expect(place({})).toEqual(sameSame);
    expect(place({ fileName: 'chair.png' })).toEqual(sameOther);
    expect(place({ folder: '/b/' })).toEqual(otherSame);
    expect(place({ folder: '/b/', fileName: 'chair.png' })).toEqual(otherOther);
  });

  it.each([
    ['free', undefined, true, { action: 'create' }],
    ['free, with overwrite off', undefined, false, { action: 'create' }],
    ['taken, with overwrite off', there, false, { action: 'skip' }],
    ['the id of a set, with overwrite off', { ...there, type: 'image-set' }, false, { action: 'skip' }],
    ['the id of a trashed asset', { ...there, trashed }, true, { action: 'rename', reason: 'in-trash' }],
    [
      'the id of a trashed asset, with overwrite off',
      { ...there, trashed },
      false,
      { action: 'rename', reason: 'in-trash' },
    ],
    ['the id of a set', { ...there, type: 'image-set' }, true, { action: 'rename', reason: 'built' }],
    ['the id of a template', { ...there, type: 'template' }, true, { action: 'rename', reason: 'built' }],
    [
      'the id of a derived image',
      { ...there, type: 'derived-image' },
      true,
      { action: 'rename', reason: 'built' },
    ],
    [
      'the id of a file of the same upload',
      { ...there, uploadJobId: '02' },
      true,
      { action: 'rename', reason: 'same-upload' },
    ],
    ['the id of an asset with derived images', { ...there, derivedCount: 2 }, true, stays],
    ['the id of an asset without derived images', { ...there, derivedCount: 0 }, true, stays],
    ['the id of an asset of another type', { ...there, type: 'pdf' }, true, stays],
  ] as const)('whose id is %s', (_, existing, overwrite, decision) => {
    const rules = { overwrite, mode: 'any-folder-any-extension' } as const;
    expect(decideUpload(upload, existing as ExistingAsset | undefined, rules)).toEqual(decision);
  });

  it('replaces an image with derived images only by an image', () => {
    const rules = { overwrite: true, mode: 'any-folder-any-extension' } as const;
    const existing = { ...there, derivedCount: 1 };
    for (const type of fileTypes) {
      const decision: UploadDecision =
        type === 'image'
          ? { action: 'overwrite', moves: false }
          : { action: 'rename', reason: 'has-derived' };
      expect(decideUpload({ ...upload, type }, existing, rules)).toEqual(decision);
    }
  });
});

const existing = fc.option(
  fc.record(
    {
      type: fc.constantFrom(...assetTypes),
      folder: fc.constantFrom('/', '/a/'),
      fileName: fc.constantFrom('chair.tif', 'chair.png', 'chair'),
      uploadJobId: fc.constantFrom('01', '02'),
      derivedCount: fc.nat(2),
      trashed: fc.constant(trashed),
    },
    { requiredKeys: ['type', 'folder', 'fileName'] },
  ),
  { nil: undefined },
);

describe('for any existing asset', () => {
  it('an upload never overwrites a trashed asset, a set or a file of the same upload', () => {
    fc.assert(
      fc.property(existing, fc.boolean(), fc.constantFrom(...overwriteModes), (found, overwrite, mode) => {
        const decision = decideUpload(upload, found, { overwrite, mode });
        expect(decision.action === 'create').toBe(found === undefined);
        if (decision.action === 'skip') expect(overwrite).toBe(false);
        if (decision.action !== 'overwrite') return;
        expect(overwrite).toBe(true);
        expect(found?.trashed).toBeUndefined();
        expect(setTypes as readonly string[]).not.toContain(found?.type);
        expect(found?.uploadJobId).not.toBe(upload.jobId);
        expect(decision.moves).toBe(found?.folder !== upload.folder);
      }),
    );
  });

  it('a less strict mode overwrites everything that a stricter mode overwrites', () => {
    fc.assert(
      fc.property(existing, (found) => {
        const overwrites = (mode: (typeof overwriteModes)[number]) =>
          decideUpload(upload, found, { overwrite: true, mode }).action === 'overwrite';
        const [strictest, anyExtension, anyFolder, loosest] = overwriteModes.map(overwrites);
        if (strictest) expect([anyExtension, anyFolder]).toEqual([true, true]);
        if (anyExtension || anyFolder) expect(loosest).toBe(true);
      }),
    );
  });
});

describe('the extension of a file name', () => {
  it.each([
    ['chair.tif', 'tif'],
    ['chair.TIF', 'tif'],
    ['a.b.jpeg', 'jpeg'],
    ['chair', ''],
    ['chair.', ''],
    ['.hidden', ''],
  ])('of %s is "%s"', (name, expected) => {
    expect(extensionOf(name)).toBe(expected);
  });
});
