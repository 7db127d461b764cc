import { appendFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { FromWorker, FunctionError, StreamHead, ToWorker, WorkerSettings } from './worker-protocol.ts';

/** A longer init fails. AWS allows 10 s, or the function's timeout if that is longer. */
const minInitLimit = 10_000;

/**
 * Smallest heap limit, also for a smaller MemorySize: a worker thread shares its process with other threads, so a small
 * limit fails earlier here than on Lambda.
 */
const minHeapMegabytes = 256;

interface Invocation {
  readonly requestId: string;
  /** JSON */
  readonly event: string;
  readonly invokedFunctionArn: string;
  /** Only for streaming handlers, like `onChunk`. */
  onHead(head: StreamHead): void;
  onChunk(bytes: Uint8Array): void;
}

export interface Outcome {
  /** JSON; absent if the handler streamed its response or failed. */
  readonly payload?: string;
  readonly error?: FunctionError;
  readonly durationMilliseconds: number;
}

/** One warm instance of a function. It runs one invocation at a time. */
export interface Environment {
  readonly initMilliseconds: number;
  /** False after a crash, a timeout or `end`. */
  usable(): boolean;
  invoke(invocation: Invocation): Promise<Outcome>;
  /** Reports that the reader of a streamed response has consumed this many bytes. */
  consumed(requestId: string, bytes: number): void;
  end(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly settings: WorkerSettings;
  /** The complete `process.env`; nothing of this process is added. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
}

export type Started =
  | { readonly environment: Environment }
  | { readonly error: FunctionError; readonly initMilliseconds: number };

/** Starts a worker thread and loads the handler in it. A handler that fails to load is a result, not an exception. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Started> {
  const { settings, timeoutMilliseconds } = options;
  const begun = performance.now();
  const worker = new Worker(new URL('./environment-worker.ts', import.meta.url), {
    workerData: settings,
    env: { ...options.variables },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.max(minHeapMegabytes, settings.memoryLimitInMB) },
  });
  // Output that does not pass through process.stdout of the thread, such as warnings of Node.
  for (const output of [worker.stdout, worker.stderr]) {
    output.on('data', (chunk: Buffer) => appendFileSync(settings.logFile, chunk));
  }

  let alive = true;
  let current:
    | {
        readonly invocation: Invocation;
        readonly settle: (outcome: Omit<Outcome, 'durationMilliseconds'>) => void;
      }
    | undefined;
  let crash: string | undefined;
  const ready = Promise.withResolvers<FunctionError | undefined>();

  worker.on('message', (message: FromWorker) => {
    if (message.type === 'ready') return ready.resolve(undefined);
    if (message.type === 'init-failed') return ready.resolve(message.error);
    if (message.requestId !== current?.invocation.requestId) return;
    if (message.type === 'head') current.invocation.onHead(message.head);
    else if (message.type === 'chunk') current.invocation.onChunk(message.bytes);
    else if (message.type === 'failed') {
      if (message.fatal) alive = false;
      current.settle({ error: message.error });
    } else current.settle(message.payload === undefined ? {} : { payload: message.payload });
  });
  worker.on('error', (error: Error & { code?: string }) => {
    // A full heap aborts the sandbox on AWS, and only the thread here.
    crash =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? 'Runtime exited with error: signal: aborted'
        : error.message;
  });
  worker.on('exit', (code) => {
    alive = false;
    const reason =
      crash ??
      (code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${code}`);
    ready.resolve({ errorType: 'Runtime.ExitError', errorMessage: `Error: ${reason}` });
    current?.settle({
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${current.invocation.requestId} Error: ${reason}`,
      },
    });
  });

  const initTimer = setTimeout(
    () => {
      alive = false;
      ready.resolve({
        errorType: 'Sandbox.Timedout',
        errorMessage: 'Error: the function did not start in time',
      });
    },
    Math.max(minInitLimit, timeoutMilliseconds),
  );
  const initError = await ready.promise;
  clearTimeout(initTimer);
  const initMilliseconds = performance.now() - begun;
  if (initError) {
    alive = false;
    await worker.terminate();
    return { error: initError, initMilliseconds };
  }
  const post = (message: ToWorker) => worker.postMessage(message);

  return {
    environment: {
      initMilliseconds,
      usable: () => alive,
      async invoke(invocation) {
        const { requestId, event, invokedFunctionArn } = invocation;
        const started = performance.now();
        const { promise, resolve } = Promise.withResolvers<Omit<Outcome, 'durationMilliseconds'>>();
        current = { invocation, settle: resolve };
        const timer = setTimeout(() => {
          alive = false;
          const seconds = (timeoutMilliseconds / 1000).toFixed(2);
          resolve({
            error: {
              errorType: 'Sandbox.Timedout',
              errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
            },
          });
        }, timeoutMilliseconds);
        post({
          type: 'invoke',
          requestId,
          event,
          invokedFunctionArn,
          deadline: Date.now() + timeoutMilliseconds,
        });
        const outcome = await promise;
        clearTimeout(timer);
        current = undefined;
        const durationMilliseconds = performance.now() - started;
        return { ...outcome, durationMilliseconds };
      },
      consumed: (requestId, bytes) => post({ type: 'consumed', requestId, bytes }),
      async end() {
        alive = false;
        await worker.terminate();
      },
    },
  };
}
