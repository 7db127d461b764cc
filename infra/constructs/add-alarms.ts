import { Duration, type Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  type MetricProps,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Config } from '../config.ts';

/** Period of every metric that does not name another one. */
export const period = Duration.minutes(5);

export interface AlarmRule {
  /** A function's folder, or the one word of what else is watched. */
  readonly subject: string;
  /** With `subject` the name of the alarm and the heading of its entry in docs/operations.md. */
  readonly name: string;
  /** A description of the incident for the operator. */
  readonly description: string;
  readonly metric: IMetric;
  /** Above it is too much. Default 0. */
  readonly above?: number;
  /** How many of how many periods. Default 2 of 3: a single retried hiccup wakes nobody. */
  readonly periods?: readonly [number, number];
}

interface AlarmNames {
  /** First part of the name of each alarm. */
  readonly prefix: string;
  /** Of the topic that mails the alarms; it exists only if `alarmEmail` is set. */
  readonly topicName: string;
}

/** Adds alarms to a stack, which must be in the region of their metrics. */
export function addAlarms(
  stack: Stack,
  config: Config,
  { prefix, topicName }: AlarmNames,
  rules: readonly AlarmRule[],
): void {
  const mail = config.alarmEmail && makeTopic(stack, topicName, config.alarmEmail);
  for (const { subject, name, description, metric: watched, above = 0, periods = [2, 3] } of rules) {
    const alarm = new Alarm(stack, `${subject}-${name}`, {
      alarmName: `${prefix}/${subject}/${name}`,
      alarmDescription: `${description}. What to do: docs/operations.md#${subject}-${name}`,
      metric: watched,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: periods[0],
      evaluationPeriods: periods[1],
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (mail) alarm.addAlarmAction(new SnsAction(mail));
  }
}

function makeTopic(stack: Stack, topicName: string, email: string): Topic {
  const topic = new Topic(stack, 'Alarms', { topicName, enforceSSL: true });
  topic.addSubscription(new EmailSubscription(email));
  return topic;
}

/** A metric of an AWS service. */
export function metric(
  service: string,
  metricName: string,
  dimensionsMap: NonNullable<MetricProps['dimensionsMap']>,
  statistic = 'Sum',
): Metric {
  return new Metric({ namespace: `AWS/${service}`, metricName, dimensionsMap, statistic, period });
}
