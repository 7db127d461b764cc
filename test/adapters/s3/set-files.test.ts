import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { setFiles } from '../../../adapters/s3/set-files.ts';
import type { SetRecord } from '../../../domain/sets/set-record.ts';

const s3 = mockClient(S3Client);
const files = setFiles(new S3Client({ region: 'eu-west-1' }), 'masters');
const record: SetRecord = { type: 'image-set', members: [{ id: 'blå', label: 'Blå' }] };

beforeEach(() => s3.reset());

it('a record is written as a new version, and read in the version that an asset names', async () => {
  s3.on(PutObjectCommand).resolves({ VersionId: 'v2' });
  const text = '{"type":"image-set","members":[{"id":"blå","label":"Blå"}]}';
  expect(await files.putSetRecord('luma/views', record)).toEqual({
    masterKey: 'luma/views',
    masterVersionId: 'v2',
    mimeType: 'application/vnd.pressroom.set+json',
    bytes: Buffer.byteLength(text),
  });
  const { Body, ...put } = s3.commandCalls(PutObjectCommand)[0]?.args[0].input ?? {};
  expect(put).toEqual({
    Bucket: 'masters',
    Key: 'luma/views',
    ContentType: 'application/vnd.pressroom.set+json',
  });
  expect(Buffer.from(Body as Uint8Array).toString()).toBe(text);

  s3.on(GetObjectCommand, { Bucket: 'masters', Key: 'luma/views', VersionId: 'v2' }).resolves({
    Body: { transformToString: async () => text },
  } as never);
  expect(await files.readSetRecord({ masterKey: 'luma/views', masterVersionId: 'v2' })).toEqual(record);
});

it('a bucket without versions is no place for it', async () => {
  s3.on(PutObjectCommand).resolves({});
  await expect(files.putSetRecord('luma/views', record)).rejects.toThrow(/versioned/);
});

it('an answer without a body is no record', async () => {
  s3.on(GetObjectCommand).resolves({});
  await expect(files.readSetRecord({ masterKey: 'k', masterVersionId: 'v' })).rejects.toThrow(/body/);
});
