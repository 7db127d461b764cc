import type { InvokeResult } from '../cloud-services.ts';

/**
 * The ids of the messages in a batch that failed, by the result of the function. A result that is not a valid response
 * for these messages counts as the failure of all of them:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @param reports whether the mapping has ReportBatchItemFailures; otherwise a batch succeeds or fails as a whole
 */
export function batchFailures(
  result: InvokeResult,
  messageIds: readonly string[],
  reports: boolean,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (result.error) return all;
  const { payload } = result;
  if (!reports || payload === null || payload === undefined) return new Set();
  if (typeof payload !== 'object') return all;
  const list = 'batchItemFailures' in payload ? payload.batchItemFailures : undefined;
  if (list === null || list === undefined) return new Set();
  if (!Array.isArray(list)) return all;
  const failed = new Set<string>();
  for (const item of list as unknown[]) {
    const id =
      typeof item === 'object' && item !== null && 'itemIdentifier' in item ? item.itemIdentifier : undefined;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
