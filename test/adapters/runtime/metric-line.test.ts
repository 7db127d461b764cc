import { expect, it } from 'vitest';
import { metricLine } from '../../../adapters/runtime/metric-line.ts';

it('a metric is a line of JSON that CloudWatch reads out of the log', () => {
  expect(JSON.parse(metricLine('pressroom-reconcile-schedules', 'SchedulesMended', 2, 5))).toEqual({
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        {
          Namespace: 'Pressroom',
          Dimensions: [['FunctionName']],
          Metrics: [{ Name: 'SchedulesMended', Unit: 'Count' }],
        },
      ],
    },
    FunctionName: 'pressroom-reconcile-schedules',
    SchedulesMended: 2,
  });
});
