import { routes } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import { usageStore } from '../../../../adapters/dynamodb/companies/usage-store.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import type { UploadJob } from '../../../../domain/jobs/job.ts';
import type { UploadFile } from '../../../../domain/uploads/upload-file.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { now, sum } from '../api-records.ts';
import { ask, askAgain, cloud, reset } from '../ask.ts';

const image = { name: 'red shoe.png', bytes: 229, type: 'image/png', sha256: sum };
const film = { name: 'film.mp4', bytes: 120 * 1024 * 1024, type: 'video/mp4' };

async function create(body: unknown) {
  const written: { job: UploadJob; files: readonly UploadFile[] }[] = [];
  const signed: unknown[] = [];
  const response = await ask(
    'user',
    { method: 'POST', path: '/uploads', body },
    {
      createUpload: async (job, files) => {
        written.push({ job, files });
        return true;
      },
      signUpload: async (upload) => {
        signed.push(upload);
        return { url: 'https://uploads.example/1', headers: { 'content-type': upload.type } };
      },
    },
  );
  return { response, written: written[0], signed };
}

describe('an upload that is begun', () => {
  it('is a running job with its files, and tells where each goes', async () => {
    const { response, written, signed } = await create({
      files: [image, film],
      folder: '/autumn/',
      name: 'Autumn',
    });
    expect(response.status).toBe(201);
    expect(routes.createUpload.response.schema.parse(response.body)).toMatchObject({
      job: {
        kind: 'upload',
        status: 'running',
        name: 'Autumn 2026-11-24 08:30:00',
        counts: { total: 2, errors: 0 },
      },
      files: [
        {
          file: 1,
          name: 'red shoe.png',
          assetId: 'red shoe',
          method: 'PUT',
          url: 'https://uploads.example/1',
          headers: { 'content-type': 'image/png' },
          expires: '2026-11-24T09:30:00.000Z',
        },
        { file: 2, name: 'film.mp4', assetId: 'film', multipart: { partBytes: 16_777_216, parts: 8 } },
      ],
    });
    expect(signed).toEqual([
      { key: 'luma/01M86900X103YN7W5QY1DZ2VSR/1', bytes: 229, type: 'image/png', sha256: sum },
    ]);
    expect(written?.job).toMatchObject({
      company: 'luma',
      id: '01M86900X103YN7W5QY1DZ2VSR',
      folder: '/autumn/',
      publishAfterUploading: true,
      submittedBy: 'user',
      started: now,
    });
    expect(written?.files).toEqual([
      { company: 'luma', jobId: written?.job.id, file: 1, ...image, assetId: 'red shoe', state: 'pending' },
      { company: 'luma', jobId: written?.job.id, file: 2, ...film, assetId: 'film', state: 'pending' },
    ]);
  });

  it('takes its options as they are by default', async () => {
    const { written } = await create({ files: [image] });
    expect(written?.job).toMatchObject({
      folder: '/',
      publishAfterUploading: true,
      overwrite: true,
      givenName: 'Upload',
    });
    expect(written?.job).not.toHaveProperty('preservePublishState');
  });

  it('keeps what it is told about overwriting', async () => {
    const { response, written } = await create({
      files: [image],
      overwrite: false,
      preservePublishState: false,
    });
    expect(written?.job).toMatchObject({ overwrite: false, preservePublishState: false });
    expect(response.body).toMatchObject({ job: { overwrite: false, preservePublishState: false } });
  });

  it.each([
    ['overwrite', { overwrite: 'yes' }],
    ['preservePublishState', { preservePublishState: 1 }],
  ])('is refused where %s is neither true nor false', async (field, options) => {
    const { response } = await create({ files: [image], ...options });
    expect(response.status).toBe(400);
    expect(response.body.errors).toMatchObject([{ field }]);
  });

  it.each([
    ['a hidden file', { ...image, name: '.DS_Store' }, 'hidden'],
    ['a name without an id', { ...image, name: '???.png' }, 'leaves no id'],
    ['JavaScript', { ...image, name: 'a.js', type: 'text/javascript' }, 'JavaScript is not accepted'],
    ['a program', { ...image, name: 'a.exe', type: 'application/x-msdownload' }, 'Programs'],
    [
      'a large image',
      { name: 'a.tif', type: 'image/tiff', bytes: 201 * 1024 * 1024 },
      'at most 209715200 bytes',
    ],
  ])('makes an error line of %s, and takes the others', async (_, file, reason) => {
    const { response, written } = await create({ files: [image, file] });
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({
      job: { status: 'running', counts: { total: 2, errors: 1 } },
      files: [{ method: 'PUT' }, { file: 2, name: file.name, refused: expect.stringContaining(reason) }],
    });
    expect(written?.files[1]).toMatchObject({
      state: 'settled',
      logEntry: { outcome: 'error', message: expect.stringContaining(reason), time: now },
    });
  });

  it('takes a page where the company allows active content', async () => {
    const response = await ask(
      'user',
      {
        method: 'POST',
        path: '/uploads',
        body: { files: [{ ...image, name: 'a.html', type: 'text/html' }] },
      },
      { getSettings: async () => ({ ...defaultSettings, allowActiveContent: true }) },
    );
    expect(response.body).toMatchObject({ job: { status: 'running' }, files: [{ method: 'PUT' }] });
  });

  it('ends at once where all of it is refused, and its end is notified', async () => {
    await reset();
    const body = { files: [{ ...image, type: 'text/html' }], email: 'none' };
    const response = await ask('user', { method: 'POST', path: '/uploads', body });
    expect(response.body).toMatchObject({
      job: { status: 'completed-with-errors', ended: now, progress: 1 },
    });
  });

  const hook = { url: 'https://hooks.example.com/a?token=1', onlyIfPublished: true };
  it('keeps its notification and the publish job that follows, and shows of their URLs only the host', async () => {
    const followWith = { servers: ['image-serving'], notification: hook };
    const { response, written } = await create({ files: [image], notification: hook, followWith });
    expect(written?.job).toMatchObject({
      notification: hook,
      followWith: { publish: 'new', onlyIfFiles: true, ...followWith },
    });
    const shown = { url: 'https://hooks.example.com/…', onlyIfPublished: true };
    expect(response.body).toMatchObject({
      job: {
        notification: shown,
        followWith: { publish: 'new', onlyIfFiles: true, servers: ['image-serving'], notification: shown },
      },
    });
  });

  it.each([
    ['notification.url', { notification: { url: 'https://10.0.0.1/' } }],
    ['followWith.notification.url', { followWith: { notification: { url: 'ftp://example.com' } } }],
    ['followWith.servers', { followWith: { servers: ['server-directory'] } }],
    ['followWith.servers', { followWith: { servers: [] } }],
    ['followWith.publish', { followWith: { publish: 'all' } }],
    ['batchSetPresets[0]', { batchSetPresets: ['unknown'] }],
  ])('is refused where %s is wrong', async (field, options) => {
    const { response, written } = await create({ files: [image], ...options });
    expect(response.status).toBe(400);
    expect(response.body.errors).toMatchObject([{ field }]);
    expect(written).toBeUndefined();
  });

  it('is refused where two files give one id, and names both', async () => {
    const { response, written } = await create({
      files: [image, film, { ...image, name: 'red shoe.JPG' }, { ...image, name: 'red, shoe.gif' }],
    });
    expect(response.status).toBe(422);
    expect(response.body.code).toBe('upload.file-refused');
    expect(response.body.errors).toEqual([
      { field: 'files[0].name', message: expect.stringContaining('"red shoe.png" and "red shoe.JPG"') },
      { field: 'files[2].name', message: expect.stringContaining('"red shoe.png" and "red shoe.JPG"') },
      { field: 'files[0].name', message: expect.stringContaining('"red, shoe.gif"') },
      { field: 'files[3].name', message: expect.stringContaining('same id "red shoe"') },
    ]);
    expect(written).toBeUndefined();
  });

  it('keeps ids that differ by case apart', async () => {
    expect((await create({ files: [image, { ...image, name: 'Red Shoe.png' }] })).response.status).toBe(201);
  });
});

describe('an upload that is fetched', () => {
  const fetches = () => cloud.messages.filter(({ queueUrl }) => queueUrl === cloudNames.FETCH_QUEUE);
  const begin = async (body: unknown) => {
    await reset();
    cloud.messages.length = 0;
    return ask('user', { method: 'POST', path: '/uploads', body });
  };
  const id = '01M86900X103YN7W5QY1DZ2VSR';

  it('from a bucket is a running job whose source is listed', async () => {
    const from = { bucket: 'source', prefix: 'web/autumn/' };
    const { status, body } = await begin({ from, name: 'Photos' });
    expect(status).toBe(201);
    expect(routes.createUpload.response.schema.parse(body)).toMatchObject({
      job: {
        status: 'running',
        name: 'Photos 2026-11-24 08:30:00',
        counts: { total: 0 },
        from: { ...from, includeSubfolders: false, changedOnly: false },
      },
      files: [],
    });
    expect(fetches().map((message) => message.body)).toEqual([{ kind: 'list', company: 'luma', jobId: id }]);
  });

  it('from URLs keeps the URLs where no answer shows them', async () => {
    const urls = [
      { url: 'https://files.example.com/red%20shoe.jpg?key=secret' },
      { url: 'https://files.example.com/?id=7', name: 'hat.png', folder: '/hats/' },
      { url: 's3://source/web/a?b/50%.png' },
    ];
    const { status, body } = await begin({ from: { urls, changedOnly: true } });
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body).toMatchObject({ job: { from: { urlCount: 3, changedOnly: true } } });
    const list = cloud.buckets[cloudNames.JOBS_BUCKET].text(`_30-days/luma/${id}/source.json`);
    expect(JSON.parse(list).files).toMatchObject([
      { name: 'red shoe.jpg', source: { kind: 'url', url: urls[0]?.url } },
      { name: 'hat.png', folder: '/hats/', source: { kind: 'url', url: urls[1]?.url } },
      { name: '50%.png', source: { kind: 's3', bucket: 'source', key: 'web/a?b/50%.png' } },
    ]);
  });

  it.each([
    ['files', {}, 'must have either files or from'],
    [
      'files',
      { files: [image], from: { bucket: 'source', prefix: 'web/' } },
      'must have either files or from',
    ],
    ['from.bucket', { from: { bucket: 'source', prefix: 'other/' } }, 'source/web/'],
    ['from.bucket', { from: { bucket: 'foreign' } }, 'source/web/'],
    ['from.urls[0].url', { from: { urls: [{ url: 'http://files.example.org/a.png' }] } }, 'https://'],
    ['from.urls[0].url', { from: { urls: [{ url: 's3://source/other/a.png' }] } }, 'source/web/'],
    ['from.urls[0].url', { from: { urls: [{ url: 's3://source/' }] } }, 's3://bucket/key'],
    ['from.urls[0].url', { from: { urls: [{ url: 's3://source/web/\ud800.png' }] } }, 'valid Unicode'],
    ['from.urls[0].url', { from: { urls: [{ url: 'https://10.0.0.1/a.png' }] } }, 'not a public address'],
    [
      'from.urls[0].name',
      { from: { urls: [{ url: 'https://files.example.com/' }] } },
      'must end with the name',
    ],
  ])('is refused with the field %s of %j', async (field, body, text) => {
    const response = await begin(body);
    expect(response.status).toBe(400);
    expect(response.body.errors).toMatchObject([{ field, message: expect.stringContaining(text) }]);
    expect(fetches()).toEqual([]);
  });
});

describe('an upload with an idempotency key', () => {
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `01M86900X103YN7W5QY1DZ2${String(ids).padStart(3, '0')}`;
  };
  const begin = (key: string, body: object = { files: [image, film], name: 'Autumn' }) =>
    askAgain(
      'user',
      { method: 'POST', path: '/uploads', body, headers: { 'idempotency-key': key } },
      { newId },
    );
  const uploads = () => [...cloud.own.jobs].filter(([, { givenName }]) => givenName === 'Autumn').length;

  it('is begun once: a repeated request gets the same job, and addresses for its files', async () => {
    await reset();
    const first = await begin('one');
    const second = await begin('one');
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: { job: { id: (first.body.job as UploadJob).id } } });
    expect(second.body.files).toEqual(first.body.files);
    expect(uploads()).toBe(1);
    await begin('two');
    expect(uploads()).toBe(2);
  });

  it('is not begun for another request with the same key', async () => {
    await reset();
    await begin('one');
    const other = await begin('one', { files: [image], name: 'Autumn' });
    expect(other).toMatchObject({ status: 422, body: { code: 'request.key-reused' } });
    expect(uploads()).toBe(1);
  });

  it('is begun by the second request if the first one died before the job was written', async () => {
    for (const body of [
      undefined,
      { from: { urls: [{ url: 'https://files.example.com/a.png' }] }, name: 'Autumn' },
    ]) {
      await reset();
      cloud.hook.onCall = async ({ command, input }, next) => {
        if (command.startsWith('Put') && String(JSON.stringify(input)).includes('"sk":"JOB"'))
          throw new Error('The function died');
        return next();
      };
      expect((await begin('one', body)).status).toBe(500);
      cloud.hook.onCall = undefined;
      expect(uploads()).toBe(0);
      expect((await begin('one', body)).status).toBe(201);
      expect((await begin('one', body)).status).toBe(201);
      expect(uploads()).toBe(1);
    }
  });

  it('announces its files in the quota once', async () => {
    await reset();
    const usage = usageStore(cloud.clients.documents, cloudNames.JOB_TABLE);
    await usage.changeQuota('luma', { assets: 10, bytes: undefined });
    for (let times = 0; times < 3; times += 1) await begin('one', { files: [image], name: 'Autumn' });
    const day = now.slice(0, 10);
    const [use] = await usage.readUsage('luma', day, day);
    expect(use?.announced).toEqual({ assets: 1, bytes: image.bytes });
  });
});
