import { definePublicRoute } from '@pressroom/api/route';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { handleRequest, jsonResponse } from '../../../adapters/http/handle-request.ts';
import { Failure } from '../../../domain/failure.ts';
import { httpEvent, identify, noAudit } from './http-event.ts';

const route = definePublicRoute({
  method: 'POST',
  path: '/v1/triggers/{token}',
  operationId: 'trigger',
  summary: 'Trigger',
  publicBecause: 'It is a test',
  secretPath: true,
  response: { status: 200, description: 'Done', schema: z.unknown() },
  failures: [],
});

async function send(path: string, method: string, respond: () => Promise<object>) {
  const logged: string[] = [];
  const response = await handleRequest(httpEvent({ method, path }), [{ ...route, respond }], {
    identify,
    findMember: async () => undefined,
    audit: noAudit,
    log: {
      error: (message) => logged.push(message),
      info: (message, facts) => logged.push(`${message} ${JSON.stringify(facts)}`),
    },
  });
  return { response, logged: logged.join('\n') };
}

const token = 'trg_secret';
const rows: [string, string, string, () => Promise<object>, number][] = [
  ['JSON', `/v1/triggers/${token}`, 'POST', async () => jsonResponse(200, {}), 200],
  [
    'a file',
    `/v1/triggers/${token}`,
    'POST',
    async () => ({ statusCode: 200, headers: { 'content-type': 'text/csv' }, body: '' }),
    200,
  ],
  ['nothing', `/v1/triggers/${token}`, 'POST', async () => ({ statusCode: 204 }), 204],
  [
    'a redirect',
    `/v1/triggers/${token}`,
    'POST',
    async () => ({ statusCode: 303, headers: { location: '/' } }),
    303,
  ],
  [
    'a refusal',
    `/v1/triggers/${token}`,
    'POST',
    () => Promise.reject(new Failure('trigger.not-found', 'No')),
    404,
  ],
  [
    'too many requests',
    `/v1/triggers/${token}`,
    'POST',
    () => Promise.reject(new Failure('request.rate-limited', 'No')),
    429,
  ],
  ['a fault', `/v1/triggers/${token}`, 'POST', () => Promise.reject(new Error('secret')), 500],
  ['a wrong method', `/v1/triggers/${token}`, 'GET', async () => ({}), 405],
  ['a wrong path', `/v1/triggers/${token}/more`, 'POST', async () => ({}), 404],
  ['bytes that are not UTF-8', `/v1/triggers/${token}%FF`, 'POST', async () => ({}), 400],
];

describe('every response of the API', () => {
  it.each(rows)('has nosniff and HSTS: %s', async (_, path, method, respond, status) => {
    const { response } = await send(path, method, respond);
    expect(response).toMatchObject({
      statusCode: status,
      headers: { 'x-content-type-options': 'nosniff', 'strict-transport-security': 'max-age=31536000' },
    });
  });

  it.each(rows)('leaves no token of a trigger URL in a log: %s', async (_, path, method, respond, status) => {
    const { logged } = await send(path, method, respond);
    expect(logged).not.toContain(token);
    expect(logged === '').toBe(status < 400);
  });
});
