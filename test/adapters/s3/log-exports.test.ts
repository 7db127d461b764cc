import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { logExports } from '../../../adapters/s3/log-exports.ts';

interface Sent {
  readonly method: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A true client, whose requests are kept as they go over the wire. */
function recordingClient(sent: Sent[]): S3Client {
  return new S3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      async handle(request: Omit<Sent, 'body'> & { readonly body?: unknown }) {
        const { method, query, headers, body } = request;
        sent.push({ method, query, headers, body: body === undefined ? '' : String(body) });
        const isBegin = 'uploads' in query;
        const text = isBegin
          ? '<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>'
          : method === 'POST'
            ? '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'
            : '';
        return {
          response: {
            statusCode: 200,
            headers: { etag: '"e"', 'content-type': 'application/xml' },
            body: new Blob([text]).stream(),
          },
        };
      },
    },
  });
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html: S3 refuses a part whose
// checksum is of another algorithm than the upload names, and the SDK adds CRC32 to a part that names none.
it('a multipart upload of a log names one checksum in all three calls', async () => {
  const sent: Sent[] = [];
  const exports = logExports(recordingClient(sent), 'jobs');
  const bytes = Buffer.from('{"asset":"a"}\n');
  const sha256 = createHash('sha256').update(bytes).digest('base64');

  const id = await exports.beginExport('a.jsonl', 'jsonl');
  const part = await exports.sendExportPart('a.jsonl', id, 1, bytes);
  expect(part).toEqual({ part: 1, etag: '"e"', sha256 });
  if (part === 'missing') return;
  await exports.completeExport('a.jsonl', id, [part]);

  const [begin, put, complete] = sent;
  expect(begin?.headers).toMatchObject({
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-type': 'COMPOSITE',
  });
  expect(put?.headers).toMatchObject({ 'x-amz-checksum-sha256': sha256 });
  expect(
    Object.keys(put?.headers ?? {}).filter((name) => /^x-amz-checksum|^x-amz-sdk-checksum/.test(name)),
  ).toEqual(['x-amz-checksum-sha256']);
  expect(complete?.body).toContain(`<ChecksumSHA256>${sha256}</ChecksumSHA256>`);
});
