/** Of all functions: names of their metrics say the rest. */
const namespace = 'Pressroom';

/**
 * Writes counts to the log in CloudWatch's embedded metric format, which makes metrics of them: no call, no permission,
 * $0.30 a month for each name and function in hours that have any.
 * @param functionName the dimension: two deployments in one account keep their numbers apart
 * @param counts what is 0 is left out; nothing is written where all is
 * @param now milliseconds since 1970
 */
export function emitMetrics(
  functionName: string,
  counts: Readonly<Record<string, number>>,
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
