import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { createClient } from '@pressroom/client/create-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { confirmTokens, validMs } from '../../../packages/cli/mcp/confirm-tokens.ts';
import { mcpTools } from '../../../packages/cli/mcp/mcp-tools.ts';
import { mcpServer } from '../../../packages/cli/mcp/serve-mcp.ts';
import type { Context } from '../../../packages/cli/src/context.ts';
import { ask, reset } from './ask.ts';
import { handlerFetch } from './handler-fetch.ts';

/** The tools for assistants on the API as it ships, by the client of the protocol's SDK. */

beforeEach(() => reset());

async function connect({ allowChanges = false, subject = 'admin' } = {}) {
  let now = Date.parse('2026-11-24T08:30:00Z');
  const context = {
    client: createClient('https://api.example', () => subject, {
      company: 'luma',
      fetch: handlerFetch({ listCompaniesOf: async () => ['luma'] }),
    }),
    io: { now: () => now, wait: async () => {} },
    session: { company: 'luma' },
    signal: new AbortController().signal,
  } as unknown as Context;
  const server = mcpServer({ context, tokens: allowChanges ? confirmTokens(() => now) : undefined });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  const call = async (name: string, given: object = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: { ...given } });
    const [{ text }] = content as [{ text: string }];
    return isError ? { error: text } : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  };
  return {
    client,
    call,
    pass(milliseconds: number) {
      now += milliseconds;
    },
  };
}

describe('The tools for assistants', () => {
  it('are those that docs/mcp.md describes', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'mcp.md'), 'utf8');
    const described = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(described).toEqual(mcpTools.map(({ name }) => name));
  });

  it('are read-only unless changes are allowed', async () => {
    const { client, call } = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('confirm_change');
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    const planned = await call('plan_unpublish', { ids: ['red shoe'] });
    expect(planned).toMatchObject({
      change: expect.stringContaining('Unpublishes 1 assets. Changes are not allowed'),
    });
    expect(planned).not.toHaveProperty('confirmToken');
    expect(await call('show_asset', { id: 'red shoe' })).toMatchObject({ published: true });
  });

  it.each([
    [
      'find_assets',
      { words: 'red' },
      { assets: expect.arrayContaining([expect.objectContaining({ id: 'red shoe' })]) },
    ],
    ['show_asset', { id: 'red shoe' }, { id: 'red shoe', version: 2 }],
    ['why_live', { id: 'old shoe' }, { live: false, sentence: expect.stringContaining('in the trash') }],
    ['asset_history', { id: 'red shoe' }, { events: [{ event: 'published' }] }],
    ['list_jobs', { state: 'ended' }, { jobs: [{ kind: 'publish' }] }],
    ['show_job', { job: 'latest', all: true }, { log: expect.anything(), more: false }],
    ['list_schedules', {}, { schedules: [{}] }],
    ['plan_publish', { ids: ['clip'], type: 'full' }, { counts: expect.anything() }],
  ])('%s %j', async (name, given, expected) => {
    const { call } = await connect();
    expect(await call(name, given)).toMatchObject(expected);
  });

  it.each([
    ['show_asset', { id: 'blue shoe' }, 'There is no asset blue shoe'],
    ['show_asset', {}, 'id'],
    ['find_assets', { max: 1_000 }, '100'],
    ['plan_publish', { ids: ['clip'], folder: '/autumn/' }, 'Give ids or folder, not both'],
    ['plan_schedule_change', { schedule: 'Nothing', action: 'run' }, 'There is no schedule "Nothing"'],
  ])('%s says what is wrong with %j', async (name, given, message) => {
    const { call } = await connect();
    expect(await call(name, given)).toMatchObject({ error: expect.stringContaining(message) });
  });

  it('have the rights of the login', async () => {
    const { call } = await connect({ subject: 'viewer', allowChanges: true });
    expect(await call('plan_unpublish', { ids: ['red shoe'] })).toMatchObject({
      error: expect.stringContaining('You need the role user'),
    });
  });
});

describe('A change', () => {
  const plan = (call: (name: string, given: object) => Promise<Readonly<Record<string, unknown>>>) =>
    call('plan_unpublish', { ids: ['red shoe'] });

  it('is done by the token of its plan, once', async () => {
    const { call } = await connect({ allowChanges: true });
    const { confirmToken, change } = await plan(call);
    expect(change).toBe('Unpublishes 1 assets.');
    expect(await call('show_asset', { id: 'red shoe' })).toMatchObject({ published: true });
    expect(await call('confirm_change', { confirmToken })).toMatchObject({
      done: 'Unpublishes 1 assets.',
      result: { results: [{ id: 'red shoe', outcome: 'unpublished' }] },
    });
    expect(await call('show_asset', { id: 'red shoe' })).toMatchObject({ published: false });
    expect(await call('confirm_change', { confirmToken })).toEqual({
      error: expect.stringContaining('was used'),
    });
  });

  it('is not done five minutes later, or by another token', async () => {
    const { call, pass } = await connect({ allowChanges: true });
    const { confirmToken } = await plan(call);
    pass(validMs);
    for (const token of [confirmToken, 'x'])
      expect(await call('confirm_change', { confirmToken: token })).toEqual({
        error: expect.stringContaining('older than 5 minutes'),
      });
    expect(await call('show_asset', { id: 'red shoe' })).toMatchObject({ published: true });
  });

  it('is not done if something has changed since', async () => {
    const { call } = await connect({ allowChanges: true });
    const { confirmToken } = await plan(call);
    await ask('admin', { method: 'POST', path: '/unpublish', body: { assetIds: ['red shoe'] } });
    expect(await call('confirm_change', { confirmToken })).toEqual({
      error: expect.stringContaining('Something has changed since the plan'),
    });
  });

  it('of a schedule is done only to the schedule that was shown', async () => {
    const { call } = await connect({ allowChanges: true });
    const { schedules } = (await call('list_schedules')) as { schedules: { id: string; name: string }[] };
    const schedule = schedules[0]?.id ?? '';
    const pause = await call('plan_schedule_change', { schedule, action: 'pause' });
    const run = await call('plan_schedule_change', { schedule, action: 'run' });
    expect(await call('confirm_change', { confirmToken: pause.confirmToken })).toMatchObject({
      result: { active: false },
    });
    // It is another one now.
    expect(await call('confirm_change', { confirmToken: run.confirmToken })).toEqual({
      error: expect.stringContaining('Something has changed'),
    });
    const again = await call('plan_schedule_change', { schedule, action: 'pause' });
    expect(again).toMatchObject({ change: 'There is nothing to do.' });
    const { confirmToken } = await call('plan_schedule_change', { schedule, action: 'run' });
    expect(await call('confirm_change', { confirmToken })).toMatchObject({ result: { status: 'queued' } });
  });

  it('by a publish job runs the plan that was shown', async () => {
    const { call } = await connect({ allowChanges: true });
    const { confirmToken, change } = await call('plan_publish', { ids: ['clip'], type: 'full' });
    expect(change).toMatch(/^Publishes 1 assets by the plan \w{26}\.$/);
    expect(await call('confirm_change', { confirmToken })).toMatchObject({
      result: { kind: 'publish', status: 'queued' },
    });
  });
});
