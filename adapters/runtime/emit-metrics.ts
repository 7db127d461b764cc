/** The same for all functions; the names of the metrics are specific enough. */
const namespace = 'Pressroom';

/** Every metric that functions emit. docs/metrics.md describes each. */
export const metricNames = [
  'JobsRepaired',
  'NotDeleted',
  'NotReconciled',
  'RefusedStatements',
  'SchedulesRepaired',
] as const;

/**
 * Writes counts to the log in CloudWatch's embedded metric format, from which CloudWatch makes metrics. It needs no call
 * and no permission, and costs $0.30 a month for each name and function in hours that have a count.
 * @param functionName the dimension, which separates two deployments in one account
 * @param counts counts of 0 are left out; nothing is written if all are 0
 * @param now milliseconds since 1970
 */
export function emitMetrics(
  functionName: string,
  counts: Readonly<Partial<Record<(typeof metricNames)[number], number>>>,
  now: number,
  write: (line: string) => void = console.log,
): void {
  const nonZero = Object.entries(counts).filter(([, count]) => count > 0);
  if (nonZero.length === 0) return;
  const Metrics = nonZero.map(([Name]) => ({ Name, Unit: 'Count' }));
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [['FunctionName']], Metrics }];
  const _aws = { Timestamp: now, CloudWatchMetrics };
  write(JSON.stringify({ _aws, FunctionName: functionName, ...Object.fromEntries(nonZero) }));
}
