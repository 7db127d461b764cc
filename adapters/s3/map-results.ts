/**
 * What a Distributed Map wrote about its children. Source: Step Functions Developer Guide, "ResultWriter".
 */
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { textObjects } from './text-objects.ts';

export interface FailedChild {
  /** The item of the map, parsed. */
  readonly input: unknown;
  /** Name of the error, such as `Lambda.TooManyRequestsException`; empty if the child was ended from outside. */
  readonly error: string;
}

export interface MapResults {
  /**
   * The children that failed. Costs one GET, and one for each file of failures: none if all succeeded.
   * @param manifestKey `ResultWriterDetails.Key` of the map's output
   */
  readFailedChildren(manifestKey: string): Promise<FailedChild[]>;
}

const manifest = z.object({
  ResultFiles: z.object({ FAILED: z.array(z.object({ Key: z.string() })).default([]) }),
});
const children = z.array(z.object({ Input: z.string(), Error: z.string().optional() }));

export function mapResults(s3: S3Client, bucket: string): MapResults {
  const { get } = textObjects(s3, bucket);
  return {
    async readFailedChildren(manifestKey) {
      const { ResultFiles } = manifest.parse(JSON.parse(await get(manifestKey)));
      const failed: FailedChild[] = [];
      for (const { Key } of ResultFiles.FAILED) {
        for (const { Input, Error: error = '' } of children.parse(JSON.parse(await get(Key)))) {
          failed.push({ input: JSON.parse(Input), error });
        }
      }
      return failed;
    },
  };
}
