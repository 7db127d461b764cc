import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Finding } from './finding.ts';

/** Executions that every account can get without a reason: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const usualLimit = 1_000;

/** Below it jobs, uploads and visitors wait for each other: 40 parts of a job alone take as many executions. */
const minLimit = 100;

/**
 * The executions of Lambda that the account may run at once in the region. A new account has 10, until it has been used.
 * @returns the limit, for the setting accountConcurrency, besides the finding
 */
export async function checkConcurrency(
  lambda: LambdaClient,
): Promise<{ readonly finding: Finding; readonly limit: number }> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const subject = 'Lambda concurrency';
  const remedy =
    'Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384): ' +
    `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${usualLimit}`;
  if (limit < minLimit)
    return {
      limit,
      finding: {
        subject,
        level: 'warning',
        text: `${limit} executions: jobs, uploads and visitors wait for each other`,
        remedy,
      },
    };
  return { limit, finding: { subject, level: 'ok', text: `${limit} executions` } };
}
