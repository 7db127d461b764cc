import { appendFileSync, openSync, writeSync } from 'node:fs';
import { format } from 'node:util';
import type { FunctionError, LogFormat } from './worker-protocol.ts';

const levels = {
  log: 'INFO',
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
  trace: 'TRACE',
} as const;
const order = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Writes the output of a function to its log file: console lines with time, request and level in the format of
 * Lambda's runtime, and stdout and stderr unchanged. Writes synchronously, so that a crash loses nothing.
 * @param requestId id of the current invocation; undefined while the function starts
 * @param lowest lowest level that is written, for the JSON format only, as on Lambda
 */
export function captureOutput(
  file: string,
  logFormat: LogFormat,
  requestId: () => string | undefined,
  lowest = 'INFO',
): void {
  const descriptor = openSync(file, 'a');
  const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk);
    writeSync(descriptor, typeof text === 'string' ? Buffer.from(text) : text);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') callback();
    return true;
  };
  process.stdout.write = write as typeof process.stdout.write;
  process.stderr.write = write as typeof process.stderr.write;

  for (const [method, level] of Object.entries(levels)) {
    if (logFormat === 'JSON' && order.indexOf(level) < order.indexOf(lowest)) {
      Reflect.set(console, method, () => undefined);
      continue;
    }
    Reflect.set(console, method, (...values: unknown[]) => {
      const time = new Date().toISOString();
      if (logFormat === 'JSON') {
        const message = values.length === 1 && isPlain(values[0]) ? values[0] : format(...values);
        write(`${JSON.stringify({ timestamp: time, level, requestId: requestId(), message })}\n`);
      } else {
        write(`${time}\t${requestId() ?? 'undefined'}\t${level}\t${format(...values)}\n`);
      }
    });
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}

interface InvocationReport {
  readonly requestId: string;
  readonly durationMilliseconds: number;
  readonly memoryLimitInMB: number;
  /** Only for the first invocation of an environment. */
  readonly initMilliseconds?: number;
  readonly error?: FunctionError;
}

/** The lines that Lambda itself writes around an invocation (START, END, REPORT). */
export interface PlatformLog {
  started(requestId: string, version: string): void;
  ended(report: InvocationReport): void;
  /** @param error why the function did not start */
  initFailed(error: FunctionError, milliseconds: number): void;
}

/** @param file created with its first line; its folder must exist */
export function createPlatformLog(file: string, logFormat: LogFormat): PlatformLog {
  const append = (line: string) => appendFileSync(file, `${line}\n`);
  if (logFormat === 'JSON') {
    const event = (type: string, record: object) =>
      append(JSON.stringify({ time: new Date().toISOString(), type: `platform.${type}`, record }));
    return {
      started: (requestId, version) => event('start', { requestId, version }),
      ended: (report) => {
        if (report.error) {
          const { requestId, error } = report;
          append(
            JSON.stringify({
              timestamp: new Date().toISOString(),
              level: 'ERROR',
              requestId,
              message: error,
            }),
          );
        }
        event('report', {
          requestId: report.requestId,
          metrics: {
            durationMs: round(report.durationMilliseconds),
            billedDurationMs: Math.ceil(report.durationMilliseconds),
            memorySizeMB: report.memoryLimitInMB,
            ...(report.initMilliseconds !== undefined && { initDurationMs: round(report.initMilliseconds) }),
          },
          status: report.error ? statusOf(report.error) : 'success',
          ...(report.error && { errorType: report.error.errorType }),
        });
      },
      initFailed: (error, milliseconds) =>
        event('initReport', {
          phase: 'init',
          status: 'error',
          errorType: error.errorType,
          errorMessage: error.errorMessage,
          trace: error.trace,
          metrics: { durationMs: round(milliseconds) },
        }),
    };
  }
  return {
    started: (requestId, version) => append(`START RequestId: ${requestId} Version: ${version}`),
    ended: (report) => {
      const { requestId, error, durationMilliseconds: duration } = report;
      if (error) {
        append(
          `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${JSON.stringify({
            errorType: error.errorType,
            errorMessage: error.errorMessage,
            stack: error.trace,
          })}`,
        );
      }
      append(`END RequestId: ${requestId}`);
      const parts = [
        `REPORT RequestId: ${requestId}`,
        `Duration: ${duration.toFixed(2)} ms`,
        `Billed Duration: ${Math.ceil(duration)} ms`,
        `Memory Size: ${report.memoryLimitInMB} MB`,
        ...(report.initMilliseconds === undefined
          ? []
          : [`Init Duration: ${report.initMilliseconds.toFixed(2)} ms`]),
        ...(error ? [`Status: ${statusOf(error)}`, `Error Type: ${error.errorType}`] : []),
      ];
      append(parts.join('\t'));
    },
    initFailed: (error, milliseconds) =>
      append(
        [
          `INIT_REPORT Init Duration: ${milliseconds.toFixed(2)} ms`,
          'Phase: init',
          'Status: error',
          `Error Type: ${error.errorType}`,
          `${error.errorMessage}\n${(error.trace ?? []).join('\n')}`,
        ].join('\t'),
      ),
  };
}

function statusOf(error: FunctionError): string {
  return error.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
