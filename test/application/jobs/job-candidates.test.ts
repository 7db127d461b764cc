import { describe, expect, it } from 'vitest';
import {
  type CandidatePosition,
  firstPosition,
  readCandidates,
} from '../../../application/jobs/job-candidates.ts';
import type { LogEntry, PublishJob } from '../../../domain/jobs/job.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const other = jobIdOf(2);

const live = {
  intent: 'live',
  publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: 'k' } },
} as const;

/** Two in each of three folders, one of them live; and one in the trash. */
function library(pageSize = 1_000): PublishCloud {
  const cloud = publishCloud({ pageSize });
  for (const [name, folder] of [
    ['root', '/'],
    ['shoe', '/shoes/'],
    ['boot', '/shoes/boots/'],
  ] as const) {
    cloud.put(anAsset({ id: `${name}-new`, folder }));
    cloud.put(anAsset({ id: `${name}-live`, folder, ...live }));
  }
  cloud.put(
    anAsset({ id: 'trashed', folder: '/shoes/', trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } }),
  );
  return cloud;
}

async function all(cloud: PublishCloud, more: Partial<PublishJob>) {
  const job = aPublishJob({ id, ...more });
  const found: string[] = [];
  let position: CandidatePosition | undefined = firstPosition(job);
  let pages = 0;
  while (position) {
    // As it is stored in the plan's cursor.
    const at: CandidatePosition = JSON.parse(JSON.stringify(position)) as CandidatePosition;
    const page: Awaited<ReturnType<typeof readCandidates>> = await readCandidates(
      job,
      at,
      cloud.dependencies,
    );
    found.push(...page.items.map((asset) => asset.id));
    position = page.next;
    pages += 1;
  }
  return { found: found.sort(), pages };
}

const everything = ['boot-live', 'boot-new', 'root-live', 'root-new', 'shoe-live', 'shoe-new'];

describe('readCandidates', () => {
  it.each([
    ['the assets that some job could publish', {}, ['boot-new', 'root-new', 'shoe-new']],
    ['of that a folder', { scope: { kind: 'folder', folder: '/shoes/', below: false } }, ['shoe-new']],
    [
      'of that a folder and those below it',
      { scope: { kind: 'folder', folder: '/shoes/', below: true } },
      ['boot-new', 'shoe-new'],
    ],
    ['all of the library when it is forced to', { force: true }, everything],
    [
      'all of a folder when it is forced to',
      { force: true, scope: { kind: 'folder', folder: '/shoes/', below: true } },
      ['boot-live', 'boot-new', 'shoe-live', 'shoe-new'],
    ],
    ['the whole library for a server that was enabled', { publish: 'enable-server' }, everything],
    ['the whole library for a server that was disabled', { publish: 'disable-server' }, everything],
  ] as const)('%s: %j', async (_, more, expected) => {
    for (const pageSize of [1, 2, 1_000]) {
      expect((await all(library(pageSize), more as Partial<PublishJob>)).found).toEqual(expected);
    }
  });

  it('reads the assets of a list that still exist, 500 at a time', async () => {
    const cloud = library();
    const many = Array.from({ length: 1_200 }, (_, index) => `m${String(index).padStart(4, '0')}`);
    for (const name of many) cloud.put(anAsset({ id: name }));
    await cloud.dependencies.writeScope(company, id, ['trashed', 'gone', 'shoe-live', ...many]);
    const { found, pages } = await all(cloud, { scope: { kind: 'assets', count: 1_203 } });
    expect(found).toEqual([...many, 'shoe-live']);
    expect(pages).toBe(3);
  });

  it('reads the assets that failed or were not reached in another job, each once', async () => {
    const cloud = library();
    const line = (asset: string, outcome: LogEntry['outcome']): LogEntry => ({
      time: 'now',
      asset,
      outcome,
      message: 'Text',
    });
    const lines = [
      line('shoe-new', 'error'),
      line('shoe-new', 'error'),
      line('boot-new', 'not-reached'),
      line('root-new', 'published'),
      line('root-live', 'skipped'),
      line('trashed', 'error'),
    ];
    const readLog: PublishCloud['dependencies']['readLog'] = async (_, jobId, { after }) => {
      expect(jobId).toBe(other);
      const from = after?.line ?? 0;
      const items = lines.slice(from, from + 3);
      return from + 3 < lines.length ? { items, next: { file: 'begin.jsonl', line: from + 3 } } : { items };
    };
    const dependencies = { ...cloud.dependencies, readLog };
    const job = aPublishJob({ id, scope: { kind: 'failed', jobId: other } });
    const first = await readCandidates(job, firstPosition(job), dependencies);
    expect(first.items.map((asset) => asset.id)).toEqual(['shoe-new', 'boot-new']);
    const second = await readCandidates(job, first.next ?? { source: 'failed' }, dependencies);
    expect(second).toEqual({ items: [], next: undefined });
  });
});
