import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildViewers, viewers } from '../hosting/build-viewers.ts';
import { putViewers } from '../hosting/put-viewers.ts';

/** Bytes with Brotli of what a page loads with one viewer. */
const budget = 15_000;

describe('the built viewers', () => {
  it.each(viewers)('have at most 15 kB compressed: %s', async (viewer) => {
    const { files, loadedWith } = await buildViewers();
    const loaded = loadedWith(viewer);
    expect(loaded.length).toBeGreaterThan(1);
    const bytes = loaded.reduce((sum, file) => sum + brotliCompressSync(files.get(file) ?? '').length, 0);
    expect(bytes).toBeGreaterThan(2_000);
    expect(bytes).toBeLessThanOrEqual(budget);
  });
});

describe('putting them into the origin', () => {
  const s3 = mockClient(S3Client);
  const content = new TextEncoder().encode('export {};');
  const build = async () => ({
    version: '1.2.0',
    files: new Map([['zoom.js', content]]),
    loadedWith: () => ['zoom.js'],
  });
  const exists = Object.assign(new Error('exists'), { name: 'PreconditionFailed' });

  beforeEach(() => s3.reset());

  it('gives each version addresses of its own, which browsers keep for a year', async () => {
    s3.on(PutObjectCommand).resolves({});
    expect(await putViewers(new S3Client({}), 'images', false, build)).toEqual({
      version: '1.2.0',
      different: [],
    });
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'images',
      Key: '_/viewers/1.2.0/zoom.js',
      ContentType: 'text/javascript; charset=utf-8',
      CacheControl: 'public, max-age=31536000, immutable',
      IfNoneMatch: '*',
    });
  });

  it.each([
    ['the same content', `"${createHash('md5').update(content).digest('hex')}"`, []],
    ['other content', '"0"', ['zoom.js']],
  ])('leaves a version that is published with %s as it is', async (_, ETag, different) => {
    s3.on(PutObjectCommand).rejects(exists).on(HeadObjectCommand).resolves({ ETag });
    expect(await putViewers(new S3Client({}), 'images', false, build)).toEqual({
      version: '1.2.0',
      different,
    });
  });

  it('fails with any other error of S3', async () => {
    s3.on(PutObjectCommand).rejects(new Error('busy'));
    await expect(putViewers(new S3Client({}), 'images', false, build)).rejects.toThrow('busy');
  });
});
