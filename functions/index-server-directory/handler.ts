import type { Context } from 'aws-lambda';
import { s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { directoryFiles } from '../../adapters/s3/directory-files.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { companyOf, directoryWork } from './index-server-directory.contract.ts';
import { indexServerDirectory } from './index-server-directory.ts';

const env = readEnvironment(environment);

const dependencies = {
  ...directoryFiles(s3Client(), env.SERVER_DIRECTORY_BUCKET),
  request: sendJson(sqsClient(), env.DIRECTORY_QUEUE),
};

/** Called by its queue with many messages, of which those of a company are one piece of work; operators call it with `{company}`. */
export const handler = logged(async (event: unknown, context: Context) => {
  const messages = queueMessages(event) ?? [event];
  const companies = new Set(messages.map((message) => companyOf(directoryWork.parse(message))));
  for (const company of companies) {
    if (company === undefined) continue;
    await indexServerDirectory(company, {
      ...dependencies,
      timeLeft: () => context.getRemainingTimeInMillis(),
    });
  }
});
