import { describe, expect, it } from 'vitest';
import type { ExistingAsset, UploadDecision } from '../../../domain/uploads/overwrite.ts';
import {
  acceptedFileLogEntry,
  describeUploadDecision,
  setsWarning,
  similarWarning,
} from '../../../domain/uploads/upload-log-entries.ts';

const found: ExistingAsset = { type: 'image', folder: '/old/', fileName: 'chair.png', derivedCount: 2 };
const renamed = (reason: (UploadDecision & { action: 'rename' })['reason']) =>
  ({ action: 'rename', reason }) as const;

describe('how a file came into the library', () => {
  it.each([
    [{ action: 'create' }, 'chair', 'created'],
    [{ action: 'overwrite', moves: false }, 'chair', 'overwritten, now version 3'],
    [{ action: 'overwrite', moves: true }, 'chair', 'overwritten, now version 3, moved from /old/ to /new/'],
    [renamed('in-trash'), 'chair-1', 'renamed to chair-1, as chair lies in the trash'],
    [renamed('built'), 'chair-1', 'renamed to chair-1, as chair is no file but of type image'],
    [
      renamed('same-upload'),
      'chair-2',
      'renamed to chair-2, as the same upload has put another file at chair',
    ],
    [
      renamed('has-derived'),
      'chair-1',
      'renamed to chair-1, as other images are derived from chair, and only an image can replace it',
    ],
    [renamed('other-folder'), 'chair-1', 'renamed to chair-1, as chair lies in /old/'],
    [renamed('other-extension'), 'chair-1', 'renamed to chair-1, as chair is chair.png'],
  ] as const)('%j is told', (placement, id, how) => {
    expect(describeUploadDecision(placement, 'chair', { id, version: 3, folder: '/new/' }, found)).toBe(how);
  });

  it('tells what an id leads to since its asset was renamed', () => {
    const former = { ...found, trashed: { at: 'then', by: 'ann', renamedTo: 'stool' } };
    const asset = { id: 'chair-1', version: 1, folder: '/' };
    expect(describeUploadDecision(renamed('in-trash'), 'chair', asset, former)).toBe(
      'renamed to chair-1, as chair is what stool was called before',
    );
  });

  it('of another type than before names the sets that show it, ten of them', () => {
    expect(setsWarning('pdf', ['views'])).toMatch(/of type pdf now.*: views$/);
    expect(
      setsWarning(
        'pdf',
        Array.from({ length: 12 }, (_, n) => `s${n}`),
      ),
    ).toMatch(/s9, and 2 more$/);
  });

  it('is told with its warnings, as a warning', () => {
    const file = { name: 'chair.png', assetId: 'chair', bytes: 9 };
    const warnings = [similarWarning(['Chair', 'CHAIR'])];
    expect(acceptedFileLogEntry(file, 'published', 'created; published', warnings, 'now', 'image')).toEqual({
      time: 'now',
      asset: 'chair',
      type: 'image',
      outcome: 'warning',
      message: 'chair.png: created; published. Its id differs only by case from Chair, CHAIR',
      bytes: 9,
    });
  });
});
