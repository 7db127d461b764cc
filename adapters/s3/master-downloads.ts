/** URLs that download masters as files. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

export interface MasterDownloads {
  /**
   * A URL that downloads a version of a master with this `Content-Disposition`. Everyone who has it can use it, until it
   * expires or the credentials of the function do. No request is sent.
   */
  signDownload(
    master: { readonly key: string; readonly versionId: string },
    disposition: string,
    seconds: number,
  ): Promise<string>;
}

export function masterDownloads(s3: S3Client, bucket: string): MasterDownloads {
  return {
    signDownload({ key, versionId }, disposition, seconds) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        VersionId: versionId,
        ResponseContentDisposition: disposition,
        // Browsers save it, whatever the file is: it is another origin's untrusted content.
        ResponseContentType: 'application/octet-stream',
      });
      return getSignedUrl(s3, command, { expiresIn: seconds });
    },
  };
}
