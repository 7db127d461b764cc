import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CloudServices } from '../cloud-services.ts';
import { findFunction } from '../lambda/function-reference.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { accessDeniedMessage } from '../permissions/access-denied.ts';
import type { Clock } from './clock.ts';
import { type DeadLetter, type Run, TargetFailure, waitUntil } from './deliver-run.ts';
import { targetKind } from './schedule-settings.ts';
import { schedulerMayAssume } from './scheduler-trust.ts';

/**
 * Lambda retries an asynchronous invocation twice:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const functionRetriesMs = [60_000, 120_000];

export interface TargetCalls {
  /** @throws TargetFailure */
  callTarget(run: Run, input: string): Promise<void>;
  /** @throws TargetFailure */
  sendDeadLetter(run: Run, letter: DeadLetter): Promise<void>;
  /** Cancels the retries of failed functions. */
  stop(): void;
}

/** Calls targets with the permissions of the schedule's role, which must trust Scheduler. */
export function createTargetCalls(services: CloudServices, clock: Clock): TargetCalls {
  const stopping = new AbortController();

  /** Invokes a function asynchronously. Lambda has accepted the event, so its retries do not concern Scheduler. */
  const invokeAsync = async (arn: string, input: string): Promise<void> => {
    const target = findFunction(services, arn);
    for (const pause of [...functionRetriesMs, undefined]) {
      const { error } = await target.invoke(JSON.parse(input));
      if (!error) return;
      const then = pause === undefined ? 'The event is dropped.' : `Next attempt in ${pause / 1000} s.`;
      services.log(`Scheduler: ${arn} failed: ${error.errorType}: ${error.errorMessage}. ${then}`);
      if (pause === undefined) return;
      await waitUntil(clock, clock.now() + pause, stopping.signal);
      if (stopping.signal.aborted) return;
    }
  };

  const callFunction = async (roleArn: string, arn: string, input: string): Promise<void> => {
    if (!(await services.permissions.allows(roleArn, 'lambda:InvokeFunction', arn)))
      throw new TargetFailure(
        'AccessDeniedException',
        accessDeniedMessage(roleArn, 'lambda:InvokeFunction', arn),
        true,
      );
    try {
      findFunction(services, arn);
    } catch {
      throw new TargetFailure('ResourceNotFoundException', `Function not found: ${arn}`, true);
    }
    invokeAsync(arn, input).catch((error: unknown) => services.log(`Scheduler: ${arn}: ${String(error)}`));
  };

  const send = async (
    roleArn: string,
    queueArn: string,
    body: string,
    more: { groupId?: string | undefined; attributes?: Readonly<Record<string, string>> },
  ): Promise<void> => {
    // On AWS the URL of a queue follows from its ARN, so the role needs no permission to get it.
    const { QueueUrl } = await ministackClients(services).sqs.send(
      new GetQueueUrlCommand({ QueueName: queueArn.split(':').at(-1) }),
    );
    const sqs = new SQSClient(connection(services, roleArn, services.ministackEndpoint));
    const attributes = Object.entries(more.attributes ?? {});
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: body,
        ...(more.groupId === undefined ? {} : { MessageGroupId: more.groupId }),
        ...(attributes.length === 0
          ? {}
          : {
              MessageAttributes: Object.fromEntries(
                attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
              ),
            }),
      }),
    );
  };

  const startExecution = async (roleArn: string, stateMachineArn: string, input: string): Promise<void> => {
    const sfn = new SFNClient(connection(services, roleArn, services.ownEndpoint));
    await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  };

  const asRole = async (run: Run, call: (roleArn: string) => Promise<void>): Promise<void> => {
    const { GroupName } = run.settings;
    const { RoleArn } = run.settings.Target;
    if (!(await schedulerMayAssume(services, RoleArn, GroupName)))
      throw new TargetFailure('AccessDeniedException', `Scheduler may not assume the role ${RoleArn}.`, true);
    try {
      await call(RoleArn);
    } catch (error) {
      throw failureOf(error);
    }
  };

  return {
    callTarget: (run, input) =>
      asRole(run, (roleArn) => {
        const { Arn, SqsParameters } = run.settings.Target;
        switch (targetKind(Arn)) {
          case 'function':
            return callFunction(roleArn, Arn, input);
          case 'queue':
            return send(roleArn, Arn, input, { groupId: SqsParameters?.MessageGroupId });
          case 'state machine':
            return startExecution(roleArn, Arn, input);
          case undefined:
            throw new TargetFailure('ValidationException', `The local Scheduler cannot call ${Arn}`, true);
        }
      }),
    sendDeadLetter: (run, { body, attributes }) =>
      asRole(run, (roleArn) =>
        send(roleArn, run.settings.Target.DeadLetterConfig?.Arn ?? '', body, { attributes }),
      ),
    stop: () => stopping.abort(),
  };
}

function connection(services: CloudServices, roleArn: string, endpoint: string) {
  return {
    region: services.region,
    endpoint,
    maxAttempts: 1,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken, expires } = await services.credentialsFor(roleArn);
      return { accessKeyId, secretAccessKey, sessionToken, expiration: expires };
    },
  };
}

/** Errors of the caller are permanent; all others may be transient. */
function failureOf(error: unknown): TargetFailure {
  if (error instanceof TargetFailure) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const status = statusOf(error);
  const isPermanent =
    status !== undefined && status >= 400 && status < 500 && !/throttl|too ?many/i.test(name);
  return new TargetFailure(name, message, isPermanent);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
