/** Records of sets in the masters bucket, which are versioned like other masters. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Asset } from '../../domain/assets/asset.ts';
import { parseSetRecord, printSetRecord, type SetRecord, setMimeType } from '../../domain/sets/set-record.ts';

export interface SetFiles {
  /** Reads the version of a set's record that the asset refers to: one GET. */
  readSetRecord(set: Pick<Asset, 'masterKey' | 'masterVersionId'>): Promise<SetRecord>;
  /**
   * Writes a record as a new version: one PUT.
   * @returns the facts for the asset's record; `bytes` is the length of the text
   */
  putSetRecord(
    masterKey: string,
    record: SetRecord,
  ): Promise<Pick<Asset, 'masterKey' | 'masterVersionId' | 'mimeType' | 'bytes'>>;
}

export function setFiles(s3: S3Client, mastersBucket: string): SetFiles {
  return {
    async readSetRecord({ masterKey, masterVersionId }) {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: mastersBucket, Key: masterKey, VersionId: masterVersionId }),
      );
      if (!Body) throw new Error(`S3 gave no body for ${masterKey}`);
      return parseSetRecord(await Body.transformToString());
    },

    async putSetRecord(masterKey, record) {
      const text = new TextEncoder().encode(printSetRecord(record));
      const { VersionId } = await s3.send(
        new PutObjectCommand({
          Bucket: mastersBucket,
          Key: masterKey,
          Body: text,
          ContentType: setMimeType,
        }),
      );
      if (!VersionId)
        throw new Error(`S3 gave no version id for ${masterKey}. Enable versioning of the masters bucket`);
      return { masterKey, masterVersionId: VersionId, mimeType: setMimeType, bytes: text.byteLength };
    },
  };
}
