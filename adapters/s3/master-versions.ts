import { HeadObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** Whether the masters bucket still has this version of a master: one HEAD. */
export async function masterVersionExists(
  s3: S3Client,
  bucket: string,
  master: { readonly masterKey: string; readonly masterVersionId: string },
): Promise<boolean> {
  try {
    await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: master.masterKey, VersionId: master.masterVersionId }),
    );
    return true;
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    // 400: the text is not a version id of this bucket. 405: the version is a delete marker.
    if (status === 404 || status === 405 || status === 400) return false;
    throw error;
  }
}
