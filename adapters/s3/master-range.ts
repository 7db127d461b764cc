import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

const gone = new Set(['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed', 'InvalidRange']);

/**
 * Reads a range of a master: one GET.
 * @param range positions of bytes; `to` is exclusive
 * @returns undefined if the bucket no longer has this version, or if it has fewer bytes
 */
export async function readMasterRange(
  s3: S3Client,
  bucket: string,
  master: { readonly masterKey: string; readonly versionId: string },
  range: { readonly from: number; readonly to: number },
): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: master.masterKey,
        VersionId: master.versionId,
        Range: `bytes=${range.from}-${range.to - 1}`,
      }),
    );
    if (!Body) throw new Error(`S3 gave no body for ${master.masterKey}`);
    const bytes = await Body.transformToByteArray();
    return bytes.length === range.to - range.from ? bytes : undefined;
  } catch (error) {
    if (gone.has(error instanceof Error ? error.name : '')) return undefined;
    throw error;
  }
}
