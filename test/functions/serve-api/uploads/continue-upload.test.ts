import { routes } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../../domain/jobs/job.ts';
import type { UploadFile } from '../../../../domain/uploads/upload-file.ts';
import { now, sum, uploadFile, uploadJob, uploadJobId } from '../api-records.ts';
import { ask, type Replacements, shipped } from '../ask.ts';

const image: UploadFile = {
  ...uploadFile,
  file: 2,
  name: 'red shoe.png',
  assetId: 'red shoe',
  type: 'image/png',
  bytes: 229,
  sha256: sum,
};
const logEntry: LogEntry = { time: now, outcome: 'recorded', message: 'created; not published yet' };
const read = (dependencies: Replacements = {}) =>
  ask('user', { method: 'GET', path: `/uploads/${uploadJobId}` }, dependencies);
const cancel = (dependencies: Replacements = {}, file = 1) =>
  ask('user', { method: 'POST', path: `/uploads/${uploadJobId}/files/${file}/cancel` }, dependencies);

describe('an upload that is continued', () => {
  it('has a fresh address for each file that has not arrived, and the outcome of each other one', async () => {
    const settled: UploadFile = { ...image, file: 3, state: 'settled', logEntry };
    const { logEntry: _, ...recorded } = { ...settled, file: 4, state: 'recorded' as const };
    const response = await read({
      listFiles: async () => ({ items: [uploadFile, image, settled, recorded] }),
      signUpload: async ({ key }) => ({ url: `https://uploads.example/${key}`, headers: { 'x-sum': sum } }),
    });
    expect(response.status).toBe(200);
    const body = routes.readUpload.response.schema.parse(response.body);
    expect(body.job.id).toBe(uploadJobId);
    expect(body.files).toEqual([
      { file: 1, name: 'film.mp4', assetId: 'film', multipart: { partBytes: 16_777_216, parts: 8 } },
      {
        file: 2,
        name: 'red shoe.png',
        assetId: 'red shoe',
        method: 'PUT',
        url: `https://uploads.example/luma/${uploadJobId}/2`,
        headers: { 'x-sum': sum },
        expires: '2026-11-24T09:30:00.000Z',
      },
      {
        file: 3,
        name: 'red shoe.png',
        assetId: 'red shoe',
        outcome: 'recorded',
        message: 'created; not published yet',
      },
      {
        file: 4,
        name: 'red shoe.png',
        assetId: 'red shoe',
        outcome: 'recorded',
        message: 'red shoe.png: is being published',
      },
    ]);
  });

  it.each([
    ['is stopping', { status: 'stopping' as const }],
    ['has ended', { status: 'stopped' as const }],
    ['is too old', { submitted: '2026-11-23T08:00:00.000Z' }],
  ])('has no address if the job %s', async (_, change) => {
    const response = await read({
      getJob: async () => ({ ...uploadJob, ...change }),
      listFiles: async () => ({ items: [image] }),
    });
    expect(response.body.files).toEqual([
      {
        file: 2,
        name: 'red shoe.png',
        assetId: 'red shoe',
        outcome: 'not-reached',
        message: 'red shoe.png: had not arrived when the upload was closed',
      },
    ]);
  });

  it.each([
    ['does not exist', async () => undefined, 404],
    ['belongs to somebody else', async () => ({ ...uploadJob, submittedBy: 'somebody else' }), 403],
  ])('is refused if it %s', async (_, getJob, status) => {
    expect((await read({ getJob })).status).toBe(status);
  });
});

describe('a file that is cancelled', () => {
  it('is not reached, and its upload parts are deleted', async () => {
    const aborted: string[] = [];
    const abortMultipartUpload = async (key: string) => void aborted.push(key);
    const response = await cancel({ abortMultipartUpload });
    expect(response).toMatchObject({
      status: 200,
      body: {
        file: 1,
        assetId: 'film',
        outcome: 'not-reached',
        message: 'film.mp4: was cancelled before it arrived',
      },
    });
    expect(aborted).toEqual([`luma/${uploadJobId}/1`]);
    const file = await shipped.uploads.getFile('luma', uploadJobId, 1);
    expect(file).toMatchObject({ state: 'settled', logEntry: { outcome: 'not-reached' } });
  });

  it('may be cancelled again', async () => {
    const cancelled = {
      ...uploadFile,
      state: 'settled' as const,
      logEntry: { ...logEntry, outcome: 'not-reached' as const },
    };
    expect((await cancel({ getFile: async () => cancelled })).status).toBe(200);
  });

  it.each([
    ['lets ingest end the upload if it was the last open one', 2, [`luma/${uploadJobId}/1`]],
    ['leaves the upload open if another file is still to arrive', 3, []],
  ])('%s', async (_, total, expected) => {
    const staged: string[] = [];
    const counts = { ...uploadJob.counts, total, done: 1, notReached: 1 };
    await cancel({
      getJob: async () => ({ ...uploadJob, counts }),
      stageEmpty: async (key) => void staged.push(key),
    });
    expect(staged).toEqual(expected);
  });

  it.each([
    ['has arrived', { state: 'settled' as const, logEntry }],
    ['is being published', { state: 'recorded' as const }],
  ])('is refused if it %s', async (_, change) => {
    const response = await cancel({ getFile: async () => ({ ...uploadFile, ...change }) });
    expect(response).toMatchObject({ status: 409, body: { code: 'upload.closed' } });
  });
});
