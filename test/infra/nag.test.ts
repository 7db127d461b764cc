import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, inject, it } from 'vitest';
import { sharedSynthesis } from './synth.ts';

it('cdk-nag finds nothing in the app that is not acknowledged', () => {
  // A finding makes the synthesis throw, with the finding as its message.
  const report = readFileSync(join(sharedSynthesis().folder, 'validation-report.json'), 'utf8');
  const { pluginReports } = JSON.parse(report) as { pluginReports: { violations: unknown[] }[] };
  expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
});

it('cdk-nag is at work: it refuses a bucket that takes requests without TLS', () => {
  const app = new App({ outdir: join(inject('scratch'), 'careless') });
  new Bucket(new Stack(app, 'Careless'), 'Open');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow('AwsSolutions-S10');
});

it('only these rules are acknowledged anywhere, each finding with a reason of its own', () => {
  const { folder } = sharedSynthesis();
  const acknowledged = readdirSync(folder)
    .filter((name) => name.endsWith('.metadata.json'))
    .flatMap((name) => {
      const metadata = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<
        string,
        { type: string; data: Record<string, string> }[]
      >;
      return Object.values(metadata).flat();
    })
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
    .flatMap(({ data }) => Object.entries(data));
  const rules = new Set(acknowledged.map(([id]) => /AwsSolutions-\w+/.exec(id)?.[0] ?? id));
  expect([...rules].sort()).toEqual([
    'AwsSolutions-APIG4',
    'AwsSolutions-CFR1',
    'AwsSolutions-CFR2',
    'AwsSolutions-CFR3',
    'AwsSolutions-CFR4',
    'AwsSolutions-COG2',
    'AwsSolutions-COG8',
    'AwsSolutions-IAM5',
    'AwsSolutions-S1',
  ]);
  for (const [id, reason] of acknowledged) expect(reason.length, id).toBeGreaterThan(40);
});
