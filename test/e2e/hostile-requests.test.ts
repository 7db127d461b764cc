import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

/** Requests that clients do not send, through the gateway and the functions with their permissions. */

let stateFolder: string;
let test: TestCloud;
let api: string;

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'pressroom-hostile-'));
  test = await startTestCloud(inject('assembly'), stateFolder);
  api = String(test.cloud.addresses.api);
});
afterAll(async () => {
  await test?.stop();
  await rm(stateFolder, { recursive: true, force: true });
});

async function send(path: string, init: RequestInit & { readonly signedIn?: boolean } = {}) {
  const { signedIn = true, ...request } = init;
  const response = await fetch(`${api}${path}`, {
    ...request,
    headers: {
      ...(signedIn ? { authorization: `Bearer ${test.token('user')}` } : {}),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const below = `/v1/companies/${company}`;

describe('a request that no client sends', () => {
  it.each([
    ['a surrogate in JSON', `${below}/folders`, '{"path":"/\\ud800/"}', 400],
    ['a surrogate in a name', `${below}/uploads`, '{"files":[{"name":"\\udfff.png"}]}', 400],
    ['bytes that are not UTF-8', `${below}/folders`, Buffer.from('7b2270617468223a222fff2f227d', 'hex'), 400],
    ['no JSON', `${below}/folders`, '{', 400],
    ['a deep list', `${below}/jobs`, `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 400],
    ['a hidden character', `${below}/folders`, '{"path":"/a\\u202e/"}', 400],
    [
      'a folder of too many bytes',
      `${below}/folders`,
      JSON.stringify({ path: `/${'靴'.repeat(99)}/${'靴'.repeat(99)}/` }),
      400,
    ],
    ['too large a body', `${below}/jobs`, `{"name":"${'x'.repeat(1_000_001)}"}`, 413],
  ])('is refused, and never a fault: %s', async (_, path, body, status) => {
    const response = await send(path, { method: 'POST', body });
    expect(response.status, response.text).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it.each([
    ['a cursor that was made up', `${below}/assets?cursor=eyJpZCI6ImEifQ`, 400],
    ['a query that is not UTF-8', `${below}/search?q=%ff`, 400],
    ['a path that is not UTF-8', `${below}/assets/%ff`, 400],
    ['an unknown path', '/v1/nothing', 404],
    ['an id longer than any key', `${below}/assets/${'x'.repeat(3_000)}`, 400],
  ])('by GET is refused, and never a fault: %s', async (_, path, status) => {
    expect((await send(path)).status).toBe(status);
  });

  it('without a valid token is refused by the function, and gets what the OpenAPI document describes', async () => {
    const document = JSON.parse((await send('/v1/openapi.json', { signedIn: false })).text);
    const { responses } = document.paths['/v1/companies/{company}/assets'].get;
    const refused = await send(`${below}/assets`, { signedIn: false });
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([401, 'access.not-signed-in']);
    expect(Object.keys(responses['401'].content)).toEqual(['application/problem+json']);
    const forged = await send(`${below}/assets`, { headers: { authorization: 'Bearer e30.e30.e30' } });
    expect(forged.status).toBe(401);
    const tooLong = await send(`${below}/assets`, { headers: { 'x-long': 'x'.repeat(11_000) } });
    expect([tooLong.status, tooLong.text]).toEqual([431, '']);
    expect(responses['431']).not.toHaveProperty('content');
  });

  it('with a token of a trigger URL leaves none in the access log', async () => {
    const tokens = Array.from({ length: 8 }, (_, index) => `trg_${String(index).repeat(43)}`);
    for (const token of tokens) await send(`/v1/triggers/${token}`, { method: 'POST', signedIn: false });
    await send(`/v1/triggers/${tokens[0]}`);
    const log = await readFile(join(stateFolder, 'logs', 'http-api.log'), 'utf8');
    expect(log).toContain('/v1/triggers/{token}');
    for (const token of tokens) expect(log).not.toContain(token);
  });
});

it('a cursor goes on with its own list only', async () => {
  for (const path of ['/a/', '/b/', '/c/']) await test.as('user').call('createFolder', { body: { path } });
  const first = await test.as('user').call('listFolders', { query: { limit: 1 } });
  const query = { limit: 1, cursor: first.next };
  expect((await test.as('user').call('listFolders', { query })).items).toMatchObject([{ path: '/b/' }]);
  expect((await send(`${below}/folders?parent=%2Fa%2F&cursor=${first.next}`)).status).toBe(400);
  expect((await send(`${below}/trash?cursor=${first.next}`)).status).toBe(400);
});

it('a set and a file whose names meet on Server Directory keep an object each', async () => {
  await test.as('admin').call('toggleServer', { params: { server: 'server-directory' }, body: { on: true } });
  const { job } = await test.upload([{ name: 'press/shoe-1.5', bytes: png, type: 'image/png' }]);
  await test.until(job.id, 'succeeded', 'completed-with-errors');
  await test.as('user').call('createSet', {
    body: { type: 'spin-set', id: 'shoe-1.5', members: [{ id: 'shoe-1' }] },
  });
  const bucket = test.cloud.outputs.ServerDirectoryBucket;
  const keys = async () => {
    const { Contents = [] } = await test.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key }) => Key);
  };
  expect(await keys()).toEqual([`${company}/shoe-1.5`, `${company}/shoe-1.5.spin-set`]);
  await test.as('user').call('unpublishAsset', { params: { id: 'shoe-1.5' } });
  expect(await keys()).toEqual([`${company}/shoe-1.5`]);
  expect(await test.as('user').call('readAsset', { params: { id: 'shoe-1' } })).toMatchObject({
    fileName: 'shoe-1.5',
    publications: { 'server-directory': { version: 1 } },
  });
});
