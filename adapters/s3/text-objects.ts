import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Reads and writes of small text objects in one bucket. */
export interface TextObjects {
  put(key: string, body: string, type: string): Promise<void>;
  /**
   * Writes a text if the object has not changed.
   * @param before the object as it was read; undefined if it must not exist
   * @returns false if it was written meanwhile
   */
  putUnchanged(key: string, body: string, type: string, before: TaggedText | undefined): Promise<boolean>;
  get(key: string): Promise<string>;
  find(key: string): Promise<TaggedText | undefined>;
}

export interface TaggedText {
  readonly text: string;
  readonly etag: string | undefined;
}

/** Errors of S3 if a condition does not hold or another write to the same key is in progress. */
const refusals = ['PreconditionFailed', 'ConditionalRequestConflict'];

export function textObjects(s3: S3Client, bucket: string): TextObjects {
  return {
    async put(key, body, type) {
      await s3.send(new PutObjectCommand(objectOf(key, body, type)));
    },

    async putUnchanged(key, body, type, before) {
      const condition = before ? { IfMatch: before.etag } : { IfNoneMatch: '*' };
      try {
        await s3.send(new PutObjectCommand({ ...objectOf(key, body, type), ...condition }));
        return true;
      } catch (error) {
        if (refusals.includes(error instanceof Error ? error.name : '')) return false;
        throw error;
      }
    },

    async get(key) {
      return (await read(key)).text;
    },

    async find(key) {
      try {
        return await read(key);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };

  function objectOf(key: string, body: string, type: string) {
    // The SDK treats an empty text as a stream of unknown length, and warns.
    return { Bucket: bucket, Key: key, Body: body || '\n', ContentType: type };
  }

  async function read(key: string): Promise<TaggedText> {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`S3 gave no body for ${key}`);
    return { text: await Body.transformToString(), etag: ETag };
  }
}
