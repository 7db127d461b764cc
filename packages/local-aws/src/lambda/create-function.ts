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

/** Bytes of a request and of a buffered response: Lambda's limits for synchronous invocations (6 MB). */
const requestLimit = 6_291_456;
const responseLimit = 6_291_556;
/** Bytes of a streamed response: Lambda's limit since 2025 (200 MB). */
const streamLimit = 200 * 1024 * 1024;
/** Lambda documents no time; a few minutes are usual. */
const idleMilliseconds = 5 * 60_000;
/** Credentials must outlive an invocation by this time, in case clocks differ. */
const credentialMargin = 60_000;

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** Folder of the code, `/var/task` on AWS. */
  readonly folder: string;
  readonly handler: string;
  /** Environment.Variables of the function. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly roleArn: string;
  /** Concurrent invocations; further ones wait. With 0 every invocation is refused, as on AWS. */
  readonly concurrency: number;
  readonly logGroup: string;
  readonly logFormat: LogFormat;
  /** Lowest level that is written in the JSON format. */
  readonly logLevel?: string;
}

export interface FunctionDependencies
  extends Pick<CloudServices, 'region' | 'ministackEndpoint' | 'ownEndpoint' | 'credentialsFor' | 'log'> {
  readonly logFolder: string;
}

export interface RunningFunction extends LocalFunction {
  stop(): Promise<void>;
}

/** Creates a Lambda function. Its environments start on demand and end when they are idle. */
export function createFunction(
  definition: FunctionDefinition,
  dependencies: FunctionDependencies,
): RunningFunction {
  const { name, arn } = definition;
  const timeoutMilliseconds = definition.timeoutSeconds * 1000;
  mkdirSync(dependencies.logFolder, { recursive: true });
  const logFile = join(dependencies.logFolder, `${name}.log`);
  const platformLog = createPlatformLog(logFile, definition.logFormat);
  const folder = realpathSync(definition.folder);
  const sharpFrom = sharpSource(folder);
  if (sharpFrom) {
    dependencies.log(
      `${name}: the bundled sharp is built for another platform, so the repository's sharp is used`,
    );
  }
  const expiry = new WeakMap<Environment, number>();

  const pool = createEnvironmentPool({
    limit: definition.concurrency,
    idleMilliseconds,
    isValid: (environment) =>
      (expiry.get(environment) ?? 0) > Date.now() + timeoutMilliseconds + credentialMargin,
    async start() {
      const credentials = await dependencies.credentialsFor(definition.roleArn);
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
          region: dependencies.region,
          ministackEndpoint: dependencies.ministackEndpoint,
          ownEndpoint: dependencies.ownEndpoint,
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

  /** Runs one invocation and writes its log lines from START to REPORT. */
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
    if (outcome.error) {
      return { error: outcome.error, ...(definition.concurrency === 0 && { refused: true }) };
    }
    // A buffered invocation of a streaming handler returns the text that it wrote.
    const json = outcome.payload ?? JSON.stringify(Buffer.concat(chunks).toString());
    const size = Buffer.byteLength(json);
    if (size > responseLimit) {
      return {
        error: {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${responseLimit} bytes).`,
        },
      };
    }
    return { payload: JSON.parse(json) };
  }

  async function invokeStreaming(event: unknown): Promise<StreamedResponse> {
    const request = requestOf(event);
    if (typeof request !== 'string') throw new FunctionFailure(request);
    const response = Promise.withResolvers<StreamedResponse>();
    let take: (bytes: number) => void = () => undefined;
    const stream = createStreamedBody((bytes) => take(bytes));
    let total = 0;

    const running = run(request, {
      onHead(head, taken) {
        take = taken;
        response.resolve(headOf(head, stream.body));
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
          response.reject(failure);
          stream.fail(failure);
          return;
        }
        // The handler does not stream: its value as JSON, in one piece.
        if (outcome.payload !== undefined) {
          stream.push(Buffer.from(outcome.payload));
          response.resolve(headOf({ contentType: 'application/json' }, stream.body));
        }
        stream.end();
      },
      (error: Error) => response.reject(error),
    );
    return response.promise;
  }

  return {
    arn,
    name,
    invoke: (event, options) => invoke(event, options?.signal),
    invokeStreaming,
    stop: pool.end,
  };
}

/** The event as JSON, or an error if it is too large. */
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

/** Stops waiting when the signal is aborted. The function continues, as on AWS. */
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
