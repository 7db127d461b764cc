import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type BodyOf,
  type JobResponse,
  startTestCloud,
  type TestCloud,
  type TestFile,
} from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
});
afterAll(() => test?.stop());

const style = (name: string): TestFile => ({
  name: `${name}.css`,
  type: 'text/css',
  bytes: Buffer.from(`.${name} { color: red }`),
});

async function picture(name: string, background: string): Promise<TestFile> {
  const image = sharp({ create: { width: 16, height: 16, channels: 3, background } });
  return { name: `${name}.png`, type: 'image/png', bytes: await image.png().toBuffer() };
}

/** Uploads files without publishing them. */
async function stock(folder: string, files: readonly TestFile[]): Promise<void> {
  const { job } = await test.upload(files, { folder, publishAfterUploading: false });
  await test.until(job.id, 'succeeded');
}

async function run(body: BodyOf<'submitJob'>, role: 'user' | 'admin' = 'user'): Promise<JobResponse> {
  const job = await test.as(role).call('submitJob', { body });
  return test.until(job.id, 'succeeded', 'completed-with-errors');
}

const publishedBy = async (job: JobResponse) =>
  (await test.wholeLog(job.id))
    .filter(({ outcome }) => outcome === 'published')
    .map(({ asset }) => asset)
    .sort();

describe('a publish job', () => {
  it('publishes only the assets in its folder, and those below it if asked', async () => {
    await stock('/one/', [style('one-a')]);
    await stock('/one/two/', [style('two-a')]);
    await stock('/other/', [style('other-a')]);
    const first = await run({ scope: { folder: '/one/' } });
    expect(await publishedBy(first)).toEqual(['one-a']);
    const [begin] = await test.wholeLog(first.id);
    expect(begin?.message).toContain('publishes new assets in /one/ to image-serving');
    expect(await publishedBy(await run({ scope: { folder: '/one/', below: true } }))).toEqual(['two-a']);
    expect(await publishedBy(await run({}))).toEqual(['other-a']);
  });

  it('publishes only the assets that it names, and an error lists all unknown ones', async () => {
    await stock('/list/', ['list-a', 'list-b', 'list-c'].map(style));
    const ask = (body: BodyOf<'submitJob'>) => test.as('user').call('submitJob', { body });
    await expect(ask({ scope: { assets: ['list-a', 'nobody', 'nothing'] } })).rejects.toThrow(
      /404.*nobody.*scope\.assets\[2\]/,
    );
    const job = await run({ scope: { assets: ['list-a', 'nobody', 'list-b'] }, partial: true });
    expect(job).toHaveProperty('scope', { kind: 'assets', count: 2 });
    expect(await publishedBy(job)).toEqual(['list-a', 'list-b']);
    expect(await publishedBy(await run({ scope: { folder: '/list/' } }))).toEqual(['list-c']);
  });

  it('publishes live assets again when it is forced, and invalidates what it replaced', async () => {
    await stock('/force/', [await picture('flag', '#c00'), await picture('sail', '#0c0')]);
    await run({ scope: { folder: '/force/' } });
    const nothing = await run({ publish: 'full', scope: { folder: '/force/' } });
    expect(nothing.counts.total).toBe(0);

    const { urls } = await test.as('viewer').call('readAsset', { params: { id: 'flag' } });
    await test.deliver(urls.image ?? '');
    expect((await test.deliver(urls.image ?? '')).headers['x-cache']).toContain('Hit');
    const forced = await run({ force: true, invalidate: true, scope: { folder: '/force/' } }, 'admin');
    expect(await publishedBy(forced)).toEqual(['flag', 'sail']);
    const lines = await test.wholeLog(forced.id);
    expect(lines.at(-1)?.message).toContain('2 assets are invalidated in the CDN.');
    await expect
      .poll(async () => (await test.deliver(urls.image ?? '')).headers['x-cache'], { timeout: 10_000 })
      .toContain('Miss');
  });

  it('may be run as another member or invalidate the CDN only by admins', async () => {
    const ask = (body: BodyOf<'submitJob'>) => test.as('user').call('submitJob', { body });
    await expect(ask({ invalidate: true })).rejects.toThrow('403');
    await expect(ask({ runAs: 'somebody' })).rejects.toThrow('403');
    await expect(test.as('admin').call('submitJob', { body: { runAs: 'somebody' } })).rejects.toThrow(
      'runAs: must be the subject of a member of the company',
    );
  });

  it('is cancelled by the member that it runs as, and not by other users', async () => {
    const [, claims = ''] = test.token('user').split('.');
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string };
    const own = await run({ runAs: sub, scope: { folder: '/one/' } }, 'admin');
    expect(own).toHaveProperty('runAs', sub);
    const [begin] = await test.wholeLog(own.id);
    expect(begin?.message).toContain(`It runs as ${sub}`);
    const other = await run({ scope: { folder: '/one/' } }, 'admin');
    // Both jobs have ended: a member who may cancel gets 409, others get 403.
    const cancel = (job: JobResponse) =>
      test.as('user').call('cancelJob', { params: { jobId: job.id }, body: {} });
    await expect(cancel(own)).rejects.toThrow(/409.*has finished/);
    await expect(cancel(other)).rejects.toThrow('403');
  });

  it('shows in a dry run what a folder would publish, and publishes nothing', async () => {
    await stock('/dry/', ['dry-a', 'dry-b'].map(style));
    const preview = await test.as('user').dryRun('submitJob', { body: { scope: { folder: '/dry/' } } });
    expect(preview.assets.map(({ id }) => id).sort()).toEqual(['dry-a', 'dry-b']);
    expect(preview.totals.copies).toBe(2);
    expect((await test.as('viewer').call('readAsset', { params: { id: 'dry-a' } })).published).toBe(false);
  });

  it('is created once for all requests with the same idempotency key', async () => {
    const body = { name: 'Once', scope: { folder: '/one/' } };
    const ask = (asked: BodyOf<'submitJob'>) =>
      test.as('user').call('submitJob', { body: asked, idempotencyKey: 'once-4711' });
    const twins = await Promise.all([ask(body), ask(body), ask(body)]);
    expect(new Set(twins.map(({ id }) => id)).size).toBe(1);
    await test.until(twins[0]?.id ?? '', 'succeeded');
    expect((await ask(body)).status).toBe('succeeded');
    await expect(ask({ ...body, publish: 'full' })).rejects.toThrow(/422.*another request/);
  });

  it('retries only the assets that failed in another job', async () => {
    await stock('/retry/', ['retry-a', 'retry-b'].map(style));
    const masters = { Bucket: test.cloud.outputs.MastersBucket };
    const { Versions = [] } = await test.s3.send(
      new ListObjectVersionsCommand({ ...masters, Prefix: 'brightside/retry-a' }),
    );
    expect(Versions).toHaveLength(1);
    for (const { Key, VersionId } of Versions) {
      await test.s3.send(new DeleteObjectCommand({ ...masters, Key, VersionId }));
    }
    const failed = await run({ name: 'Styles', scope: { folder: '/retry/' } });
    expect(failed).toMatchObject({ status: 'completed-with-errors', counts: { done: 1, errors: 1 } });

    await stock('/retry/', [style('retry-a'), style('retry-c')]);
    const again = await test.as('user').call('retryJob', { params: { jobId: failed.id } });
    expect(again).toMatchObject({ givenName: 'Styles (retry)', scope: { kind: 'failed', jobId: failed.id } });
    await test.until(again.id, 'succeeded');
    expect(await publishedBy(again)).toEqual(['retry-a']);
  });

  it('cannot be retried if nothing failed', async () => {
    const job = await run({ scope: { folder: '/one/' } });
    await expect(test.as('user').call('retryJob', { params: { jobId: job.id } })).rejects.toThrow(
      /409.*Nothing failed/,
    );
  });
});

describe('a server', () => {
  const bucket = () => test.cloud.outputs.ServerDirectoryBucket ?? '';
  const plainFiles = async () => {
    const { Contents = [] } = await test.s3.send(new ListObjectsV2Command({ Bucket: bucket() }));
    return Contents.map(({ Key }) => Key).sort();
  };
  const directoryIndex = async () => {
    const Key = '_index/brightside.jsonl';
    const { Body } = await test.s3.send(new GetObjectCommand({ Bucket: bucket(), Key }));
    const text = (await Body?.transformToString()) ?? '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  };
  const waiting = { timeout: 60_000, interval: 500 };
  const toggle = (body: BodyOf<'toggleServer'>) =>
    test.as('admin').call('toggleServer', { params: { server: 'server-directory' }, body });

  it('marks its assets as changed when it is enabled, and withdraws them when it is disabled', async () => {
    await stock('/plain/', [await picture('map', '#00c'), style('plain')]);
    await run({ scope: { folder: '/plain/' } });
    const servers = async () => (await test.as('viewer').call('listServers')).items;
    expect(await servers()).toContainEqual({ server: 'server-directory', on: false });

    const on = await test.until((await toggle({ on: true })).id, 'succeeded');
    expect(await servers()).toContainEqual({ server: 'server-directory', on: true });
    const due = (await test.wholeLog(on.id)).filter(({ outcome }) => outcome === 'recorded');
    expect(due.map(({ asset }) => asset)).toContain('map');
    expect(due.map(({ asset }) => asset)).not.toContain('plain');
    await run({});
    expect(await plainFiles()).toContain('brightside/plain/map.png');
    await vi.waitFor(
      async () =>
        expect(await directoryIndex()).toContainEqual(
          expect.objectContaining({
            path: '/plain/map.png',
            id: 'map',
            type: 'image',
            version: 1,
            sha256: expect.stringMatching(/^[\w+/]{43}=$/),
          }),
        ),
      waiting,
    );
    const live = await test.as('viewer').call('readAsset', { params: { id: 'map' } });
    expect(Object.keys(live.publications).sort()).toEqual(['image-serving', 'server-directory']);

    await expect(toggle({ on: false })).rejects.toThrow(/422.*confirm: must be "server-directory"/);
    const dry = await test
      .as('admin')
      .dryRun('toggleServer', { params: { server: 'server-directory' }, body: { on: false } });
    expect(dry).toMatchObject({ dryRun: true, complete: true });
    expect(await plainFiles()).toContain('brightside/plain/map.png');

    const off = await test.until((await toggle({ on: false, confirm: 'server-directory' })).id, 'succeeded');
    expect(off.counts.done).toBe(off.counts.total);
    expect(await plainFiles()).toEqual(['_index/brightside.jsonl']);

    expect(await servers()).toContainEqual({ server: 'server-directory', on: false });
    const after = await test.as('viewer').call('readAsset', { params: { id: 'map' } });
    expect(after).toMatchObject({ intent: 'live', published: true });
    expect(Object.keys(after.publications)).toEqual(['image-serving']);
    const history = await test.as('viewer').call('readAssetHistory', { params: { id: 'map' } });
    expect(history.items[0]).toMatchObject({ event: 'withdrawn', server: 'server-directory' });
  });

  it('refuses jobs while it is disabled', async () => {
    await expect(
      test.as('user').call('submitJob', { body: { servers: ['server-directory'] } }),
    ).rejects.toThrow('server-directory is not enabled for this company');
  });

  it('is enabled and disabled by admins only', async () => {
    await expect(
      test
        .as('user')
        .call('toggleServer', { params: { server: 'video' }, body: { on: false, confirm: 'video' } }),
    ).rejects.toThrow('403');
  });
});
