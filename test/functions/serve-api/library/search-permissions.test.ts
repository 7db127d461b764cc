import { createHash } from 'node:crypto';
import { afterAll, expect, it, vi } from 'vitest';
import { accessTokenStore } from '../../../../adapters/dynamodb/companies/access-token-store.ts';
import { indexFiles } from '../../../../adapters/s3/index-files.ts';
import { accessToken, accessTokenHash } from '../../../../domain/companies/access-token.ts';
import { placeAt } from '../../../../domain/library/index-places.ts';
import { httpEvent } from '../../../adapters/http/http-event.ts';
import { anAsset, company } from '../../../support/builders.ts';
import { aside, type Call } from '../../../support/calls.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { memoryCloud } from '../../../support/memory-cloud.ts';
import { searchPermissions } from '../../../support/search-permissions.ts';
import { shippedFunctions } from '../../../support/shipped-functions.ts';

const { ASSET_TABLE, JOB_TABLE, SECRET_TABLE, MASTERS_BUCKET, JOBS_BUCKET, INDEX_QUEUE } = cloudNames;
const places: Readonly<Record<string, string>> = {
  [ASSET_TABLE]: 'AssetTable',
  [JOB_TABLE]: 'JobTable',
  [SECRET_TABLE]: 'SecretTable',
  [MASTERS_BUCKET]: 'MastersBucket',
  [JOBS_BUCKET]: 'JobsBucket',
  [INDEX_QUEUE]: 'IndexesToRebuildQueue',
};
const actions: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
};

const cloud = memoryCloud({ now: () => Date.now() });
const token = accessToken(new Uint8Array(32).fill(1));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The permission that IAM asks for, with the whole key of an object. */
function permissionsOf({ service, command, input, targets }: Call): string[] {
  if (service === 'dynamodb') {
    const action = command === 'Query' ? command : `${command}Item`;
    return targets.map((target) => {
      const [table = '', index] = target.split(' ')[0]?.split('/') ?? [];
      return `dynamodb:${action} ${places[table]}${index === undefined ? '' : `/index/${index}`}`;
    });
  }
  if (service === 'sqs') return targets.map((url) => `sqs:${command} ${places[url]}`);
  const { Bucket = '', Key, VersionId } = input as { Bucket?: string; Key?: string; VersionId?: string };
  const action = actions[command] ?? `${command}${VersionId === undefined ? '' : 'Version'}`;
  return [`s3:${action} ${places[Bucket]}${Key === undefined ? '' : `/${Key}`}`];
}

const matches = (permission: string, needed: string) =>
  new RegExp(`^${permission.replace(/[.+?^$()[\]\\{}|]/g, '\\$&').replaceAll('*', '.*')}$`).test(needed);

/** Searches and reads the overview in a process of its own. */
async function requestAll(): Promise<number[]> {
  vi.resetModules();
  const call = shippedFunctions(cloud);
  const statuses: number[] = [];
  for (const path of ['search', 'overview']) {
    const event = httpEvent({
      path: `/v1/companies/${company}/${path}`,
      headers: { authorization: `Bearer ${token}` },
    });
    statuses.push(((await call('serve-api', event)) as { statusCode: number }).statusCode);
  }
  return statuses;
}

it('The routes of serve-api-search need all of their permissions, and no other', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T08:30:00.000Z') });
  await aside(() =>
    accessTokenStore(cloud.clients.documents, JOB_TABLE).putToken(
      accessTokenHash(token, sha256) ?? '',
      { company, subject: 'ann' },
      2_000_000_000,
    ),
  );
  cloud.own.roles.set('ann', 'admin');
  cloud.own.put(anAsset({ id: 'red' }));
  cloud.own.putSet({ id: 'pair' }, ['red']);

  // The first requests of an installation make its keys and the index.
  expect(await requestAll()).toEqual([200, 200]);
  // Another process loads the index, and the changes since.
  await aside(() =>
    indexFiles(cloud.clients.s3, JOBS_BUCKET).writeChanges(company, placeAt(Date.now()), [
      {
        kind: 'use',
        member: 'blue',
        set: 'pair',
        shown: true,
        at: '2026-11-24T08:30:00.000Z',
        sequence: '1',
      },
    ]),
  );
  expect(await requestAll()).toEqual([200, 200]);
  // An index that cannot be built in time is left to rebuild-index.
  cloud.buckets[JOBS_BUCKET].clear();
  cloud.hook.onCall = async ({ command }, next) => {
    if (command === 'Query') vi.setSystemTime(Date.now() + 30_000);
    return next();
  };
  expect(await requestAll()).toEqual([503, 200]);

  const needed = [...new Set(cloud.calls.flatMap(permissionsOf))];
  expect(needed.filter((one) => !searchPermissions.some((permission) => matches(permission, one)))).toEqual(
    [],
  );
  // A missing object: S3 then asks for the right to list.
  const implied = ['s3:ListBucket MastersBucket'];
  expect(
    searchPermissions.filter(
      (permission) => !implied.includes(permission) && !needed.some((one) => matches(permission, one)),
    ),
  ).toEqual([]);
});
