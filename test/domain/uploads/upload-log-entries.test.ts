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

describe('the log entry of a file', () => {
  it.each([
    [{ action: 'create' }, 'chair', 'created'],
    [{ action: 'overwrite', moves: false }, 'chair', 'overwritten, now version 3'],
    [{ action: 'overwrite', moves: true }, 'chair', 'overwritten, now version 3, moved from /old/ to /new/'],
    [renamed('in-trash'), 'chair-1', 'renamed to chair-1, because chair is in the trash'],
    [
      renamed('built'),
      'chair-1',
      'renamed to chair-1, because chair is of type image, which a file cannot replace',
    ],
    [
      renamed('same-upload'),
      'chair-2',
      'renamed to chair-2, because the same upload has another file with the id chair',
    ],
    [
      renamed('has-derived'),
      'chair-1',
      'renamed to chair-1, because images are derived from chair, and only an image can replace it',
    ],
    [renamed('other-folder'), 'chair-1', 'renamed to chair-1, because chair is in /old/'],
    [renamed('other-extension'), 'chair-1', 'renamed to chair-1, because chair is the file chair.png'],
  ] as const)('describes %j', (decision, id, text) => {
    expect(describeUploadDecision(decision, 'chair', { id, version: 3, folder: '/new/' }, found)).toBe(text);
  });

  it('names the new id of a renamed asset', () => {
    const former = { ...found, trashed: { at: 'then', by: 'ann', renamedTo: 'stool' } };
    const asset = { id: 'chair-1', version: 1, folder: '/' };
    expect(describeUploadDecision(renamed('in-trash'), 'chair', asset, former)).toBe(
      'renamed to chair-1, because chair is the former id of stool',
    );
  });

  it('of another type names up to ten of the sets that contain the asset', () => {
    expect(setsWarning('pdf', ['views'])).toMatch(/type is now pdf.*: views$/);
    expect(
      setsWarning(
        'pdf',
        Array.from({ length: 12 }, (_, n) => `s${n}`),
      ),
    ).toMatch(/s9, and 2 more$/);
  });

  it('has its warnings, with the outcome warning', () => {
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
