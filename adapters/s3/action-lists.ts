/** The lists of action jobs in the jobs bucket, which deletes them after 30 days. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { ActionList } from '../../domain/jobs/action-job.ts';
import { actionListKey } from '../../domain/jobs/job-file-names.ts';
import { textObjects } from './text-objects.ts';

export interface ActionLists {
  /** One PUT. 100,000 ids are 2 to 40 MB. */
  writeActionList(company: string, jobId: string, list: ActionList): Promise<void>;
  /** One GET. Undefined after 30 days. */
  readActionList(company: string, jobId: string): Promise<ActionList | undefined>;
}

export function actionLists(s3: S3Client, bucket: string): ActionLists {
  const { put, find } = textObjects(s3, bucket);
  return {
    async writeActionList(company, jobId, list) {
      await put(actionListKey(company, jobId), JSON.stringify(list), 'application/json');
    },

    async readActionList(company, jobId) {
      const found = await find(actionListKey(company, jobId));
      return found && (JSON.parse(found.text) as ActionList);
    },
  };
}
