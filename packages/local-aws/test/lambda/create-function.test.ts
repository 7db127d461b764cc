import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  createFunction,
  type FunctionDefinition,
  type RunningFunction,
} from '../../src/lambda/create-function.ts';

const logFolder = mkdtempSync(join(tmpdir(), 'pressroom-lambda-'));
const functions: RunningFunction[] = [];
let credentialCalls = 0;
let credentialLife = 3600_000;

function start(fixture: string, definition: Partial<FunctionDefinition> = {}): RunningFunction {
  const name = definition.name ?? `fixture-${basename(fixture)}-${functions.length}`;
  const created = createFunction(
    {
      name,
      arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
      folder: resolve(import.meta.dirname, 'fixtures', fixture),
      handler: 'index.handler',
      variables: { OWN: 'value' },
      timeoutSeconds: 20,
      memoryMegabytes: 512,
      roleArn: 'arn:aws:iam::000000000000:role/fixture',
      concurrency: 2,
      logGroup: '/aws/lambda/fixture',
      logFormat: 'Text',
      ...definition,
    },
    {
      region: 'eu-central-1',
      ministackEndpoint: 'http://127.0.0.1:1',
      ownEndpoint: 'http://127.0.0.1:2',
      logFolder,
      credentialsFor: async () => {
        credentialCalls += 1;
        return {
          accessKeyId: 'ASIA',
          secretAccessKey: 'secret',
          sessionToken: 'token',
          expires: new Date(Date.now() + credentialLife),
        };
      },
      log: () => undefined,
    },
  );
  functions.push(created);
  return created;
}

function logOf(name: string): string {
  const file = join(logFolder, `${name}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

afterEach(async () => {
  credentialLife = 3600_000;
  await Promise.all(functions.splice(0).map((running) => running.stop()));
});
afterAll(() => rmSync(logFolder, { recursive: true }));

describe('a function of the local cloud', () => {
  it('has its own variables, credentials of its role and the local endpoints, and nothing of this process', async () => {
    process.env.PRESSROOM_TEST_LEAK = 'must not be seen';
    const { payload } = await start('basic', { name: 'environment' }).invoke({ do: 'environment' });
    delete process.env.PRESSROOM_TEST_LEAK;
    expect(payload).toMatchObject({
      OWN: 'value',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'environment',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fixture',
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'ASIA',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2',
      AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:2',
    });
    const foreign = Object.keys(payload as object).filter(
      (name) => !/^(AWS_|LAMBDA_TASK_ROOT$|_HANDLER$|TZ$|OWN$)/.test(name),
    );
    expect(foreign).toEqual([]);
  });

  it('gets a context with its names and its remaining time', async () => {
    const { payload } = await start('basic', { name: 'context' }).invoke({ do: 'context' });
    expect(payload).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:context',
      memoryLimitInMB: '512',
      logGroupName: '/aws/lambda/fixture',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const { remaining } = payload as { remaining: number };
    expect(remaining).toBeGreaterThan(10_000);
    expect(remaining).toBeLessThanOrEqual(20_000);
  });

  it('refuses every invocation if its reserved concurrency is 0', async () => {
    const { error, refused } = await start('basic', { concurrency: 0 }).invoke({});
    expect([error?.errorType, refused]).toEqual(['TooManyRequestsException', true]);
  });

  it('reuses a started environment', async () => {
    const running = start('basic');
    await running.invoke({});
    expect((await running.invoke({ a: 1 })).payload).toEqual({ event: { a: 1 }, calls: 2 });
  });

  it('returns null if the handler returns nothing', async () => {
    expect(await start('basic').invoke({ do: 'nothing' })).toEqual({ payload: null });
  });

  it('runs as many invocations at once as its concurrency allows, and the rest afterwards', async () => {
    const running = start('basic', { concurrency: 1 });
    const results = await Promise.all([1, 2, 3].map(() => running.invoke({})));
    expect(results.map((result) => (result.payload as { calls: number }).calls)).toEqual([1, 2, 3]);
  });

  it('starts a second environment while the first is busy', async () => {
    const running = start('basic', { concurrency: 2 });
    const results = await Promise.all([1, 2].map(() => running.invoke({})));
    expect(results.map((result) => (result.payload as { calls: number }).calls)).toEqual([1, 1]);
  });

  it('keeps the name of an error that the handler throws', async () => {
    const { error } = await start('basic').invoke({ do: 'throw' });
    expect(error).toMatchObject({ errorType: 'QuotaExceeded', errorMessage: 'No room left' });
    expect(error?.trace?.[0]).toBe('QuotaExceeded: No room left');
    expect(error?.trace?.[1]).toContain('fixtures/basic/index.mjs');
  });

  it('reports a thrown text as a string', async () => {
    expect(await start('basic').invoke({ do: 'throw-text' })).toEqual({
      error: { errorType: 'string', errorMessage: 'just text', trace: [] },
    });
  });

  it('is ended at its timeout, even in an endless loop, and continues in a new environment', async () => {
    const running = start('basic', { timeoutSeconds: 1, name: 'deadline' });
    await running.invoke({});
    const begun = performance.now();
    const { error } = await running.invoke({ do: 'spin' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
    expect(error?.errorType).toBe('Sandbox.Timedout');
    expect(error?.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    );
    expect((await running.invoke({})).payload).toMatchObject({ calls: 1 });
    expect(logOf('deadline')).toMatch(/REPORT RequestId: .*Status: timeout/);
  });

  it.each([
    [
      'exit',
      'Runtime.ExitError',
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
    ],
    [
      'fill',
      'Runtime.ExitError',
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: aborted$/,
    ],
    ['uncaught', 'RangeError', /^out of bounds$/],
    ['reject', 'Runtime.UnhandledPromiseRejection', /^Error: left alone$/],
  ])(
    'fails with the reason of a crash by %s, and continues in a new environment',
    async (what, type, message) => {
      const running = start('basic', { concurrency: 1, memoryMegabytes: 128 });
      await running.invoke({});
      const { error } = await running.invoke({ do: what });
      expect(error?.errorType).toBe(type);
      expect(error?.errorMessage).toMatch(message);
      expect((await running.invoke({})).payload).toMatchObject({ calls: 1 });
    },
  );

  it('refuses an event and a response above 6 MB', async () => {
    const running = start('basic');
    const large = 6 * 1024 * 1024 + 200;
    expect((await running.invoke('x'.repeat(large))).error?.errorType).toBe('RequestEntityTooLargeException');
    expect((await running.invoke({ do: 'large', bytes: large })).error?.errorType).toBe(
      'Function.ResponseSizeTooLarge',
    );
  });

  it('lets a caller stop waiting', async () => {
    const running = start('basic', { timeoutSeconds: 1 });
    const controller = new AbortController();
    const call = running.invoke({ do: 'spin' }, { signal: controller.signal });
    controller.abort(new Error('no longer wanted'));
    await expect(call).rejects.toThrow('no longer wanted');
  });

  it('starts a new environment before its credentials expire', async () => {
    const running = start('basic', { timeoutSeconds: 20 });
    credentialLife = 30_000;
    credentialCalls = 0;
    await running.invoke({});
    expect((await running.invoke({})).payload).toMatchObject({ calls: 1 });
    expect(credentialCalls).toBe(2);
  });

  it('writes its output to its log, between START and REPORT', async () => {
    await start('basic', { name: 'printing' }).invoke({ do: 'print' });
    const lines = logOf('printing').trim().split('\n');
    expect(lines[0]).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/);
    expect(lines[1]).toMatch(/^\d{4}-.*Z\t[0-9a-f-]{36}\tINFO\tprinted 42$/);
    expect(lines[2]).toBe('raw line');
    expect(lines[3]).toMatch(/^END RequestId: /);
    expect(lines[4]).toMatch(/^REPORT RequestId: .*\tDuration: [\d.]+ ms\t.*\tInit Duration: [\d.]+ ms$/);
  });

  it('writes a JSON log if the template sets that format', async () => {
    const running = start('basic', { name: 'json', logFormat: 'JSON' });
    await running.invoke({ do: 'print' });
    await running.invoke({ do: 'throw' });
    const lines = logOf('json').trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'platform.start' });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 'INFO', message: 'printed 42' });
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({
      type: 'platform.report',
      record: { status: 'success' },
    });
    expect(JSON.parse(lines[5] ?? '')).toMatchObject({
      level: 'ERROR',
      message: { errorType: 'QuotaExceeded' },
    });
  });
});

describe('a function that does not start', () => {
  // Written here, because a file with a syntax error in the repository would stop the linter.
  const unreadable = join(logFolder, 'unreadable');
  mkdirSync(unreadable);
  writeFileSync(join(unreadable, 'syntax.mjs'), 'export const handler = async ( => {};');

  it.each([
    ['broken', 'index.handler', 'ConfigurationError', 'no table given'],
    [unreadable, 'syntax.handler', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
    ['broken', 'missing.handler', 'Runtime.ImportModuleError', "Cannot find module 'missing'"],
    ['basic', 'index.other', 'Runtime.HandlerNotFound', 'index.other is undefined or not exported'],
    ['basic', 'index.notAFunction', 'Runtime.HandlerNotFound', 'index.notAFunction is not a function'],
    ['basic', 'index.withCallback', 'Runtime.CallbackHandlerDeprecated', 'takes a callback'],
    ['basic', 'index', 'Runtime.MalformedHandlerName', 'not a valid handler name'],
  ])('fails each invocation of %s %s with %s', async (fixture, handler, type, message) => {
    const running = start(fixture, { handler, name: `failing-${type.replaceAll('.', '-')}` });
    for (const call of [1, 2]) {
      const { error } = await running.invoke({ call });
      expect(error?.errorType).toBe(type);
      expect(error?.errorMessage).toContain(message);
    }
    expect(logOf(running.name)).toContain(type);
  });
});

describe('a function with imports', () => {
  it('finds no package outside its bundle', async () => {
    const { error } = await start('resolution').invoke({});
    expect(error?.errorMessage).toContain("Cannot find package 'zod'");
  });

  it('finds the AWS SDK, which the runtime provides', async () => {
    expect(await start('resolution', { handler: 'sdk.handler' }).invoke({})).toEqual({
      payload: 'SQSClient',
    });
  });

  it('loads a .js file as CommonJS, in spite of the package.json above the bundle', async () => {
    expect(await start('commonjs').invoke({})).toEqual({ payload: ['function', 'function', 1] });
  });
});

describe('a streaming function', () => {
  it('returns its head first, and all of 8 MB', async () => {
    const response = await start('streaming').invokeStreaming({ bytes: 8 * 1024 * 1024 });
    expect(response.statusCode).toBe(206);
    expect(response.headers).toEqual({ 'content-type': 'image/png', 'x-count': '3' });
    expect(response.cookies).toEqual(['a=1', 'b=2']);
    const body = await collect(response.body);
    expect(body.length).toBe(8 * 1024 * 1024);
    expect(body.every((byte) => byte === 7)).toBe(true);
  });

  it('waits for its reader', async () => {
    const running = start('streaming', { name: 'slow-reader' });
    const response = await running.invokeStreaming({ bytes: 8 * 1024 * 1024, log: true });
    const reader = response.body[Symbol.asyncIterator]();
    await reader.next();
    // The environment writes only as fast as it is read: at most the window and the buffer of its own stream.
    const written = () =>
      Math.max(...[...logOf('slow-reader').matchAll(/wrote (\d+)/g)].map((match) => Number(match[1])));
    await expect.poll(written).toBeGreaterThan(64 * 1024);
    expect(written()).toBeLessThan(1024 * 1024);
    let rest = 0;
    for (let next = await reader.next(); !next.done; next = await reader.next()) rest += next.value.length;
    expect(rest).toBe(8 * 1024 * 1024 - 64 * 1024);
  });

  it('runs to its end if its reader stops', async () => {
    const running = start('streaming', { concurrency: 1, name: 'left-alone' });
    const response = await running.invokeStreaming({ bytes: 8 * 1024 * 1024 });
    for await (const _chunk of response.body) break;
    expect((await collect((await running.invokeStreaming({ do: 'plain' })).body)).toString()).toBe(
      'plain text',
    );
    expect(logOf('left-alone')).not.toContain('Status: timeout');
  });

  it('returns 200 with its content type if it sets no head', async () => {
    const response = await start('streaming').invokeStreaming({ do: 'plain' });
    expect([response.statusCode, response.headers]).toEqual([200, { 'content-type': 'text/plain' }]);
    expect((await collect(response.body)).toString()).toBe('plain text');
  });

  it('can return no body', async () => {
    const response = await start('streaming').invokeStreaming({ do: 'empty' });
    expect([response.statusCode, response.headers.etag]).toEqual([304, '"1"']);
    expect((await collect(response.body)).length).toBe(0);
  });

  it('rejects with its own error if it fails before its head', async () => {
    const call = start('streaming').invokeStreaming({ do: 'fail-first' });
    await expect(call).rejects.toMatchObject({ name: 'TypeError', message: 'not even a head' });
  });

  it('ends the body with an error, after everything written before, if it fails midway', async () => {
    const response = await start('streaming').invokeStreaming({ do: 'fail-midway', bytes: 1024 * 1024 });
    let read = 0;
    const reading = (async () => {
      for await (const chunk of response.body) read += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ name: 'TypeError', message: 'lost the source' });
    expect(read).toBe(512 * 1024);
  });

  it('is ended at its timeout if it never ends its stream', async () => {
    const response = await start('streaming', { timeoutSeconds: 1 }).invokeStreaming({ do: 'never-ends' });
    await expect(collect(response.body)).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
  });

  it('can be invoked for a buffered response', async () => {
    expect(await start('streaming').invoke({ do: 'plain' })).toEqual({ payload: 'plain text' });
  });

  it('streams the value of a handler that does not stream as JSON', async () => {
    const response = await start('basic').invokeStreaming({ a: 1 });
    expect(response.headers).toEqual({ 'content-type': 'application/json' });
    expect(JSON.parse((await collect(response.body)).toString())).toMatchObject({ event: { a: 1 } });
  });
});
