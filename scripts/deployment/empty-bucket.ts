import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/**
 * Keeps everybody from writing to a bucket. S3 and CloudFront deliver access logs up to hours after the requests that they
 * are of: a bucket of logs that was merely emptied would not be empty any more when CloudFormation deletes it, and the
 * deletion of its stack would fail. An explicit denial holds for the log services, too.
 */
export async function refuseWrites(s3: S3Client, bucket: string): Promise<void> {
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
}

/**
 * Deletes every version, every delete marker and every unfinished upload of a bucket: a thousand in a request.
 * @returns the number of versions and markers
 * @throws Error with the first key that S3 refuses to delete
 */
export async function emptyBucket(s3: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    // Always the first page: what it held is gone at the next look.
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket }),
    );
    const found = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (found.length === 0) break;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: found, Quiet: true } }),
    );
    const [refused] = Errors;
    if (refused) throw new Error(`${refused.Key} in ${bucket} could not be deleted: ${refused.Message}`);
    deleted += found.length;
  }
  await abortUploads(s3, bucket);
  return deleted;
}

async function abortUploads(s3: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    if (Uploads.length === 0) return;
    for (const { Key, UploadId } of Uploads)
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
}
