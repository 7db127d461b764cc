import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { jobListStore } from '../../../../adapters/dynamodb/jobs/job-list-store.ts';
import { jobItem } from '../../../../adapters/dynamodb/jobs/job-store.ts';
import type { PublishJob } from '../../../../domain/jobs/job.ts';
import type { JobSort } from '../../../../domain/jobs/job-order.ts';
import { type JobFilters, planJobList } from '../../../../domain/jobs/plan-job-list.ts';
import { firstIdAt } from '../../../../domain/jobs/ulid-times.ts';
import { aPublishJob, jobIdOf } from '../../../support/builders.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const ended = '2026-11-24T09:00:00.000Z';
const queued = (number: number) => aPublishJob({ id: jobIdOf(number) });
const done = (number: number) => aPublishJob({ id: jobIdOf(number), status: 'succeeded', ended });

/** What each index tells, and what the records are. */
function tell(active: readonly PublishJob[], index: readonly PublishJob[], records: readonly PublishJob[]) {
  const itemsOf = (jobs: readonly PublishJob[]) =>
    jobs.map((job) => ({ ...jobItem(job), activeSort: `luma#${job.id}` }));
  dynamodb
    .on(QueryCommand)
    .resolves({ Items: itemsOf(index) })
    .on(QueryCommand, { IndexName: 'active' })
    .resolves({ Items: itemsOf(active) })
    .on(BatchGetCommand)
    .callsFake(({ RequestItems }: { RequestItems: { jobs: { Keys: { pk: string }[] } } }) => {
      const wanted = RequestItems.jobs.Keys.map(({ pk }) => pk);
      if (new Set(wanted).size < wanted.length) throw new Error('A key is given twice');
      return { Responses: { jobs: records.map(jobItem).filter(({ pk }) => wanted.includes(pk)) } };
    });
}

async function list(filters: JobFilters = {}, sort: JobSort = 'started', limit = 9, clock = () => 0) {
  const plan = planJobList(filters, sort, 'asc');
  const page = await jobListStore(documents, 'jobs', clock).listJobs('luma', plan, filters, { limit });
  return { ids: page.items.map(({ id }) => id), next: page.next?.id };
}

const queries = () => dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input);
const recordsRead = () =>
  dynamodb.commandCalls(BatchGetCommand).flatMap(({ args }) => args[0].input.RequestItems?.jobs?.Keys ?? [])
    .length;

beforeEach(() => void dynamodb.reset());

describe('a list of jobs', () => {
  it.each<[JobFilters, string[]]>([
    [{}, ['active', 'byCompany']],
    [{ state: 'active' }, ['active']],
    [{ statuses: ['queued', 'stopping'] }, ['active']],
    [{ state: 'ended' }, ['byCompany']],
    [{ statuses: ['failed'] }, ['byStatus']],
    [{ state: 'active', statuses: ['failed'] }, []],
  ])('with %j reads only the indexes that can tell of it: %j', async (filters, indexes) => {
    tell([], [], []);
    await list(filters);
    expect(queries().map(({ IndexName }) => IndexName)).toEqual(indexes);
  });

  it('asks for the active jobs of its company and its dates alone', async () => {
    tell([], [], []);
    const from = '2026-11-24T00:00:00.000Z';
    await list({ from }, 'name');
    expect(queries()[0]?.ExpressionAttributeValues).toEqual({
      ':active': 'ACTIVE',
      ':from': `luma#${firstIdAt(from)}`,
      ':to': 'luma#~',
    });
  });

  it('has a job once that has ended just now, whichever index knows of it', async () => {
    tell([queued(1), queued(2)], [done(1), done(3)], [done(1), done(2), done(3)]);
    expect((await list()).ids).toEqual([1, 2, 3].map(jobIdOf));
    // By status it stands elsewhere by now.
    expect((await list({}, 'status')).ids).toEqual([1, 2, 3].map(jobIdOf));
    expect((await list({ state: 'active' })).ids).toEqual([]);
  });

  it('has a job once that has ended and stays in the index of active ones', async () => {
    tell([done(1), queued(2)], [done(1)], [done(1), queued(2)]);
    expect((await list()).ids).toEqual([1, 2].map(jobIdOf));
  });

  it('reads no more records than the page needs, however many jobs are at work', async () => {
    const many = Array.from({ length: 2_000 }, (_, number) => queued(number));
    tell(many, [], many);
    expect(await list({}, 'name', 5)).toEqual({ ids: [0, 1, 2, 3, 4].map(jobIdOf), next: jobIdOf(4) });
    expect(recordsRead()).toBe(6);
  });

  it('ends where its time is up, and says where it goes on', async () => {
    const many = Array.from({ length: 20 }, (_, number) => queued(number));
    let time = 0;
    // All have ended, as their records tell.
    tell(
      many,
      [],
      many.map(({ id }) => aPublishJob({ id, status: 'failed', ended })),
    );
    expect(
      await list({ state: 'active' }, 'name', 2, () => {
        time += 6_000;
        return time;
      }),
    ).toEqual({ ids: [], next: jobIdOf(2) });
  });
});
