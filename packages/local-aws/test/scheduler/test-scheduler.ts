import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { CloudServices, InvokeResult, ServiceEndpoint } from '../../src/cloud-services.ts';
import { createDecide } from '../../src/permissions/decide.ts';
import { rolePolicies, trustPolicies } from '../../src/resources/iam-role.ts';
import type { Clock } from '../../src/scheduler/clock.ts';
import { localScheduler } from '../../src/scheduler/local-scheduler.ts';

export const account = '123456789012';
export const region = 'eu-west-1';
/** May call the whole API and pass any role. */
export const caller = `arn:aws:iam::${account}:role/caller`;
/** Trusts Scheduler, and may invoke the function and send to both queues. */
export const role = `arn:aws:iam::${account}:role/scheduler`;
/** Trusts Scheduler, and has no permissions. */
export const idleRole = `arn:aws:iam::${account}:role/idle`;
/** Trusts only Lambda. */
export const foreignRole = `arn:aws:iam::${account}:role/foreign`;
export const functionArn = `arn:aws:lambda:${region}:${account}:function:start`;
export const queueArn = `arn:aws:sqs:${region}:${account}:starts`;
export const deadLetterArn = `arn:aws:sqs:${region}:${account}:dead`;

const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

export function trust(service: string, condition?: object) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  };
}

/** EventBridge Scheduler without processes or ports, with a function that records its events. */
export function testScheduler(folder: string, clock: Clock) {
  const lines: string[] = [];
  const events: unknown[] = [];
  const endpoints = new Map<string, ServiceEndpoint>();
  const shared = new Map<string, unknown>();
  let principal = caller;
  let invoke: () => InvokeResult = () => ({ payload: null });
  const share = <T>(name: string, make: () => T): T => {
    if (!shared.has(name)) shared.set(name, make());
    return shared.get(name) as T;
  };
  const roles = rolePolicies({ shared: share });
  const trusts = trustPolicies({ shared: share });
  const addRole = (arn: string, service: string, ...statements: object[]): void => {
    roles.addRole(arn);
    roles.addPolicy(arn, { name: 'all', document: { Version: '2012-10-17', Statement: statements } });
    trusts.set(arn, trust(service));
  };
  addRole(caller, 'lambda.amazonaws.com', allow('scheduler:*', '*'), allow('iam:PassRole', '*'));
  addRole(
    role,
    'scheduler.amazonaws.com',
    allow('lambda:InvokeFunction', functionArn),
    allow('sqs:SendMessage', '*'),
  );
  roles.addRole(idleRole);
  trusts.set(idleRole, trust('scheduler.amazonaws.com'));
  addRole(foreignRole, 'lambda.amazonaws.com', allow('lambda:InvokeFunction', functionArn));
  const decide = createDecide(roles, account);

  const services: CloudServices = {
    region,
    account,
    stateFolder: folder,
    ministackEndpoint: 'http://127.0.0.1:1',
    ownEndpoint: 'http://127.0.0.1:2',
    rootCredentials: { accessKeyId: 'root', secretAccessKey: 'root' },
    permissions: {
      principalOf: () => undefined,
      allows: async (who, action, resource, context) =>
        decide({ principal: who, action, resource, ...(context ? { context } : {}) }),
    },
    credentialsFor: async () => ({
      accessKeyId: 'a',
      secretAccessKey: 'b',
      sessionToken: 'c',
      expires: new Date('2100-01-01'),
    }),
    functions: new Map([
      [
        functionArn,
        {
          arn: functionArn,
          name: 'start',
          invoke: async (event) => {
            events.push(event);
            return invoke();
          },
          invokeStreaming: () => Promise.reject(new Error('not streaming')),
        },
      ],
    ]),
    registerEndpoint: (service, endpoint) => void endpoints.set(service, endpoint),
    emitServiceEvent: async () => {},
    shared: share,
    port: () => Promise.reject(new Error('no port')),
    addAddress: () => {},
    log: (line) => void lines.push(line),
  };
  const scheduler = localScheduler(services, clock);

  const client = new SchedulerClient({
    region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: {
        method: string;
        path: string;
        query: Record<string, string>;
        headers: Record<string, string>;
        body?: string | Uint8Array<ArrayBuffer>;
      }) {
        const { status, headers, body } = await (endpoints.get('scheduler') as ServiceEndpoint)({
          method: request.method,
          path: request.path,
          query: new URLSearchParams(request.query),
          headers: request.headers,
          // A copy, because the SDK warns about calls of string methods on its bytes.
          body:
            typeof request.body === 'string'
              ? Buffer.from(request.body)
              : Buffer.from(new Uint8Array(request.body ?? [])),
          principal,
        });
        return { response: { statusCode: status, headers, body: new Blob([body]).stream() } };
      },
    },
  });
  return {
    services,
    scheduler,
    client,
    lines,
    /** Events that the function was invoked with. */
    events,
    roles,
    trusts,
    as(arn: string): void {
      principal = arn;
    },
    setFunctionResult(next: () => InvokeResult): void {
      invoke = next;
    },
  };
}
