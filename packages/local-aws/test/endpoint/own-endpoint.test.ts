import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPorts } from '../../src/endpoint/free-ports.ts';
import { type OwnEndpoint, startOwnEndpoint } from '../../src/endpoint/own-endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-endpoint-'));
const known = { accessKeyId: 'ASIAKNOWN', secretAccessKey: 'secret', sessionToken: 'token' };
const principals: string[] = [];
let endpoint: OwnEndpoint;
let address: string;

beforeAll(async () => {
  const port = await createPorts(join(folder, 'ports.json'))('aws');
  address = `http://127.0.0.1:${port}`;
  endpoint = await startOwnEndpoint({
    port,
    log() {},
    findKey: (key) =>
      key === known.accessKeyId ? { ...known, principal: 'arn:aws:iam::1:role/worker' } : undefined,
  });
  endpoint.register('dynamodb', async ({ principal, body }) => {
    principals.push(principal);
    if (body.includes('fail')) throw new Error('broken inside');
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{"Item":{}}' };
  });
});

afterAll(async () => {
  await endpoint.stop();
  rmSync(folder, { recursive: true });
});

const get = (TableName: string) => new GetItemCommand({ TableName, Key: {} });

function client(credentials: object): DynamoDBClient {
  const complete = { ...known, ...credentials };
  return new DynamoDBClient({
    region: 'eu-central-1',
    endpoint: address,
    credentials: complete,
    maxAttempts: 1,
  });
}

it('passes a call to its service with the role of the caller', async () => {
  expect((await client({}).send(get('any'))).Item).toEqual({});
  expect(principals).toEqual(['arn:aws:iam::1:role/worker']);
});

it.each<[title: string, credentials: object, name: string]>([
  ['an unknown key', { accessKeyId: 'ASIAOTHER' }, 'UnrecognizedClientException'],
  ['a wrong secret', { secretAccessKey: 'guess' }, 'InvalidSignatureException'],
  ['a wrong token', { sessionToken: 'other' }, 'UnrecognizedClientException'],
])('refuses %s', async (_title, credentials, name) => {
  await expect(client(credentials).send(get('any'))).rejects.toMatchObject({ name });
});

it('refuses an unknown service and lists the known ones', async () => {
  const states = new SFNClient({
    region: 'eu-central-1',
    endpoint: address,
    credentials: known,
    maxAttempts: 1,
  });
  await expect(states.send(new ListStateMachinesCommand({}))).rejects.toMatchObject({
    name: 'NotImplementedException',
    message: 'The local cloud does not implement the service "states". It implements: dynamodb.',
  });
});

it('returns an internal error with its message if a service fails', async () => {
  await expect(client({}).send(get('fail'))).rejects.toMatchObject({
    name: 'InternalServerError',
    message: 'broken inside',
  });
});

it('refuses a request without a signature', async () => {
  expect((await fetch(address)).status).toBe(403);
});
