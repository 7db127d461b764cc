/**
 * Two scopes of the largest size, each fixed by a search and run as a job, on the functions as they ship. It takes 46 s of
 * processor time and 1.6 GB of memory.
 */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { maxScopeAssets } from '../../domain/library/limits.ts';
import { httpEvent, identify } from '../adapters/http/http-event.ts';
import { anAsset, company } from '../support/builders.ts';
import { memoryCloud } from '../support/memory-cloud.ts';
import { shippedFunctions } from '../support/shipped-functions.ts';
import { executionRunner } from './support/run-executions.ts';

/** Assets that each scope has and the other has not. */
const others = maxScopeAssets / 10;
const total = maxScopeAssets + others;

vi.doMock('../../application/companies/identify-caller.ts', () => ({ identifyCaller: identify }));
const cloud = memoryCloud({ now: Date.now, settings: { servers: ['image-serving'] } });
const callFunction = shippedFunctions(cloud);
const runner = executionRunner(cloud, callFunction);

async function post(path: string, body: object) {
  const event = httpEvent({
    method: 'POST',
    path: `/v1/companies/${company}${path}`,
    claims: { sub: 'ann' },
    body,
  });
  const response = (await callFunction('serve-api', event)) as APIGatewayProxyStructuredResultV2;
  // 100,000 calls are recorded for nothing.
  cloud.calls.length = 0;
  return { status: response.statusCode, body: JSON.parse(response.body ?? '{}') as Record<string, unknown> };
}

const linen = { keyword: 'linen' };
const red = { field: 'colour:red' };
const scope = (query: object, count = maxScopeAssets) => ({ scope: { query, count } });

/** The first ones are of linen, the last ones are red. */
beforeAll(() => {
  cloud.own.roles.set('ann', 'user');
  for (let number = 0; number < total; number += 1) {
    cloud.own.put(
      anAsset({
        id: `asset-${String(number).padStart(6, '0')}`,
        keywords: number < maxScopeAssets ? ['Linen'] : [],
        fields: number < others ? {} : { colour: 'red' },
      }),
    );
  }
}, 120_000);

afterAll(() => {
  vi.unstubAllEnvs();
});

it('Two scopes of 100,000 assets become two jobs, which log each of their assets once and no other', async () => {
  expect(await post('/jobs', scope(linen, maxScopeAssets - 1))).toMatchObject({
    status: 409,
    body: { code: 'scope.changed', matches: String(maxScopeAssets) },
  });
  expect(await post('/jobs', scope({ type: 'image' }, total))).toMatchObject({
    status: 422,
    body: { code: 'scope.too-large', matches: String(total) },
  });
  const submitted = [];
  for (const query of [linen, red])
    submitted.push(await post('/jobs', { ...scope(query), publish: 'full', force: true }));
  expect(submitted.map(({ status }) => status)).toEqual([201, 201]);
  await runner.run();

  const jobs = submitted.map(({ body }) => cloud.own.jobs.get(String(body.id)) as PublishJob);
  expect(jobs.map(({ status, counts }) => [status, counts.done, counts.total])).toEqual([
    ['succeeded', maxScopeAssets, maxScopeAssets],
    ['succeeded', maxScopeAssets, maxScopeAssets],
  ]);
  const logged = jobs.map(({ id }) => cloud.own.log(id).flatMap(({ asset }) => asset ?? []));
  expect(logged.map((ids) => [ids.length, new Set(ids).size])).toEqual([
    [maxScopeAssets, maxScopeAssets],
    [maxScopeAssets, maxScopeAssets],
  ]);
  expect(new Set(logged.flat()).size).toBe(total);
}, 600_000);
