import { type RouteName, routes } from '@pressroom/api/routes';
import { problemResponse } from '@pressroom/api/values';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { httpEvent } from '../../adapters/http/http-event.ts';
import { type MemoryCloud, memoryCloud } from '../../support/memory-cloud.ts';
import { type CallFunction, shippedFunctions } from '../../support/shipped-functions.ts';
import { asset, now } from './api-world.ts';
import { emptyFolder, type Furnished, furnish } from './furnished-company.ts';
import { type SampleRequest, sampleRequests } from './sample-requests.ts';

let cloud: MemoryCloud;
let callFunction: CallFunction;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) });
  // The one route that calls the world outside AWS.
  vi.doMock('../../../adapters/webhook/send-webhook.ts', () => ({
    sendWebhook: async () => ({ outcome: 'responded', status: 204, body: '', truncated: false }),
  }));
  cloud = memoryCloud({ now: Date.now });
  callFunction = shippedFunctions(cloud);
});

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Where a sample names what is there already, or cannot be known before. */
const others: Partial<Record<RouteName, (furnished: Furnished) => Partial<SampleRequest>>> = {
  completeFile: ({ parts }) => ({ body: { parts } }),
  invalidateCdn: () => ({ body: { assetIds: [asset.id] } }),
  createSet: () => ({ body: { type: 'image-set', id: 'all views', members: [{ id: asset.id }] } }),
  createDerived: () => ({ body: { id: 'banner', recipe: 'wid=400' } }),
  deleteFolder: () => ({ query: `path=${encodeURIComponent(emptyFolder)}` }),
  restoreAssets: () => ({ body: { assetIds: ['old shoe'] } }),
};

/** The function that serves a route. */
const functionOf = (name: RouteName) =>
  name === 'invalidateCdn' || name === 'readInvalidation' ? 'invalidate-cdn' : 'serve-api';

const rows = (Object.entries(sampleRequests) as [RouteName, SampleRequest][]).flatMap(([name, sample]) => [
  ...(['viewer', 'user', 'admin'] as const).map((who, index) => ({
    name,
    who,
    sample,
    status: sample.as[index],
  })),
  { name, who: 'stranger', sample, status: 404 },
]);

describe('the shipped functions on the true adapters', () => {
  it.each(rows)('respond to $name of a $who with $status', async ({ name, who, sample, status }) => {
    const furnished = await furnish(cloud);
    const { method, path, query, body } = { ...sample, ...others[name]?.(furnished) };
    const event = httpEvent({
      method,
      path: `/v1/companies/luma${path}`,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
      claims: { sub: who },
    });
    const response = (await callFunction(functionOf(name), event)) as APIGatewayProxyStructuredResultV2;
    expect(response.statusCode, response.body).toBe(status);
    const parsed: unknown = JSON.parse(response.body ?? 'null');
    if (response.statusCode !== undefined && response.statusCode < 300)
      expect(routes[name].response.schema.safeParse(parsed).error).toBeUndefined();
    else expect(problemResponse.safeParse(parsed).error).toBeUndefined();
  });
});
