import type { FunctionError } from './worker-protocol.ts';

/**
 * Anything thrown as Lambda's Node.js runtime reports it: an Error keeps its own name, message and stack;
 * for anything else the type is what `typeof` says and the message its text.
 */
export function reportError(thrown: unknown): FunctionError {
  if (thrown instanceof Error) {
    return {
      errorType: thrown.name || 'Error',
      errorMessage: thrown.message,
      trace: (thrown.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}
