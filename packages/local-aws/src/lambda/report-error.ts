import type { FunctionError } from './worker-protocol.ts';

/**
 * Converts a thrown value as Lambda's Node.js runtime does: an Error keeps its name, message and stack; for any other
 * value the type is its `typeof` and the message its text.
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
