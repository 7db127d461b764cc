import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudServices, InvokeResult, LocalFunction, StreamedResponse } from '../cloud-services.ts';
import { createEnvironmentPool } from './environment-pool.ts';
import { environmentVariables } from './environment-variables.ts';
import { FunctionFailure } from './function-failure.ts';
import { createPlatformLog } from './function-log.ts';
import { sharpSource } from './sharp-source.ts';
import { type Environment, type Outcome, startEnvironment } from './start-environment.ts';
import { createStreamedBody } from './streamed-body.ts';
import type { FunctionError, LogFormat, StreamHead, WorkerSettings } from './worker-protocol.ts';

/** Bytes of a request and of a buffered answer: Lambda's own figures for synchronous invocations (6 MB). */
const requestLimit = 6_291_456;
const answerLimit = 6_291_556;
/** Bytes of a streamed answer: Lambda's limit since 2025 (200 MB). */
const streamLimit = 200 * 1024 * 1024;
/** Lambda promises nothing; minutes are what is seen. */
const idleMilliseconds = 5 * 60_000;
/** Credentials must outlive an invocation by this much: a clock's worth. */
const credentialMargin = 60_000;

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** Folder of the code, what `/var/task` is on AWS. */
  readonly folder: string;
  readonly handler: string;
  /** The function's own variables (Environment.Variables). */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly roleArn: string;
  /** Invocations at once; further ones wait. With 0 every call is refused, as on AWS. */
  readonly concurrency: number;
  readonly logGroup: string;
  readonly logFormat: LogFormat;
  /** Lowest level written, in the JSON format. */
  readonly logLevel?: string;
}

export interface FunctionSurroundings
  extends Pick<CloudServices, 'region' | 'ministackEndpoint' | 'ownEndpoint' | 'credentialsFor' | 'log'> {
  readonly logFolder: string;
}

export interface RunningFunction extends LocalFunction {
  stop(): Promise<void>;
}

/** A Lambda function: environments come up when they are needed, and go when they are idle. */
export function createFunction(
  definition: FunctionDefinition,
  surroundings: FunctionSurroundings,
): RunningFunction {
  const { name, arn } = definition;
  const timeoutMilliseconds = definition.timeoutSeconds * 1000;
  mkdirSync(surroundings.logFolder, { recursive: true });
  const logFile = join(surroundings.logFolder, `${name}.log`);
  const platformLog = createPlatformLog(logFile, definition.logFormat);
  const folder = realpathSync(definition.folder);
  const sharpFrom = sharpSource(folder);
  if (sharpFrom) {
    surroundings.log(
      `${name}: its sharp is built for another platform, the repository's own is used instead`,
    );
  }
  const expiry = new WeakMap<Environment, number>();

  const pool = createEnvironmentPool({
    limit: definition.concurrency,
    idleMilliseconds,
    fits: (environment) =>
      (expiry.get(environment) ?? 0) > Date.now() + timeoutMilliseconds + credentialMargin,
    async start() {
      const credentials = await surroundings.credentialsFor(definition.roleArn);
      const settings: WorkerSettings = {
        folder,
        handler: definition.handler,
        logFile,
        logFormat: definition.logFormat,
        functionName: name,
        functionVersion: '$LATEST',
        memoryLimitInMB: definition.memoryMegabytes,
        logGroupName: definition.logGroup,
        logStreamName: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
        sharpFrom,
      };
      const started = await startEnvironment({
        settings,
        timeoutMilliseconds,
        variables: environmentVariables({
          own: definition.variables,
          region: surroundings.region,
          ministackEndpoint: surroundings.ministackEndpoint,
          ownEndpoint: surroundings.ownEndpoint,
          credentials,
          settings,
          ...(definition.logLevel && { logLevel: definition.logLevel }),
        }),
      });
      if ('error' in started) platformLog.initFailed(started.error, started.initMilliseconds);
      else expiry.set(started.environment, credentials.expires.getTime());
      return started;
    },
  });

  interface Stream {
    onHead(head: StreamHead, taken: (bytes: number) => void): void;
    onChunk(bytes: Uint8Array): void;
  }

  /** One invocation from the log's START to its REPORT. */
  async function run(
    event: string,
    stream: Stream,
    signal?: AbortSignal,
  ): Promise<Omit<Outcome, 'durationMilliseconds'>> {
    if (definition.concurrency === 0) {
      return { error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' } };
    }
    const requestId = randomUUID();
    const result = await pool.use(async (environment, cold) => {
      platformLog.started(requestId, '$LATEST');
      const outcome = await environment.invoke({
        requestId,
        event,
        invokedFunctionArn: arn,
        onHead: (head) => stream.onHead(head, (bytes) => environment.consumed(requestId, bytes)),
        onChunk: stream.onChunk,
      });
      platformLog.ended({
        requestId,
        durationMilliseconds: outcome.durationMilliseconds,
        memoryLimitInMB: definition.memoryMegabytes,
        ...(cold && { initMilliseconds: environment.initMilliseconds }),
        ...(outcome.error && { error: outcome.error }),
      });
      return outcome;
    }, signal);
    return 'value' in result ? result.value : { error: result.error };
  }

  async function invoke(event: unknown, signal?: AbortSignal): Promise<InvokeResult> {
    const request = requestOf(event);
    if (typeof request !== 'string') return { error: request };
    const chunks: Uint8Array[] = [];
    let take: (bytes: number) => void = () => undefined;
    const running = run(
      request,
      {
        onHead: (_head, taken) => {
          take = taken;
        },
        onChunk: (bytes) => {
          chunks.push(bytes);
          take(bytes.length);
        },
      },
      signal,
    );
    const outcome = await untilAborted(running, signal);
    if (outcome.error) return { error: outcome.error };
    // A handler that streams, called for one whole answer, answers with the text it wrote.
    const json = outcome.payload ?? JSON.stringify(Buffer.concat(chunks).toString());
    const size = Buffer.byteLength(json);
    if (size > answerLimit) {
      return {
        error: {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${answerLimit} bytes).`,
        },
      };
    }
    return { payload: JSON.parse(json) };
  }

  async function invokeStreaming(event: unknown): Promise<StreamedResponse> {
    const request = requestOf(event);
    if (typeof request !== 'string') throw new FunctionFailure(request);
    const answer = Promise.withResolvers<StreamedResponse>();
    let take: (bytes: number) => void = () => undefined;
    const stream = createStreamedBody((bytes) => take(bytes));
    let total = 0;

    const running = run(request, {
      onHead(head, taken) {
        take = taken;
        answer.resolve(headOf(head, stream.body));
      },
      onChunk(bytes) {
        total += bytes.length;
        if (total <= streamLimit) return stream.push(bytes);
        take(bytes.length);
        stream.fail(
          new FunctionFailure({
            errorType: 'Function.ResponseSizeTooLarge',
            errorMessage: `Response exceeded the streaming limit of ${streamLimit} bytes.`,
          }),
        );
      },
    });
    running.then(
      (outcome) => {
        if (outcome.error) {
          const failure = new FunctionFailure(outcome.error);
          answer.reject(failure);
          stream.fail(failure);
          return;
        }
        // A handler that does not stream: its value as JSON, in one piece.
        if (outcome.payload !== undefined) {
          stream.push(Buffer.from(outcome.payload));
          answer.resolve(headOf({ contentType: 'application/json' }, stream.body));
        }
        stream.end();
      },
      (error: Error) => answer.reject(error),
    );
    return answer.promise;
  }

  return {
    arn,
    name,
    invoke: (event, options) => invoke(event, options?.signal),
    invokeStreaming,
    stop: pool.end,
  };
}

/** The event as JSON, or the error where it is too large. */
function requestOf(event: unknown): string | FunctionError {
  const json = JSON.stringify(event) ?? 'null';
  const size = Buffer.byteLength(json);
  if (size <= requestLimit) return json;
  return {
    errorType: 'RequestEntityTooLargeException',
    errorMessage: `Request must be smaller than ${requestLimit} bytes for the InvokeFunction operation`,
  };
}

function headOf(head: StreamHead, body: AsyncIterable<Uint8Array>): StreamedResponse {
  const headers = Object.entries(head.metadata?.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    statusCode: head.metadata?.statusCode ?? 200,
    headers: { 'content-type': head.contentType, ...Object.fromEntries(headers) },
    cookies: head.metadata?.cookies ?? [],
    body,
  };
}

/** The caller stops waiting; the function runs on, as on AWS. */
async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
