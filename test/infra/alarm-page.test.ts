/** The table of alarms in docs/metrics.md, made from the templates. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDocument } from '../support/documents.ts';
import { resources } from './synth.ts';

interface Alarm {
  readonly AlarmName: string;
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Metrics?: readonly {
    readonly MetricStat?: { readonly Metric: { readonly MetricName: string; readonly Namespace: string } };
  }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Period?: number;
}

const signs: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: '≥',
  GreaterThanThreshold: '>',
  LessThanOrEqualToThreshold: '≤',
  LessThanThreshold: '<',
};

function rowOf(alarm: Alarm): string {
  const { AlarmName, Namespace, MetricName, Metrics = [], EvaluationPeriods, DatapointsToAlarm } = alarm;
  const name = AlarmName.split('/').slice(1).join(' ');
  const metrics = [
    ...(MetricName === undefined ? [] : [`${Namespace} ${MetricName}`]),
    ...Metrics.flatMap(({ MetricStat }) =>
      MetricStat ? [`${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}`] : [],
    ),
  ];
  const times = `${DatapointsToAlarm ?? EvaluationPeriods} of ${EvaluationPeriods}`;
  return `| [${name}](operations.md#${name.replaceAll(' ', '-')}) | ${[...new Set(metrics)].join(', ')} | ${signs[alarm.ComparisonOperator]} ${alarm.Threshold.toLocaleString('en-US')}, ${times} |`;
}

it('lists every alarm with its metric and threshold (write it with -u)', async () => {
  const rows = resources('AWS::CloudWatch::Alarm')
    .map(({ Properties }) => rowOf(Properties as unknown as Alarm))
    .sort();
  expect(rows.length).toBeGreaterThan(60);
  const [before, rest = ''] = readDocument('docs/metrics.md').split('<!-- alarms -->');
  const after = rest.split('<!-- /alarms -->')[1];
  const table = ['| alarm | metric | raised |', '|---|---|---|', ...rows].join('\n');
  const page = `${before}<!-- alarms -->\n${table}\n<!-- /alarms -->${after}`;
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'));
});
