/**
 * The inside of an execution environment: runs in a worker thread, loads the handler of one function once, and runs one
 * invocation at a time. Started by start-environment.ts with WorkerSettings.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { confineModules } from './confine-modules.ts';
import { captureOutput } from './function-log.ts';
import { type Handler, loadHandler, streamingMark } from './load-handler.ts';
import { reportError } from './report-error.ts';
import { awslambda, createResponseStream, type ResponseStream } from './response-stream.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerSettings } from './worker-protocol.ts';

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('environment-worker.ts must run in a worker thread');

const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
let running: { readonly requestId: string; readonly stream: ResponseStream | undefined } | undefined;

captureOutput(
  settings.logFile,
  settings.logFormat,
  () => running?.requestId,
  process.env.AWS_LAMBDA_LOG_LEVEL,
);
confineModules(settings.folder, settings.sharpFrom);
Reflect.set(globalThis, 'awslambda', awslambda);

// Exit codes of Lambda's Node.js runtime. The current invocation fails with the thrown error.
process.on('uncaughtException', (error) => die('Uncaught Exception', reportError(error), 129));
process.on('unhandledRejection', (reason) =>
  die(
    'Unhandled Promise Rejection',
    {
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: String(reason),
      trace: reason instanceof Error ? (reason.stack ?? '').split('\n') : [],
    },
    128,
  ),
);

function die(title: string, error: FunctionError, code: number): void {
  console.error(title, error);
  if (running) send({ type: 'failed', requestId: running.requestId, error, fatal: true });
  else send({ type: 'init-failed', error });
  process.exit(code);
}

let handler: Handler;
try {
  handler = await loadHandler(settings.folder, settings.handler);
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'init-failed', error: reportError(error) });
  process.exit(1);
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'invoke') void invoke(message);
  else if (message.requestId === running?.requestId) running.stream?.consumed(message.bytes);
});

async function invoke(request: Extract<ToWorker, { type: 'invoke' }>): Promise<void> {
  const { requestId } = request;
  const streams = streamingMark in handler;
  const stream = streams
    ? createResponseStream({
        head: (head) => send({ type: 'head', requestId, head }),
        chunk: (bytes) => send({ type: 'chunk', requestId, bytes }, [bytes.buffer as ArrayBuffer]),
      })
    : undefined;
  running = { requestId, stream };
  const context = {
    functionName: settings.functionName,
    functionVersion: settings.functionVersion,
    invokedFunctionArn: request.invokedFunctionArn,
    memoryLimitInMB: String(settings.memoryLimitInMB),
    awsRequestId: requestId,
    logGroupName: settings.logGroupName,
    logStreamName: settings.logStreamName,
    getRemainingTimeInMillis: () => request.deadline - Date.now(),
  };
  let outcome: FromWorker;
  try {
    const event: unknown = JSON.parse(request.event);
    if (stream) {
      await handler(event, stream.writable, context);
      await stream.finished;
      outcome = { type: 'done', requestId };
    } else {
      const value = await handler(event, context);
      outcome = { type: 'done', requestId, payload: JSON.stringify(value) ?? 'null' };
    }
  } catch (error) {
    outcome = { type: 'failed', requestId, error: reportError(error) };
  }
  running = undefined;
  send(outcome);
}
