import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import { type UploadedMedia, uploadAsset } from '../../../domain/uploads/upload-asset.ts';

const upload: UploadedMedia = {
  company: 'luma',
  id: 'shoe',
  folder: '/new/',
  fileName: 'shoe.webp',
  facts: {
    type: 'image',
    mimeType: 'image/webp',
    bytes: 9,
    width: 4,
    height: 3,
    colourSpace: 'srgb',
    hasAlpha: true,
  },
  masterKey: 'luma/shoe',
  masterVersionId: 'v2',
  uploadedAt: '2026-11-24T08:00:00.000Z',
  uploadJobId: '01B',
  uploadedBy: 'ben',
};
const now = '2026-11-24T08:00:05.000Z';

describe('the asset that an upload makes', () => {
  it('is new in version 1', () => {
    expect(uploadAsset(undefined, upload, 'pending', now)).toEqual({
      ...upload.facts,
      company: 'luma',
      id: 'shoe',
      folder: '/new/',
      fileName: 'shoe.webp',
      masterKey: 'luma/shoe',
      masterVersionId: 'v2',
      uploadedAt: '2026-11-24T08:00:00.000Z',
      uploadJobId: '01B',
      version: 1,
      intent: 'pending',
      publications: {},
      created: now,
      createdBy: 'ben',
      modified: now,
      modifiedBy: 'ben',
    });
  });

  it('is the next version of the replaced asset, with its metadata and publications and without its old facts', () => {
    const before: Asset = {
      ...uploadAsset(
        undefined,
        { ...upload, facts: { ...upload.facts, orientation: 6 }, uploadedBy: 'ann' },
        'live',
        '2026-01-01T00:00:00.000Z',
      ),
      version: 4,
      title: 'A shoe',
      keywords: ['shoe'],
      fields: { sku: 'RS-1' },
      derivedCount: 2,
      publications: {
        'image-serving': { version: 4, at: '2026-01-02T00:00:00.000Z', by: 'ann', key: 'luma/image/shoe' },
      },
    };
    const after = uploadAsset(before, upload, 'live', now);
    expect(after).toMatchObject({
      version: 5,
      title: 'A shoe',
      keywords: ['shoe'],
      fields: { sku: 'RS-1' },
      derivedCount: 2,
      folder: '/new/',
      created: before.created,
      createdBy: 'ann',
      modified: now,
      modifiedBy: 'ben',
    });
    expect(after.publications).toEqual(before.publications);
    expect(after).not.toHaveProperty('orientation');
  });
});
