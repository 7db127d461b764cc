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
  ] as const)('goes by the mode %s', (mode, sameSame, sameOther, otherSame, otherOther) => {
    const rules = { overwrite: true, mode };
    const place = (existing: Partial<ExistingAsset>) =>
      decideUpload(upload, { ...there, ...existing }, rules);
    expect(place({})).toEqual(sameSame);
    expect(place({ fileName: 'chair.png' })).toEqual(sameOther);
    expect(place({ folder: '/b/' })).toEqual(otherSame);
    expect(place({ folder: '/b/', fileName: 'chair.png' })).toEqual(otherOther);
  });

  it.each([
    ['is free', undefined, true, { action: 'create' }],
    ['is free, and nothing is to be overwritten', undefined, false, { action: 'create' }],
    ['is taken, and nothing is to be overwritten', there, false, { action: 'skip' }],
    [
      'is a set, and nothing is to be overwritten',
      { ...there, type: 'image-set' },
      false,
      { action: 'skip' },
    ],
    ['lies in the trash', { ...there, trashed }, true, { action: 'rename', reason: 'in-trash' }],
    [
      'lies in the trash, and nothing is to be overwritten',
      { ...there, trashed },
      false,
      { action: 'rename', reason: 'in-trash' },
    ],
    ['is a set', { ...there, type: 'image-set' }, true, { action: 'rename', reason: 'built' }],
    ['is a template', { ...there, type: 'template' }, true, { action: 'rename', reason: 'built' }],
    ['is a derived image', { ...there, type: 'derived-image' }, true, { action: 'rename', reason: 'built' }],
    [
      'is of the same upload',
      { ...there, uploadJobId: '02' },
      true,
      { action: 'rename', reason: 'same-upload' },
    ],
    ['has derived images', { ...there, derivedCount: 2 }, true, stays],
    ['had derived images', { ...there, derivedCount: 0 }, true, stays],
    ['is of another type', { ...there, type: 'pdf' }, true, stays],
  ] as const)('%s', (_, existing, overwrite, placement) => {
    const rules = { overwrite, mode: 'any-folder-any-extension' } as const;
    expect(decideUpload(upload, existing as ExistingAsset | undefined, rules)).toEqual(placement);
  });

  it('by an image that others are derived from is overwritten only by an image', () => {
    const rules = { overwrite: true, mode: 'any-folder-any-extension' } as const;
    const existing = { ...there, derivedCount: 1 };
    for (const type of fileTypes) {
      const placement: UploadDecision =
        type === 'image'
          ? { action: 'overwrite', moves: false }
          : { action: 'rename', reason: 'has-derived' };
      expect(decideUpload({ ...upload, type }, existing, rules)).toEqual(placement);
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

describe('whatever is there', () => {
  it('nothing in the trash, no set and nothing of the same upload is ever overwritten', () => {
    fc.assert(
      fc.property(existing, fc.boolean(), fc.constantFrom(...overwriteModes), (found, overwrite, mode) => {
        const placement = decideUpload(upload, found, { overwrite, mode });
        expect(placement.action === 'create').toBe(found === undefined);
        if (placement.action === 'skip') expect(overwrite).toBe(false);
        if (placement.action !== 'overwrite') return;
        expect(overwrite).toBe(true);
        expect(found?.trashed).toBeUndefined();
        expect(setTypes as readonly string[]).not.toContain(found?.type);
        expect(found?.uploadJobId).not.toBe(upload.jobId);
        expect(placement.moves).toBe(found?.folder !== upload.folder);
      }),
    );
  });

  it('a mode that asks for less overwrites whatever one overwrites that asks for more', () => {
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
