import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvokeResult, LocalFunction, ServiceEndpoint } from '../../src/cloud-services.ts';
import type { CreatedResource } from '../../src/resources/resource.ts';
import { stepFunctionsStateMachine } from '../../src/resources/step-functions-state-machine.ts';

const account = '123456789012';
const region = 'eu-west-1';
const role = `arn:aws:iam::${account}:role/machine`;
const caller = `arn:aws:iam::${account}:role/caller`;
const lambda = `arn:aws:lambda:${region}:${account}:function:work`;
const machineArn = `arn:aws:states:${region}:${account}:stateMachine:publish`;

type Invoke = (event: unknown) => InvokeResult | Promise<InvokeResult>;

/**
 * A local cloud without processes or ports, with one function and one state machine. `denied` contains actions, or a
 * principal and an action.
 */
function startCloud(folder: string) {
  const events: { detailType: string; resources: readonly string[]; detail: unknown }[] = [];
  const denied = new Set<string>();
  const permissionChecks: string[] = [];
  let endpoint: ServiceEndpoint | undefined;
  let invoke: Invoke = () => ({ payload: 'done' });
  const shared = new Map<string, unknown>();
  const work: LocalFunction = {
    arn: lambda,
    name: 'work',
    invoke: async (event) => invoke(event),
    invokeStreaming: () => Promise.reject(new Error('not streaming')),
  };
  const services: Parameters<typeof stepFunctionsStateMachine.create>[0]['services'] = {
    region,
    account,
    stateFolder: join(folder, 'cloud'),
    ministackEndpoint: 'http://127.0.0.1:1',
    ownEndpoint: 'http://127.0.0.1:2',
    rootCredentials: { accessKeyId: 'root', secretAccessKey: 'root' },
    permissions: {
      principalOf: () => undefined,
      allows: async (principal, action, resource) => {
        permissionChecks.push(`${principal} ${action} ${resource}`);
        return !denied.has(action) && !denied.has(`${principal} ${action}`);
      },
    },
    credentialsFor: () => Promise.reject(new Error('no role')),
    functions: new Map([[lambda, work]]),
    registerEndpoint: (_, registered) => {
      endpoint = registered;
    },
    emitServiceEvent: async (event) => {
      events.push(event);
    },
    shared: <T>(name: string, make: () => T): T => {
      if (!shared.has(name)) shared.set(name, make());
      return shared.get(name) as T;
    },
    port: () => Promise.reject(new Error('no port')),
    addAddress: () => {},
    log: () => {},
  };
  const client = new SFNClient({
    region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: {
        method: string;
        path: string;
        headers: Record<string, string>;
        body: Uint8Array;
      }) {
        if (!endpoint) throw new Error('There is no endpoint');
        const { status, headers, body } = await endpoint({
          method: request.method,
          path: request.path,
          query: new URLSearchParams(),
          headers: Object.fromEntries(
            Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
          ),
          body: Buffer.from(new Uint8Array(request.body)),
          principal: caller,
        });
        return { response: { statusCode: status, headers, body: new Blob([body]).stream() } };
      },
    },
  });
  return {
    client,
    events,
    denied,
    permissionChecks,
    statuses: (): unknown[] => events.map(({ detail }) => (detail as { status: unknown }).status),
    setFunction: (next: Invoke): void => {
      invoke = next;
    },
    create: (properties: Record<string, unknown> = {}): Promise<CreatedResource> =>
      stepFunctionsStateMachine.create({
        stack: 'App',
        logicalId: 'PublishJob',
        generatedName: 'App-PublishJob-1A2B',
        region,
        account,
        services,
        properties: {
          StateMachineName: 'publish',
          RoleArn: role,
          DefinitionString: definition({ Type: 'Task', Resource: lambda, End: true }),
          ...properties,
        },
      }),
  };
}

function definition(state: object): string {
  return JSON.stringify({ StartAt: 'Begin Job', States: { 'Begin Job': state } });
}

const never: Invoke = () => new Promise(() => {});

let folder: string;
let cloud: ReturnType<typeof startCloud>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'step-functions-'));
  cloud = startCloud(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (name: string, input = '{"a":1}') =>
  cloud.client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input }));
const executionArn = (name: string): string =>
  `arn:aws:states:${region}:${account}:execution:publish:${name}`;
const describeExecution = (name: string) =>
  cloud.client.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
const ended = (name: string, status: string) =>
  vi.waitFor(async () => expect(await describeExecution(name)).toMatchObject({ status }));

describe('an execution', () => {
  it('runs to its end, can be described, and emits its status', async () => {
    await cloud.create();
    cloud.setFunction((event) => ({ payload: { got: event } }));
    expect(await start('job-1')).toMatchObject({
      executionArn: executionArn('job-1'),
      startDate: expect.any(Date),
    });
    await ended('job-1', 'SUCCEEDED');
    expect(await describeExecution('job-1')).toMatchObject({
      name: 'job-1',
      stateMachineArn: machineArn,
      input: '{"a":1}',
      output: '{"got":{"a":1}}',
      stopDate: expect.any(Date),
    });
    expect(cloud.events).toMatchObject([
      {
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        resources: [executionArn('job-1')],
        detail: {
          status: 'RUNNING',
          name: 'job-1',
          startDate: expect.any(Number),
          stopDate: null,
          output: null,
        },
      },
      {
        detail: {
          executionArn: executionArn('job-1'),
          stateMachineArn: machineArn,
          status: 'SUCCEEDED',
          stopDate: expect.any(Number),
          input: '{"a":1}',
          output: '{"got":{"a":1}}',
          error: null,
        },
      },
    ]);
  });

  it("fails with the function's error and Lambda's cause", async () => {
    await cloud.create();
    const error = { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 3.00 seconds' };
    cloud.setFunction(() => ({ error }));
    await start('job-1');
    await ended('job-1', 'FAILED');
    const { error: name, cause } = await describeExecution('job-1');
    expect(name).toBe('Sandbox.Timedout');
    expect(JSON.parse(cause ?? '')).toEqual(error);
    expect(cloud.events.at(-1)?.detail).toMatchObject({ status: 'FAILED', error: 'Sandbox.Timedout' });
  });

  it("fails as on AWS if the machine's role may not invoke the function, or it does not exist", async () => {
    await cloud.create();
    cloud.denied.add('lambda:InvokeFunction');
    await start('job-1');
    await ended('job-1', 'FAILED');
    expect(cloud.permissionChecks).toContain(`${role} lambda:InvokeFunction ${lambda}`);
    expect(await describeExecution('job-1')).toMatchObject({
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction'),
    });
    await cloud.create({
      StateMachineName: 'other',
      DefinitionString: definition({ Type: 'Task', Resource: lambda.replace('work', 'none'), End: true }),
    });
    cloud.denied.clear();
    await cloud.client.send(
      new StartExecutionCommand({ stateMachineArn: machineArn.replace('publish', 'other'), name: 'job-1' }),
    );
    await vi.waitFor(() =>
      expect(cloud.events.at(-1)?.detail).toMatchObject({ error: 'Lambda.ResourceNotFoundException' }),
    );
  });

  it('is stopped as ABORTED while its function continues', async () => {
    await cloud.create();
    cloud.setFunction(never);
    await start('job-1');
    const { stopDate } = await cloud.client.send(
      new StopExecutionCommand({
        executionArn: executionArn('job-1'),
        error: 'job.stopped',
        cause: 'by a user',
      }),
    );
    expect(stopDate).toBeInstanceOf(Date);
    expect(await describeExecution('job-1')).toMatchObject({
      status: 'ABORTED',
      error: 'job.stopped',
      cause: 'by a user',
    });
    expect(cloud.statuses()).toEqual(['RUNNING', 'ABORTED']);
    await cloud.client.send(new StopExecutionCommand({ executionArn: executionArn('job-1') }));
    expect(cloud.statuses()).toEqual(['RUNNING', 'ABORTED']);
  });
});

describe('the name of an execution', () => {
  it('returns the running execution for the same input', async () => {
    await cloud.create();
    cloud.setFunction(never);
    const [first, second] = await Promise.all([start('job-1'), start('job-1')]);
    expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    await vi.waitFor(() => expect(cloud.statuses()).toEqual(['RUNNING']));
  });

  it('cannot be used for another input, or again after the end', async () => {
    await cloud.create();
    cloud.setFunction(never);
    await start('job-1');
    await expect(start('job-1', '{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await cloud.client.send(new StopExecutionCommand({ executionArn: executionArn('job-1') }));
    await expect(start('job-1')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it.each(['', 'a b', 'a/b', 'a:b', 'x'.repeat(81), 'ü#'])('cannot be "%s"', async (name) => {
    await cloud.create();
    await expect(start(name)).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it.each(['{', 'x'.repeat(262_145)])(
    'is refused with an input that is not JSON of at most 256 KiB',
    async (input) => {
      await cloud.create();
      await expect(start('job-1', input)).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    },
  );
});

describe('a restart', () => {
  it('fails the executions that it cut off, once and with an event, and keeps the names', async () => {
    const created = await cloud.create();
    cloud.setFunction(never);
    await start('job-1');
    cloud.setFunction(() => ({ payload: 1 }));
    await start('job-2');
    await ended('job-2', 'SUCCEEDED');
    await created.stop?.();
    expect(cloud.statuses()).not.toContain('ABORTED');

    cloud = startCloud(folder);
    const again = await cloud.create();
    expect(cloud.events).toEqual([]);
    await again.activate?.();
    expect(cloud.events).toMatchObject([
      {
        resources: [executionArn('job-1')],
        detail: {
          status: 'FAILED',
          error: 'States.Runtime',
          cause: 'The local cloud was stopped while this execution ran',
          input: '{"a":1}',
        },
      },
    ]);
    expect(await describeExecution('job-2')).toMatchObject({ status: 'SUCCEEDED', output: '1' });
    await expect(start('job-2')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });

    cloud = startCloud(folder);
    await (await cloud.create()).activate?.();
    expect(cloud.events).toEqual([]);
  });

  it('accepts a journal whose last line was cut off', async () => {
    await cloud.create();
    await start('job-1');
    await ended('job-1', 'SUCCEEDED');
    const file = join(folder, 'cloud', 'step-functions', 'publish.jsonl');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('SUCCEEDED'));
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"name":"job-2","sta`);
    cloud = startCloud(folder);
    await cloud.create();
    expect(await describeExecution('job-1')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('releases a name 90 days after its execution ended', async () => {
    await cloud.create();
    const file = join(folder, 'cloud', 'step-functions', 'publish.jsonl');
    const day = 24 * 3_600_000;
    const closed = (name: string, days: number) =>
      `${JSON.stringify({ name, input: '{}', status: 'SUCCEEDED', startDate: 0, stopDate: Date.now() - days * day, mapRuns: [] })}\n`;
    writeFileSync(file, closed('old', 91) + closed('young', 89));
    cloud = startCloud(folder);
    await cloud.create();
    await expect(start('young')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(await start('old')).toMatchObject({ executionArn: executionArn('old') });
  });
});

describe('a call that Lambda refuses', () => {
  it.each([
    [
      "has Lambda's name of the error, as on AWS",
      { refused: true } as const,
      'Lambda.TooManyRequestsException',
    ],
    ['differs from an error of the handler with the same name', {}, 'TooManyRequestsException'],
  ])('%s', async (_, more, name) => {
    cloud.setFunction(() => ({
      error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
      ...more,
    }));
    await cloud.create();
    await start('job-1');
    await ended('job-1', 'FAILED');
    expect(await describeExecution('job-1')).toMatchObject({
      error: name,
      cause: expect.stringContaining('Rate Exceeded.'),
    });
  });
});

describe('the API', () => {
  it("denies calls in AWS's form, and checks the permission for the right resource", async () => {
    await cloud.create();
    cloud.denied.add('states:StartExecution').add('states:DescribeExecution');
    await expect(start('job-1')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${caller} is not authorized to perform: states:StartExecution on resource: ${machineArn}`,
      $metadata: { httpStatusCode: 400 },
    });
    await expect(describeExecution('job-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(cloud.permissionChecks).toEqual([
      `${caller} states:StartExecution ${machineArn}`,
      `${caller} states:DescribeExecution ${executionArn('job-1')}`,
    ]);
  });

  it.each([
    [
      'StateMachineDoesNotExist',
      new StartExecutionCommand({ stateMachineArn: machineArn.replace('publish', 'none') }),
    ],
    ['ExecutionDoesNotExist', new DescribeExecutionCommand({ executionArn: executionArn('none') })],
    ['InvalidArn', new DescribeExecutionCommand({ executionArn: 'none' })],
    ['ResourceNotFound', new DescribeMapRunCommand({ mapRunArn: 'none' })],
    ['ValidationException', new ListExecutionsCommand({ mapRunArn: 'none' })],
    ['UnknownOperationException', new ListActivitiesCommand({})],
  ])('returns the error %s', async (name, command) => {
    await cloud.create();
    await expect(cloud.client.send(command as StartExecutionCommand)).rejects.toMatchObject({ name });
  });

  it('lists executions by status and in pages, newest first', async () => {
    await cloud.create();
    for (const name of ['one', 'two', 'three']) {
      await start(name);
      await ended(name, 'SUCCEEDED');
    }
    cloud.setFunction(never);
    await start('four');
    const list = (more: object) =>
      cloud.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn, ...more }));
    const first = await list({ statusFilter: 'SUCCEEDED', maxResults: 2 });
    expect(first.executions?.map(({ name }) => name)).toEqual(['three', 'two']);
    const rest = await list({ statusFilter: 'SUCCEEDED', maxResults: 2, nextToken: first.nextToken });
    expect(rest.executions?.map(({ name }) => name)).toEqual(['one']);
    expect(rest.nextToken).toBeUndefined();
    expect((await list({ statusFilter: 'RUNNING' })).executions).toMatchObject([
      { name: 'four', status: 'RUNNING' },
    ]);
  });

  it('returns the history of an execution, and describes the machine', async () => {
    await cloud.create({ LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true } });
    await start('job-1');
    await ended('job-1', 'SUCCEEDED');
    const { events } = await cloud.client.send(
      new GetExecutionHistoryCommand({ executionArn: executionArn('job-1') }),
    );
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events?.[1]).toMatchObject({
      id: 2,
      previousEventId: 1,
      stateEnteredEventDetails: { name: 'Begin Job' },
    });
    const machine = await cloud.client.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn }));
    expect(machine).toMatchObject({ name: 'publish', status: 'ACTIVE', roleArn: role, type: 'STANDARD' });
    await vi.waitFor(() => {
      const lines = readFileSync(join(folder, 'cloud', 'logs', 'publish.log'), 'utf8')
        .trim()
        .split('\n');
      expect(lines).toHaveLength(7);
      expect(JSON.parse(lines[4] ?? '')).toMatchObject({
        id: '5',
        type: 'LambdaFunctionSucceeded',
        details: { output: 'done' },
        execution_arn: executionArn('job-1'),
      });
    });
  });

  it('returns the counts of a Map Run', async () => {
    const child = {
      StartAt: 'Publish Part',
      States: { 'Publish Part': { Type: 'Task', Resource: lambda, End: true } },
    };
    await cloud.create({
      DefinitionString: definition({
        Type: 'Map',
        ItemProcessor: { ...child, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
        MaxConcurrency: 2,
        ToleratedFailurePercentage: 100,
        End: true,
      }),
    });
    cloud.setFunction((event) =>
      event === 2 ? { error: { errorType: 'X', errorMessage: 'x' } } : { payload: event },
    );
    await start('job-1', '[1,2,3]');
    await ended('job-1', 'SUCCEEDED');
    expect(cloud.permissionChecks).toContain(`${role} states:StartExecution ${machineArn}`);
    const { mapRuns } = await cloud.client.send(
      new ListMapRunsCommand({ executionArn: executionArn('job-1') }),
    );
    const { mapRunArn } = mapRuns?.[0] ?? {};
    const mapRun = await cloud.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(mapRun).toMatchObject({
      status: 'SUCCEEDED',
      maxConcurrency: 2,
      toleratedFailurePercentage: 100,
      itemCounts: { total: 3, succeeded: 2, failed: 1, pending: 0 },
    });
  });

  it("starts no child of a Distributed Map that the machine's role may not start", async () => {
    const child = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
    await cloud.create({
      DefinitionString: definition({
        Type: 'Map',
        ItemProcessor: { ...child, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
        End: true,
      }),
    });
    cloud.denied.add(`${role} states:StartExecution`);
    await start('job-1', '[1]');
    await ended('job-1', 'FAILED');
    expect(await describeExecution('job-1')).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('is not authorized to perform: states:StartExecution'),
    });
  });
});

describe('the resource', () => {
  it('has its ARN and name, by default the generated name', async () => {
    expect(await cloud.create()).toMatchObject({
      ref: machineArn,
      attributes: { Arn: machineArn, Name: 'publish' },
    });
    expect(await cloud.create({ StateMachineName: undefined })).toMatchObject({
      attributes: { Name: 'App-PublishJob-1A2B' },
    });
  });

  it('substitutes values in the definition, with unquoted numbers', async () => {
    const text = definition({ Type: 'Wait', Seconds: 'SECONDS', End: true }).replace(
      '"SECONDS"',
      '$'.concat('{seconds}'),
    );
    await cloud.create({ DefinitionString: text, DefinitionSubstitutions: { seconds: 5 } });
    const { definition: described } = await cloud.client.send(
      new DescribeStateMachineCommand({ stateMachineArn: machineArn }),
    );
    expect(JSON.parse(described ?? '').States['Begin Job'].Seconds).toBe(5);
    await expect(cloud.create({ DefinitionString: text })).rejects.toThrow(/no value for .*seconds/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an Express machine', { StateMachineType: 'EXPRESS' }, /StateMachineType/],
    ['no definition', { DefinitionString: undefined }, /needs Definition/],
    [
      'a definition that is not honoured',
      { DefinitionString: definition({ Type: 'Pass', Assign: {}, End: true }) },
      /Assign is not honoured/,
    ],
    ['no role', { RoleArn: undefined }, /RoleArn/],
  ])('is not created with %s', async (_, properties, problem) => {
    await expect(cloud.create(properties)).rejects.toThrow(problem);
  });
});
