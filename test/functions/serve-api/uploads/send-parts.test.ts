import { describe, expect, it } from 'vitest';
import { sum, uploadFile, uploadJob, uploadJobId } from '../api-records.ts';
import { ask, type Replacements, shipped } from '../ask.ts';

const all = Array.from({ length: 8 }, (_, index) => ({
  part: index + 1,
  etag: `"e${index + 1}"`,
  sha256: sum,
}));
const sign = (dependencies: Replacements = {}, parts: unknown = [{ part: 8, sha256: sum }]) =>
  ask(
    'user',
    { method: 'POST', path: `/uploads/${uploadJobId}/files/1/parts`, body: { parts } },
    dependencies,
  );
const complete = (dependencies: Replacements = {}, parts: unknown = all) =>
  ask(
    'user',
    { method: 'POST', path: `/uploads/${uploadJobId}/files/1/complete`, body: { parts } },
    dependencies,
  );

describe('parts of a file', () => {
  it('are signed each for its own length', async () => {
    const signed: unknown[] = [];
    const response = await sign(
      {
        signPart: async (part) => {
          signed.push(part);
          return { url: `https://uploads.example/${part.part}`, headers: {} };
        },
      },
      [
        { part: 1, sha256: sum },
        { part: 8, sha256: sum },
      ],
    );
    expect(response.body).toMatchObject({
      parts: [
        { part: 1, method: 'PUT', url: 'https://uploads.example/1', expires: '2026-11-24T09:30:00.000Z' },
        { part: 8, method: 'PUT', url: 'https://uploads.example/8' },
      ],
    });
    const upload = { key: `luma/${uploadJobId}/1`, uploadId: 'upload-1', sha256: sum };
    expect(signed).toEqual([
      { ...upload, part: 1, bytes: 16 * 1024 * 1024 },
      { ...upload, part: 8, bytes: 8 * 1024 * 1024 },
    ]);
  });

  it.each([
    ['the first', 'new', 'new', []],
    ['one of two that ask at once', 'new', 'theirs', ['new']],
  ])('begin an upload when %s is asked for', async (_, begun, kept, dropped) => {
    const gone: string[] = [];
    const used: string[] = [];
    await sign({
      getFile: async () => uploadFile,
      beginMultipartUpload: async () => begun,
      ensureUploadId: async () => kept,
      abortMultipartUpload: async (_key, uploadId) => {
        gone.push(uploadId);
      },
      signPart: async (part) => {
        used.push(part.uploadId);
        return { url: 'https://uploads.example/1', headers: {} };
      },
    });
    expect(used).toEqual([kept]);
    expect(gone).toEqual(dropped);
  });

  it('are put together in their order', async () => {
    const completed: unknown[] = [];
    const response = await complete(
      {
        completeMultipartUpload: async (key, uploadId, parts) => {
          completed.push({ key, uploadId, parts });
          return 'completed';
        },
      },
      [...all].reverse(),
    );
    expect(response).toMatchObject({ status: 202, body: { file: 1, name: 'film.mp4', assetId: 'film' } });
    expect(completed).toEqual([
      { key: `luma/${uploadJobId}/1`, uploadId: expect.stringMatching(/^upload-/), parts: all },
    ]);
  });

  it('may be put together once more', async () => {
    expect((await complete({ completeMultipartUpload: async () => 'missing' })).status).toBe(202);
  });

  it.each([
    ['one is missing', {}, all.slice(1), 'are 7; the file has 8'],
    ['none was asked for', { getFile: async () => uploadFile }, all, 'were never sent'],
  ])('are not put together when %s', async (_, dependencies, parts, text) => {
    const response = await complete(dependencies, parts);
    expect(response.status).toBe(400);
    expect(response.body.errors).toEqual([{ field: 'parts', message: expect.stringContaining(text) }]);
  });

  it.each([
    ['the job is stopping', { getJob: async () => ({ ...uploadJob, status: 'stopping' as const }) }],
    ['the job has ended', { getJob: async () => ({ ...uploadJob, status: 'succeeded' as const }) }],
    ['the job is too old', { getJob: async () => ({ ...uploadJob, submitted: '2026-11-23T08:00:00.000Z' }) }],
    ['the file is decided on', { getFile: async () => ({ ...uploadFile, state: 'settled' as const }) }],
    [
      'the file was refused',
      {
        getFile: async () => {
          const { assetId: _, ...refused } = uploadFile;
          return refused;
        },
      },
    ],
  ])('are not taken any more when %s', async (_, dependencies) => {
    for (const response of [await sign(dependencies), await complete(dependencies)]) {
      expect(response).toMatchObject({ status: 409, body: { code: 'upload.closed' } });
    }
  });

  it('are not for a file that is sent in one piece', async () => {
    const response = await sign({ getFile: async () => ({ ...uploadFile, bytes: 9 }) });
    expect(response.body).toMatchObject({ code: 'request.invalid', errors: [{ field: 'file' }] });
    expect(await shipped.uploads.getFile('luma', uploadJobId, 1)).toBeDefined();
  });
});
