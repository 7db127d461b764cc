import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (...args: unknown[]) => unknown;

/** The property that `awslambda.streamifyResponse` sets on a handler. */
export const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

// The order in which the Node.js runtime looks for the file.
const extensions = ['.js', '.mjs', '.cjs'];

/**
 * Loads `<module path>.<export path>` (Lambda's Handler property) from the folder of a function.
 * @throws Error named Runtime.MalformedHandlerName, Runtime.ImportModuleError, Runtime.UserCodeSyntaxError,
 *   Runtime.HandlerNotFound or Runtime.CallbackHandlerDeprecated, as the nodejs24.x runtime does, or the error that the
 *   module throws.
 */
export async function loadHandler(folder: string, name: string): Promise<Handler> {
  const match = /^((?:.*\/)?[^.]+)\.(.+)$/.exec(name);
  if (!match?.[1] || !match[2] || name.includes('..')) {
    throw named('Runtime.MalformedHandlerName', `'${name}' is not a valid handler name`);
  }
  const base = join(folder, match[1]);
  const extension = extensions.find((candidate) => existsSync(base + candidate));
  if (!extension) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${match[1]}'`);

  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(base + extension).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw named('Runtime.UserCodeSyntaxError', `${error.name}: ${error.message}`, error.stack);
    }
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      throw named('Runtime.ImportModuleError', `${error.name}: ${error.message}`, error.stack);
    }
    throw error;
  }
  const path = match[2].split('.');
  // Some exports of a CommonJS module are only available on `default`.
  const handler = valueAt(loaded, path) ?? valueAt(valueAt(loaded, ['default']), path);
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (!isFunction(handler)) throw named('Runtime.HandlerNotFound', `${name} is not a function`);
  if (handler.length >= 3 && !(streamingMark in handler)) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      `${name} takes a callback. nodejs24.x supports only handlers that return a promise.`,
    );
  }
  return handler;
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  let value = from;
  for (const step of path) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function isFunction(value: unknown): value is Handler {
  return typeof value === 'function';
}

function named(name: string, message: string, stack?: string): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
