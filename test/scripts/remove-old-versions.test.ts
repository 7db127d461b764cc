import {
  DeleteFunctionCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { removeOldVersions } from '../../scripts/deployment/remove-old-versions.ts';

const lambda = mockClient(LambdaClient);
const now = Date.parse('2026-11-24T12:00:00.000Z');
const hour = 3_600_000;

/** As Lambda writes it: without a colon in its offset. */
const hoursAgo = (hours: number) => new Date(now - hours * hour).toISOString().replace('Z', '+0000');

const versions = (...hours: readonly number[]) => [
  { Version: '$LATEST', LastModified: hoursAgo(0) },
  ...hours.map((ago, index) => ({ Version: String(index + 9), LastModified: hoursAgo(ago) })),
];

beforeEach(() => {
  lambda.reset();
  lambda.on(DeleteFunctionCommand).resolves({});
  lambda
    .on(ListVersionsByFunctionCommand)
    .rejects(new ResourceNotFoundException({ message: 'made by a test', $metadata: {} }));
});

const removedOf = async (...hours: readonly number[]) => {
  lambda
    .on(ListVersionsByFunctionCommand, { FunctionName: 'media-plan-job' })
    .resolves({ Versions: versions(...hours).reverse() });
  return removeOldVersions(new LambdaClient({ region: 'eu-west-1' }), 'media', now);
};

it.each([
  ['no version of a function that has one', [900], []],
  ['no version that was replaced within two days', [900, 47], []],
  ['the versions that were replaced before, and keeps those since', [900, 800, 49, 47, 0], [9, 10]],
  ['all but the newest version if the last deployment is long ago', [900, 800, 700], [9, 10]],
  ['nothing of a function that is not there', [], []],
] as const)('removes %s', async (_, hours, expected) => {
  expect(await removedOf(...hours)).toEqual(expected.map((version) => `media-plan-job:${version}`));
  expect(lambda.commandCalls(DeleteFunctionCommand).map(({ args }) => args[0].input)).toEqual(
    expected.map((version) => ({ FunctionName: 'media-plan-job', Qualifier: String(version) })),
  );
});
