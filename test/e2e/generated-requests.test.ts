/**
 * Schemathesis reads the OpenAPI document of the running API, and sends it valid and invalid requests of its own making: no
 * response may be a 5xx or differ from the document, and no invalid input may be accepted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RouteName, routes } from '@pressroom/api/routes';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

const program = join(import.meta.dirname, '..', '..', '.local', 'venv', 'bin', 'schemathesis');

/** Checks that are not made, each with the reason. */
const excludedChecks = {
  // Rules between fields, states of jobs, and cursors that only lists give are texts of the document, not schemas.
  positive_data_acceptance: 'valid by schema is not always valid',
  // API Gateway responds itself to methods that no route has, with 404.
  unsupported_method: 'the response is that of API Gateway',
};

/** Routes that Schemathesis does not call, each with the reason. */
const excludedRoutes: Partial<Record<RouteName, string>> = {
  emptyTrash: 'would delete what other routes need',
  writeMetadataSchema: 'would make fields required that the requests to other routes lack',
  createTrustRule: 'would look up the hosts of issuers that were made up',
  rotateMachineSecret: 'the local user pool keeps one secret',
  resetMfa: 'the local user pool does not delete authenticator apps',
  toggleServer: 'would withdraw what other routes need, and its jobs keep other jobs waiting',
};

/** Routes that get invalid requests only, each with the reason. `fill` calls them. */
const onlyInvalid: Partial<Record<RouteName, string>> = {
  trashAssets: 'a search that was made up would trash what other routes need',
  submitAction: 'the same',
};

/** Routes whose sample cannot get a 2xx here, each with the reason. At most one in twenty. */
const withoutSuccess: Partial<Record<RouteName, string>> = {
  completeFile: 'needs parts of 100 MiB in the bucket',
  retryJob: 'needs a job with errors',
  setPoster: 'needs a video, and a picture in base64',
  sendAgain: 'needs a notification that was delivered',
};

let test: TestCloud;
let folder: string;
/** Routes that succeeded while the company was filled. */
const filledBy = new Set<string>();
let values: Record<string, Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-generated-'));
  test = await startTestCloud();
  values = await fill();
}, 240_000);

afterAll(async () => {
  await test?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Makes one thing of each kind, and for what deletes or renames a thing of its own. @returns path parameters by route */
async function fill(): Promise<Record<string, Record<string, string>>> {
  const client = test.as('admin');
  const call: typeof client.call = (name, ...request) => {
    filledBy.add(name);
    return client.call(name, ...request);
  };
  const picture = (background: string) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer();
  const files = await Promise.all(
    ['red-shoe', 'blue-shoe', 'renamed', 'trashed', 'thrown', 'restored'].map(async (id, index) => ({
      name: `${id}.png`,
      type: 'image/png',
      bytes: await picture(`#${index}${index}9`),
    })),
  );
  const { job } = await test.upload(files);
  await test.until(job.id, 'succeeded');
  const again = await test.upload([
    { name: 'red-shoe.png', type: 'image/png', bytes: await picture('#a00') },
  ]);
  await test.until(again.job.id, 'succeeded');
  await call('trashAsset', { params: { id: 'restored' } });
  await call('trashAssets', { body: { assetIds: ['thrown'] } });
  await call('publishVersion', { params: { id: 'red-shoe', version: '1' } });
  await call('createDerived', {
    params: { id: 'red-shoe' },
    body: { id: 'red-shoe-small', recipe: 'wid=4' },
  });
  const { url } = await call('createPreview', { body: { assetId: 'red-shoe' } });
  await call('revokePreview', { body: { url } });
  const undone = { name: 'undone.png', type: 'image/png', bytes: await picture('#0a0') };
  await test.until((await test.upload([undone], { publishAfterUploading: false })).job.id, 'succeeded');
  // Dates may withdraw it.
  await call('setDates', { params: { id: 'undone' }, body: { liveFrom: null, liveUntil: null } });
  await call('setModifiers', {
    params: { id: 'blue-shoe' },
    body: { modifier: 'op_sharpen=1', postModifier: null },
  });
  const publication = await call('submitJob', { body: { name: 'To be undone', publish: 'new' } });
  await test.until(publication.id, 'succeeded');
  const action = await call('submitAction', {
    body: { action: { name: 'metadata', addKeywords: ['sale'] }, scope: { assets: ['undone'] } },
  });
  await test.until(action.id, 'succeeded');
  await call('undoJob', { params: { jobId: publication.id }, body: { dryRun: true } });
  await call('createSet', { body: { type: 'image-set', id: 'shoes', members: [{ id: 'red-shoe' }] } });
  await call('editSet', { params: { id: 'shoes' }, body: { members: [{ id: 'blue-shoe' }] } });
  const schedule = (name: string) =>
    call('createSchedule', {
      body: { name, rule: { repeat: 'daily', time: '03:00' }, timeZone: 'UTC', job: { publish: 'new' } },
    });
  const [kept, deleted] = [await schedule('Kept'), await schedule('Deleted')];
  await call('makeTrigger', { params: { id: kept.id } });
  const preset = { setType: 'spin-set', members: '{base}_{row}_{column}' } as const;
  for (const name of ['kept', 'deleted']) {
    await call('putBatchSetPreset', { params: { name }, body: preset });
  }
  // The newest secret cannot be ended.
  const first = await call('makeWebhookSecret');
  const secret = await call('makeWebhookSecret');
  await call('endWebhookSecret', { params: { id: first.id } });
  await call('makeWebhookSecret');
  const invalidation = await call('invalidateCdn', { body: { assetIds: ['red-shoe'] } });
  const large = () =>
    call('createUpload', {
      body: {
        files: [{ name: 'film.mp4', bytes: 150 * 1024 * 1024, type: 'video/mp4' }],
      },
    });
  await call('writeMetadataSchema', {
    body: { fields: [{ name: 'season', label: 'Season', type: 'text' }] },
  });
  const invite = (name: string) =>
    call('inviteMember', { body: { email: `${name}@example.com`, role: 'user' } });
  const [member, removed] = [await invite('kept'), await invite('removed')];
  const { items: members } = await client.call('listMembers');
  const signedIn = members.find(({ email }) => email?.startsWith('viewer@'));
  await call('createMachine', { body: { name: 'Shop', role: 'user' } });
  await call('readUsage');
  const [open, withoutFile, cancelled] = [await large(), await large(), await large()];

  return {
    '': {
      id: 'red-shoe',
      derivedId: 'red-shoe-small',
      version: '1',
      jobId: job.id,
      name: 'kept',
      subject: member.subject,
    },
    removeMember: { subject: removed.subject },
    resetPassword: { subject: String(signedIn?.subject) },
    renameAsset: { id: 'renamed' },
    trashAsset: { id: 'trashed' },
    setDates: { id: 'undone' },
    readSet: { id: 'shoes' },
    editSet: { id: 'shoes' },
    deleteBatchSetPreset: { name: 'deleted' },
    ...Object.fromEntries(
      (['readSchedule', 'editSchedule', 'runSchedule', 'makeTrigger', 'revokeTrigger'] as const).map(
        (name) => [name, { id: kept.id }],
      ),
    ),
    deleteSchedule: { id: deleted.id },
    endWebhookSecret: { id: secret.id },
    readInvalidation: { id: invalidation.id },
    readUpload: { jobId: open.job.id },
    signParts: { jobId: open.job.id },
    cancelFile: { jobId: withoutFile.job.id },
    completeFile: { jobId: open.job.id },
    cancelJob: { jobId: cancelled.job.id },
  };
}

function configuration(given: typeof values): string {
  const table = (parameters: Record<string, string>) =>
    Object.entries(parameters)
      .map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`)
      .join('\n');
  const { '': general = {}, ...ofRoutes } = given;
  return [
    '[parameters]',
    table({ company, ...general }),
    '[checks.negative_data_rejection]',
    // 412 is the check of If-Match, which comes first; 413, 414 and 431 are those of API Gateway itself.
    'expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "414", "415", "422", "431"]',
    ...Object.entries(ofRoutes).flatMap(([name, parameters]) => [
      '[[operations]]',
      `include-operation-id = ${JSON.stringify(name)}`,
      '[operations.parameters]',
      table(parameters),
    ]),
    '',
  ].join('\n');
}

it('the API is as its OpenAPI document says, whatever is sent', async () => {
  const configurationFile = join(folder, 'schemathesis.toml');
  // Valid requests name things that exist. In invalid ones, a value of ours would replace the invalid one.
  await writeFile(configurationFile, configuration(values));
  const called = await run('positive', configurationFile);
  await writeFile(configurationFile, configuration({}));
  await run('negative', configurationFile);

  const missing = Object.keys(routes).filter(
    (name) =>
      !called.has(name) && !filledBy.has(name) && !(name in excludedRoutes) && !(name in withoutSuccess),
  );
  expect(missing).toEqual([]);
  expect(Object.keys(withoutSuccess).length).toBeLessThanOrEqual(Object.keys(routes).length / 20);
}, 700_000);

const reportFile = () => join(folder, 'requests.har');

const maxAttempts = 3;

/**
 * Sends the requests of a seed. After a connection that was reset ("Network Error", seen once) it sends the same ones again:
 * Node closes it while a request line above its limit still arrives, which is a matter of time. Only after a fault of the
 * program itself ("Runtime Error", seen once) another seed follows.
 * @returns names of the routes that responded with 2xx in any attempt
 */
async function run(
  mode: 'positive' | 'negative',
  configurationFile: string,
  { seed, attempt } = { seed: 1, attempt: 1 },
): Promise<Set<string>> {
  const without = { ...excludedRoutes, ...(mode === 'positive' ? onlyInvalid : {}) };
  const excluded = Object.keys(without).flatMap((name) => ['--exclude-operation-id', name]);
  const child = spawn(
    program,
    [
      ...['--config-file', configurationFile],
      ...['run', `${test.cloud.addresses.api}/v1/openapi.json`, '--mode', mode],
      ...['--header', `Authorization: Bearer ${test.token('admin')}`],
      ...['--max-examples', '20', '--workers', '2', '--phases', 'examples,coverage,fuzzing'],
      ...['--exclude-checks', Object.keys(excludedChecks).join(','), '--continue-on-failure'],
      ...['--report', 'har', '--report-har-path', reportFile()],
      ...['--seed', String(seed), '--no-shrink', '--output-truncate', 'true'],
      ...excluded,
    ],
    { cwd: folder, timeout: 200_000, env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += String(text);
    });
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  const lines = output.split('\n').map((line) => line.slice(0, 300));
  const failures = lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => /= FAILURES =/.test(line)),
    ),
  );
  const [, fault] = (!/= FAILURES =/.test(output) && /^(Runtime|Network) Error/m.exec(output)) || [];
  if (code !== 0 && fault !== undefined && attempt < maxAttempts) {
    const before = await successfulRoutes();
    const next = { seed: fault === 'Network' ? seed : seed + 1, attempt: attempt + 1 };
    return new Set([...before, ...(await run(mode, configurationFile, next))]);
  }
  expect(code, failures.slice(0, 150).join('\n')).toBe(0);
  return successfulRoutes();
}

/** Names of the routes that responded with 2xx, by the report of the requests. */
async function successfulRoutes(): Promise<Set<string>> {
  const { log } = JSON.parse(await readFile(reportFile(), 'utf8')) as {
    log: { entries: { request: { method: string; url: string }; response: { status: number } }[] };
  };
  const patterns = Object.entries(routes).map(([name, { method, path }]) => ({
    name,
    method,
    pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  const found = new Set<string>();
  for (const { request, response } of log.entries) {
    if (response.status < 200 || response.status > 299) continue;
    const { pathname } = new URL(request.url);
    for (const { name, method, pattern } of patterns) {
      if (method === request.method && pattern.test(pathname)) found.add(name);
    }
  }
  return found;
}
