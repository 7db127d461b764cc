import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { setFiles } from '../../../adapters/s3/set-files.ts';
import type { SetRecord } from '../../../domain/sets/set-record.ts';

const s3 = mockClient(S3Client);
const files = setFiles(new S3Client({ region: 'eu-west-1' }), 'masters');
const record: SetRecord = { type: 'image-set', members: [{ id: 'blå', label: 'Blå' }] };

beforeEach(() => s3.reset());

it('writes a record as a new version, and reads the version of the asset', async () => {
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

it('fails if the bucket is not versioned', async () => {
  s3.on(PutObjectCommand).resolves({});
  await expect(files.putSetRecord('luma/views', record)).rejects.toThrow(/versioning/);
});

it('fails if the response has no body', async () => {
  s3.on(GetObjectCommand).resolves({});
  await expect(files.readSetRecord({ masterKey: 'k', masterVersionId: 'v' })).rejects.toThrow(/body/);
});
