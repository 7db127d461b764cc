import { HeadObjectCommand, NotFound, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { masterVersionExists } from '../../../adapters/s3/master-versions.ts';

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const master = { masterKey: 'luma/a', masterVersionId: 'v1' };
const failure = (status: number) =>
  new S3ServiceException({
    name: 'Failed',
    $fault: 'client',
    message: '',
    $metadata: { httpStatusCode: status },
  });

describe('a version of a master', () => {
  it('exists if S3 returns it', async () => {
    s3.on(HeadObjectCommand).resolves({});
    expect(await masterVersionExists(new S3Client(), 'masters', master)).toBe(true);
    expect(s3.commandCalls(HeadObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'masters',
      Key: 'luma/a',
      VersionId: 'v1',
    });
  });

  it.each([
    ['unknown', new NotFound({ message: '', $metadata: { httpStatusCode: 404 } })],
    ['a delete marker', failure(405)],
    ['no version id of this bucket', failure(400)],
  ])('does not exist if it is %s', async (_, error) => {
    s3.on(HeadObjectCommand).rejects(error);
    expect(await masterVersionExists(new S3Client(), 'masters', master)).toBe(false);
  });

  it('causes an error if S3 fails', async () => {
    s3.on(HeadObjectCommand).rejects(failure(503));
    await expect(masterVersionExists(new S3Client(), 'masters', master)).rejects.toThrow();
  });
});
