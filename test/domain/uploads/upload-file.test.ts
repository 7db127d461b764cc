import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLaterUpload, type UploadMoment } from '../../../domain/uploads/upload-file.ts';

const moment = fc.record({
  uploadedAt: fc.constantFrom(
    '2026-11-24T08:00:00.000Z',
    '2026-11-24T08:00:01.000Z',
    '2026-11-24T08:00:02.000Z',
  ),
  uploadJobId: fc.constantFrom('01A', '01B', '01C'),
});

describe('the later of two uploads', () => {
  it.each([
    ['is later by time', { uploadedAt: '2026-11-24T08:00:01.000Z', uploadJobId: '01A' }, true],
    ['is later by job within a second', { uploadedAt: '2026-11-24T08:00:00.000Z', uploadJobId: '01C' }, true],
    ['is not the earlier one', { uploadedAt: '2026-11-24T07:59:59.000Z', uploadJobId: '01C' }, false],
    ['is not the same upload', { uploadedAt: '2026-11-24T08:00:00.000Z', uploadJobId: '01B' }, false],
  ])('%s', (_, upload, later) => {
    expect(isLaterUpload(upload, { uploadedAt: '2026-11-24T08:00:00.000Z', uploadJobId: '01B' })).toBe(later);
  });

  it('is a strict total order', () => {
    const equal = (a: UploadMoment, b: UploadMoment) =>
      a.uploadedAt === b.uploadedAt && a.uploadJobId === b.uploadJobId;
    fc.assert(
      fc.property(moment, moment, moment, (a, b, c) => {
        expect(Number(isLaterUpload(a, b)) + Number(isLaterUpload(b, a))).toBe(equal(a, b) ? 0 : 1);
        if (isLaterUpload(a, b) && isLaterUpload(b, c)) expect(isLaterUpload(a, c)).toBe(true);
      }),
    );
  });
});
