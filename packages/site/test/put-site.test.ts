import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { putSite } from '../hosting/put-site.ts';

it('writes files with types and lifetimes, pages last, and deletes those of earlier versions after 30 days', async () => {
  const s3 = mockClient(S3Client);
  s3.on(ListObjectsV2Command).resolves({
    Contents: [
      { Key: 'gone.html', LastModified: new Date('2026-10-31') },
      { Key: 'index.html', LastModified: new Date('2026-10-31') },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    for (const part of ['assets', 'assets/chunks', 'api']) mkdirSync(join(folder, part));
    for (const file of ['index.html', 'api/jobs.md', 'assets/app.1.js', 'assets/chunks/a.2.js', 'llms.txt'])
      writeFileSync(join(folder, file), '');
    expect(await putSite(new S3Client({}), 'files', folder, Date.parse('2026-12-01'))).toBe(5);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const puts = s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
  expect(puts.map(({ Key, ContentType, CacheControl }) => [Key, ContentType, CacheControl])).toEqual([
    ['assets/app.1.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['assets/chunks/a.2.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['api/jobs.md', 'text/markdown; charset=utf-8', 'no-cache'],
    ['index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['llms.txt', 'text/plain; charset=utf-8', 'no-cache'],
  ]);
  const deleted = s3.commandCalls(DeleteObjectsCommand).map(({ args: [{ input }] }) => input.Delete?.Objects);
  expect(deleted).toEqual([[{ Key: 'gone.html' }]]);
});
