import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Permissions, ServiceEndpoint } from '../cloud-services.ts';
import type { Execution } from './execution-journal.ts';
import type { HistoryEvent } from './history.ts';
import type { MapRun } from './scope.ts';
import { type StateMachine, StatesApiError } from './state-machine.ts';

interface Found {
  readonly machine: StateMachine;
  readonly execution: Execution;
}

/** An operation of the API, with the resource for IAM's decision. */
interface Operation {
  readonly resource: (request: unknown) => string;
  readonly handle: (request: unknown, machines: Machines) => unknown;
}

type Machines = ReadonlyMap<string, StateMachine>;

const status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
const page = { maxResults: z.int().min(0).max(1000).optional(), nextToken: z.string().optional() };
const ofExecution = z.strictObject({ executionArn: z.string() });

/** Creates an operation that parses its request by a schema. An unknown parameter is refused by name. */
function operation<T>(
  schema: z.ZodType<T>,
  resource: (request: T) => string,
  handle: (request: T, machines: Machines) => unknown,
): Operation {
  const read = (request: unknown): T => {
    const { data, error } = schema.safeParse(request);
    if (data !== undefined) return data;
    const problems = error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
    throw new StatesApiError('ValidationException', `The request is not valid: ${problems?.join('; ')}`);
  };
  return {
    resource: (request) => resource(read(request)),
    handle: (request, machines) => handle(read(request), machines),
  };
}

const operations: Readonly<Record<string, Operation>> = {
  StartExecution: operation(
    z.strictObject({
      stateMachineArn: z.string(),
      name: z.string().optional(),
      input: z.string().default('{}'),
      traceHeader: z.string().optional(),
    }),
    ({ stateMachineArn }) => stateMachineArn,
    async ({ stateMachineArn, name, input }, machines) => {
      const machine = findMachine(machines, stateMachineArn);
      const execution = await machine.start(name, input);
      return { executionArn: machine.arnOf(execution.name), startDate: seconds(execution.startDate) };
    },
  ),
  StopExecution: operation(
    z.strictObject({
      executionArn: z.string(),
      error: z.string().max(256).optional(),
      cause: z.string().max(32_768).optional(),
    }),
    ({ executionArn }) => executionArn,
    async ({ executionArn, error, cause }, machines) => {
      const { machine, execution } = findExecution(machines, executionArn);
      await machine.stop(execution, error, cause);
      return { stopDate: seconds(execution.stopDate) };
    },
  ),
  DescribeExecution: operation(
    z.strictObject({ executionArn: z.string(), includedData: z.literal('ALL_DATA').optional() }),
    ({ executionArn }) => executionArn,
    ({ executionArn }, machines) => {
      const found = findExecution(machines, executionArn);
      const { input, output, error, cause } = found.execution;
      return {
        ...summaryOf(found),
        input,
        inputDetails: { included: true },
        ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
        error,
        cause,
      };
    },
  ),
  ListExecutions: operation(
    z.strictObject({ stateMachineArn: z.string(), statusFilter: status.optional(), ...page }),
    ({ stateMachineArn }) => stateMachineArn,
    ({ stateMachineArn, statusFilter, ...paging }, machines) => {
      const machine = findMachine(machines, stateMachineArn);
      const matching = machine
        .list()
        .filter((each) => statusFilter === undefined || each.status === statusFilter);
      const { items, nextToken } = pageOf(matching, paging);
      return { executions: items.map((execution) => summaryOf({ machine, execution })), nextToken };
    },
  ),
  GetExecutionHistory: operation(
    z.strictObject({
      executionArn: z.string(),
      reverseOrder: z.boolean().optional(),
      includeExecutionData: z.boolean().optional(),
      ...page,
    }),
    ({ executionArn }) => executionArn,
    ({ executionArn, reverseOrder, ...paging }, machines) => {
      const { machine, execution } = findExecution(machines, executionArn);
      const history = machine.historyOf(execution.name);
      if (!history)
        throw new StatesApiError(
          'ExecutionDoesNotExist',
          'The local cloud keeps only the histories of the latest executions, and none after a restart',
        );
      const { items, nextToken } = pageOf(reverseOrder ? history.toReversed() : history, paging);
      return { events: items.map(eventOf), nextToken };
    },
  ),
  DescribeStateMachine: operation(
    z.strictObject({ stateMachineArn: z.string(), includedData: z.literal('ALL_DATA').optional() }),
    ({ stateMachineArn }) => stateMachineArn,
    ({ stateMachineArn }, machines) => {
      const { settings, creationDate } = findMachine(machines, stateMachineArn);
      return {
        stateMachineArn,
        name: settings.name,
        status: 'ACTIVE',
        definition: settings.definitionText,
        roleArn: settings.roleArn,
        type: 'STANDARD',
        creationDate: seconds(creationDate),
        loggingConfiguration: settings.logging,
      };
    },
  ),
  ListMapRuns: operation(
    ofExecution.extend(page),
    ({ executionArn }) => executionArn,
    ({ executionArn, ...paging }, machines) => {
      const { machine, execution } = findExecution(machines, executionArn);
      const { items, nextToken } = pageOf(execution.mapRuns, paging);
      const mapRuns = items.map((mapRun) => ({
        executionArn,
        mapRunArn: mapRun.mapRunArn,
        stateMachineArn: machine.settings.arn,
        startDate: seconds(mapRun.startDate),
        stopDate: seconds(mapRun.stopDate),
      }));
      return { mapRuns, nextToken };
    },
  ),
  DescribeMapRun: operation(
    z.strictObject({ mapRunArn: z.string() }),
    ({ mapRunArn }) => mapRunArn,
    ({ mapRunArn }, machines) => describeMapRun(findMapRun(machines, mapRunArn)),
  ),
};

/** The API of Step Functions (AWS JSON 1.0) for the local machines. IAM decides about every call first. */
export function statesEndpoint(machines: Machines, permissions: Permissions): ServiceEndpoint {
  return async ({ headers, body, principal }) => {
    try {
      const name = /^AWSStepFunctions\.(\w+)$/.exec(headers['x-amz-target'] ?? '')?.[1] ?? '';
      const found = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!found)
        throw new StatesApiError(
          'UnknownOperationException',
          `The local Step Functions does not implement "${name}". It implements: ${Object.keys(operations).join(', ')}`,
        );
      const request = parseBody(body);
      const resource = found.resource(request);
      if (!(await permissions.allows(principal, `states:${name}`, resource)))
        throw new StatesApiError(
          'AccessDeniedException',
          `User: ${principal} is not authorized to perform: states:${name} on resource: ${resource}`,
        );
      return respond(200, await found.handle(request, machines));
    } catch (error) {
      if (!(error instanceof StatesApiError)) throw error;
      return respond(400, { __type: error.name, message: error.message });
    }
  };
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}') as unknown;
  } catch {
    throw new StatesApiError('SerializationException', 'The body is not JSON');
  }
}

function respond(code: number, content: unknown): Awaited<ReturnType<ServiceEndpoint>> {
  return {
    status: code,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(content),
  };
}

function findMachine(machines: Machines, arn: string): StateMachine {
  const machine = machines.get(arn);
  if (machine) return machine;
  throw new StatesApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

function findExecution(machines: Machines, arn: string): Found {
  const [, machineArn, name] = /^(.*:execution:[^:]*):(.*)$/.exec(arn) ?? [];
  if (machineArn === undefined || name === undefined)
    throw new StatesApiError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`);
  const machine = machines.get(machineArn.replace(':execution:', ':stateMachine:'));
  const execution = machine?.find(name);
  if (machine && execution) return { machine, execution };
  throw new StatesApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

function findMapRun(machines: Machines, arn: string): MapRun {
  for (const machine of machines.values())
    for (const execution of machine.list())
      for (const mapRun of execution.mapRuns) if (mapRun.mapRunArn === arn) return mapRun;
  throw new StatesApiError('ResourceNotFound', `Resource not found: '${arn}'`);
}

function summaryOf({ machine, execution }: Found): Readonly<Record<string, unknown>> {
  return {
    executionArn: machine.arnOf(execution.name),
    stateMachineArn: machine.settings.arn,
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startDate),
    stopDate: seconds(execution.stopDate),
  };
}

/** One item is one child execution, so both counts are the same. */
function describeMapRun(mapRun: MapRun): Readonly<Record<string, unknown>> {
  const counts = { ...mapRun.counts, failuresNotRedrivable: 0, pendingRedrive: 0 };
  return {
    mapRunArn: mapRun.mapRunArn,
    executionArn: mapRun.executionArn,
    status: mapRun.status,
    startDate: seconds(mapRun.startDate),
    stopDate: seconds(mapRun.stopDate),
    maxConcurrency: mapRun.maxConcurrency,
    toleratedFailurePercentage: mapRun.toleratedFailurePercentage,
    toleratedFailureCount: mapRun.toleratedFailureCount,
    itemCounts: counts,
    executionCounts: counts,
    redriveCount: 0,
  };
}

/** An event with its details under GetExecutionHistory's key for the type; `TaskStateEntered` etc. share one key. */
function eventOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const { details, timestamp, ...rest } = event;
  const kind = event.type.replace(/^\w+State(Entered|Exited)$/, 'state$1');
  const key = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}EventDetails`;
  return {
    ...rest,
    timestamp: seconds(timestamp),
    ...(Object.keys(details).length > 0 ? { [key]: details } : {}),
  };
}

/** A token is the number of items that were already returned. */
function pageOf<T>(
  items: readonly T[],
  { maxResults, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
): { items: readonly T[]; nextToken: string | undefined } {
  const from = Number(nextToken ?? 0);
  if (!Number.isInteger(from) || from < 0)
    throw new StatesApiError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const to = from + (maxResults || 100);
  return { items: items.slice(from, to), nextToken: to < items.length ? String(to) : undefined };
}

/** Times in the API are seconds since 1970 with a fraction. */
function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
