import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { directoryFiles } from '../../../adapters/s3/directory-files.ts';
import { originMetadata } from '../../../domain/delivery/origin-metadata.ts';
import { indexServerDirectory } from '../../../functions/index-server-directory/index-server-directory.ts';
import { anAsset } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import { shippedFunctions } from '../../support/shipped-functions.ts';

const { SERVER_DIRECTORY_BUCKET } = cloudNames;
const cloud = memoryCloud();
const call = shippedFunctions(cloud);
const bucket = cloud.buckets[SERVER_DIRECTORY_BUCKET];
const indexOf = (company: string) =>
  bucket
    .text(`_index/${company}.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const changed = (...keys: string[]) => ({
  Records: keys.map((key) => ({ body: JSON.stringify({ detail: { object: { key } } }) })),
});
const heads = () => {
  const keys: string[] = [];
  cloud.hook.onCall = (one, next) => {
    if (one.command === 'HeadObject') keys.push(String(one.input.Key));
    return next();
  };
  return keys;
};

/** Puts a file as publishing does. */
function publish(key: string, facts: Parameters<typeof anAsset>[0], body = 'content'): void {
  const { asset } = originMetadata(anAsset({ type: 'image', ...facts }), 'server-directory');
  bucket.put(key, body, { metadata: { asset } });
}

beforeEach(() => {
  cloud.clear();
  cloud.hook.onCall = undefined;
});
afterAll(() => vi.unstubAllEnvs());

describe('the index of Server Directory', () => {
  it('has a line for each file of a company, with id, type, version, size and checksum', async () => {
    publish('luma/shoes/rød.jpg', { id: 'rød', version: 3, sha256: 'c29sZQ==', sha256PartBytes: 7 });
    publish('luma/turn.spin-set', { id: 'turn', version: 1, type: 'spin-set' }, '{"type":"spin-set"}');
    publish('acme/x.jpg', { id: 'x' });
    await call('index-server-directory', changed('luma/shoes/rød.jpg', 'luma/turn.spin-set'));
    const { etag, modified } = bucket.get('luma/shoes/rød.jpg') ?? {};
    expect(indexOf('luma')).toEqual([
      {
        path: '/shoes/rød.jpg',
        id: 'rød',
        type: 'image',
        version: 3,
        sha256: 'c29sZQ==',
        sha256PartBytes: 7,
        bytes: 7,
        etag: etag?.replaceAll('"', ''),
        modified: modified?.toISOString(),
      },
      expect.objectContaining({
        path: '/turn.spin-set',
        id: 'turn',
        type: 'spin-set',
        sha256: createHash('sha256').update('{"type":"spin-set"}').digest('base64'),
      }),
    ]);
    expect(bucket.keys()).not.toContain('_index/acme.jsonl');
  });

  it('looks only at files that are new or changed, and drops what was withdrawn', async () => {
    for (const id of ['a', 'b', 'c']) publish(`luma/${id}.jpg`, { id, version: 1 });
    await call('index-server-directory', { company: 'luma' });
    const seen = heads();
    cloud.clock.time += 5_000;
    publish('luma/b.jpg', { id: 'b', version: 2 }, 'other');
    publish('luma/aa/\u{1F600}.jpg', { id: '\u{1F600}', version: 1 });
    publish('luma/aa/\uFF21.jpg', { id: '\uFF21', version: 1 });
    bucket.delete('luma/c.jpg');
    await call('index-server-directory', changed('luma/b.jpg', 'luma/c.jpg'));
    expect(seen.sort()).toEqual(['luma/aa/\u{1F600}.jpg', 'luma/aa/\uFF21.jpg', 'luma/b.jpg'].sort());
    expect(indexOf('luma').map(({ id, version }) => [id, version])).toEqual([
      ['a', 1],
      ['\uFF21', 1],
      ['\u{1F600}', 1],
      ['b', 2],
    ]);
    seen.length = 0;
    await call('index-server-directory', { company: 'luma' });
    expect(seen).toEqual([]);
  });

  it('of thousands of files is read and written in the order of S3', async () => {
    for (let index = 0; index < 2_300; index += 1)
      publish(`luma/${index % 7}/${index}.jpg`, { id: String(index), version: 1 });
    await call('index-server-directory', { company: 'luma' });
    const seen = heads();
    await call('index-server-directory', { company: 'luma' });
    expect(seen).toEqual([]);
    expect(indexOf('luma')).toHaveLength(2_300);
  });

  it('is empty when everything was withdrawn, and does not exist before anything was published', async () => {
    await call('index-server-directory', { company: 'luma' });
    expect(bucket.keys()).toEqual([]);
    publish('luma/a.jpg', { id: 'a' });
    await call('index-server-directory', { company: 'luma' });
    bucket.delete('luma/a.jpg');
    await call('index-server-directory', { company: 'luma' });
    expect(indexOf('luma')).toEqual([]);
    const writes = vi.fn();
    cloud.hook.onCall = (one, next) => {
      if (one.command === 'PutObject') writes();
      return next();
    };
    await call('index-server-directory', { company: 'luma' });
    expect(writes).not.toHaveBeenCalled();
  });

  it('has what is there even if another call with an older list is slower', async () => {
    publish('luma/a.jpg', { id: 'a', version: 1 });
    let isFirst = true;
    cloud.hook.onCall = async (one, next) => {
      if (one.command === 'PutObject' && isFirst) {
        isFirst = false;
        publish('luma/b.jpg', { id: 'b', version: 1 });
        await call('index-server-directory', { company: 'luma' });
      }
      return next();
    };
    await call('index-server-directory', { company: 'luma' });
    expect(indexOf('luma').map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('has all files if there is no time to look at them, and the next call completes it', async () => {
    publish('luma/a.jpg', { id: 'a', version: 4 });
    const requested: unknown[] = [];
    const run = (timeLeft: number) =>
      indexServerDirectory('luma', {
        ...directoryFiles(cloud.clients.s3, SERVER_DIRECTORY_BUCKET),
        request: async (work) => void requested.push(work),
        timeLeft: () => timeLeft,
      });
    await run(100_000);
    expect(requested).toEqual([{ company: 'luma' }]);
    expect(indexOf('luma')).toEqual([expect.objectContaining({ path: '/a.jpg', id: 'a', bytes: 7 })]);
    expect(indexOf('luma')[0]).not.toHaveProperty('version');
    await run(900_000);
    expect(indexOf('luma')).toEqual([expect.objectContaining({ version: 4 })]);
    expect(requested).toHaveLength(1);
  });

  it('leaves out a file that was withdrawn since it was listed', async () => {
    publish('luma/a.jpg', { id: 'a' });
    publish('luma/b.jpg', { id: 'b' });
    cloud.hook.onCall = (one, next) => {
      if (one.command === 'HeadObject') bucket.delete('luma/a.jpg');
      return next();
    };
    await call('index-server-directory', { company: 'luma' });
    expect(indexOf('luma').map(({ id }) => id)).toEqual(['b']);
  });

  it('is not written for its own event, nor for objects of no company', async () => {
    await call('index-server-directory', changed('_index/luma.jsonl', 'robots.txt', ''));
    expect(bucket.keys()).toEqual([]);
    await expect(call('index-server-directory', { company: '../x' })).rejects.toThrow();
  });
});
