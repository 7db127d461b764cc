/**
 * Models how long an action job of 100,000 assets takes: run-action on a cloud in memory, each of whose calls takes the time that
 * bench/model/behaviour.ts assumes for AWS. Write units are measured by bench/write-amplification.ts.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingsStore } from '../adapters/dynamodb/companies/settings-store.ts';
import { actionStore } from '../adapters/dynamodb/jobs/action-store.ts';
import { jobStore } from '../adapters/dynamodb/jobs/job-store.ts';
import { submissionStore } from '../adapters/dynamodb/jobs/submission-store.ts';
import { metadataSchemaStore } from '../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../adapters/dynamodb/library/metadata-store.ts';
import { isTransient } from '../adapters/runtime/transient-error.ts';
import { actionLists } from '../adapters/s3/action-lists.ts';
import { jobLogs } from '../adapters/s3/job-logs.ts';
import { submitActionJob } from '../application/jobs/submit-action-job.ts';
import { defaultSettings } from '../domain/companies/settings.ts';
import { type AssetAction, newActionJob } from '../domain/jobs/action-job.ts';
import { maxScopeAssets } from '../domain/library/limits.ts';
import { runAction } from '../functions/run-action/run-action.ts';
import { company, jobIdOf } from '../test/support/builders.ts';
import type { Call } from '../test/support/calls.ts';
import { cloudNames } from '../test/support/cloud-names.ts';
import { imageAsset, libraryAdapters, libraryCloud } from '../test/support/library-cloud.ts';
import { behaviour, drawLatency } from './model/behaviour.ts';
import { machine, today, versions } from './support/machine.ts';
import { round, seededRandom } from './support/statistics.ts';

/** Assets of a measurement: a few seconds. */
const assets = 2_000;

const actions: readonly AssetAction[] = [
  { name: 'trash' },
  { name: 'move', folder: '/archive/' },
  { name: 'unpublish' },
  { name: 'metadata', edit: { addKeywords: ['sale'] } },
  { name: 'dates', liveUntil: '2027-01-01T00:00:00.000Z' },
];

export async function run(): Promise<void> {
  const rows: Record<string, { assetsPerSecond: number; minutesFor100000: number }> = {};
  for (const action of actions) {
    const seconds = await secondsOf(action);
    rows[action.name] = {
      assetsPerSecond: Math.round(assets / seconds),
      minutesFor100000: round((seconds * maxScopeAssets) / assets / 60, 1),
    };
    console.log(`${action.name}: ${JSON.stringify(rows[action.name])}`);
  }
  const { s3, dynamodb } = behaviour;
  const result = {
    machine: machine(),
    versions: versions(),
    date: today(),
    behaviour: { s3, dynamodb },
    rows,
  };
  const file = join(import.meta.dirname, 'results', 'actions.json');
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

async function secondsOf(action: AssetAction): Promise<number> {
  const ids = Array.from({ length: assets }, (_, index) => `a${index}`);
  const library = libraryCloud(
    ids.map((id) =>
      imageAsset(id, {
        intent: 'live',
        publications: {
          'image-serving': { version: 1, key: `luma/${id}`, at: '2026-11-24T08:00:00.000Z', by: 'ann' },
        },
      }),
    ),
  );
  const { clients, hook } = library.memory;
  const { documents, s3 } = clients;
  const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET } = cloudNames;
  const random = seededRandom(1);
  hook.onCall = async (call, next) => {
    await sleep(latencyOf(call, random));
    hook.calls.length = 0;
    return next();
  };
  const stores = {
    ...libraryAdapters(clients),
    ...metadataStore(documents, ASSET_TABLE),
    ...metadataSchemaStore(documents, JOB_TABLE),
    ...settingsStore(documents, JOB_TABLE),
    ...jobStore(documents, JOB_TABLE),
    ...actionStore(documents, JOB_TABLE),
    ...submissionStore(documents, JOB_TABLE),
    ...actionLists(s3, JOBS_BUCKET),
    ...jobLogs(s3, JOBS_BUCKET),
    requestAction: async () => {},
  };
  const jobId = jobIdOf(1);
  const now = () => new Date().toISOString();
  const list = { action, ids };
  const origin = { company, id: jobId, givenName: 'Model', submittedBy: 'bob', submitted: now() };
  await submitActionJob(newActionJob(list, origin, defaultSettings), list, stores);
  const began = performance.now();
  const body = JSON.stringify({ company, jobId });
  const record = { messageId: 'm', receiptHandle: 'r', body, attributes: { ApproximateReceiveCount: '1' } };
  await runAction({ Records: [record] } as unknown as Parameters<typeof runAction>[0], {
    ...stores,
    retryAfter: async () => {},
    isTransient,
    timeLeft: () => 300_000,
    newClaim: () => 'bench',
    now,
    log: {
      warn: () => {},
      error: (_, error) => {
        throw error;
      },
    },
  });
  const seconds = (performance.now() - began) / 1_000;
  const job = await stores.getJob(company, jobId);
  if (job?.counts.done !== assets)
    throw new Error(`The job ended ${job?.status}: ${JSON.stringify(job?.counts)}`);
  return seconds;
}

function latencyOf({ service, command }: Call, random: () => number): number {
  if (service === 's3')
    return drawLatency(command === 'CopyObject' ? behaviour.s3.copy : behaviour.s3.small, random);
  const isLarge = command.startsWith('Batch') || command.startsWith('Transact');
  return drawLatency(isLarge ? behaviour.dynamodb.batch : behaviour.dynamodb.single, random);
}
