/**
 * A line that counts something as a metric of CloudWatch, namespace `Pressroom`, when a function writes it to its log:
 * the embedded metric format, which takes no call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param functionName the metric's one dimension
 * @param time milliseconds since 1970
 */
export function metricLine(functionName: string, name: string, value: number, time: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: time,
      CloudWatchMetrics: [
        { Namespace: 'Pressroom', Dimensions: [['FunctionName']], Metrics: [{ Name: name, Unit: 'Count' }] },
      ],
    },
    FunctionName: functionName,
    [name]: value,
  });
}
