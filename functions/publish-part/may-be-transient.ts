import { isTransient } from '../../adapters/runtime/transient-error.ts';

/** Whether the same copy may succeed later. An error without an HTTP status came from the network. */
export function mayBeTransient(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode;
  return status === undefined || isTransient(error);
}
