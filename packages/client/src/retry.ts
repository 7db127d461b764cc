import { NetworkError } from './api-error.ts';

export interface RetryOptions {
  /** Retries after the first try. 3 unless given. */
  readonly retries?: number;
  /** Waits. Tests replace it. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export interface Attempt {
  /** What is sent, for error texts. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that a later try may change. */
  isTransient(status: number): boolean;
  /** Sends the request once. */
  send(): Promise<Response>;
}

/** Milliseconds before the first retry; doubled for each further one. */
const firstWaitMs = 200;

/** Milliseconds. The longest wait between two tries; the caller should decide about a longer `Retry-After`. */
const maxWaitMs = 30_000;

/**
 * Sends a request until its response is final, with backoff. Honours `Retry-After`.
 * @throws NetworkError where no response came; the reason of the signal where it was aborted
 */
export async function sendWithRetries(
  { what, signal, isTransient, send }: Attempt,
  { retries = 3, wait = waitFor }: RetryOptions,
): Promise<Response> {
  for (let retry = 0; ; retry += 1) {
    let response: Response | undefined;
    try {
      response = await send();
      if (retry >= retries || !isTransient(response.status)) return response;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isFetchFailure(error)) throw error;
      if (retry >= retries)
        throw new NetworkError(`${what} could not be sent: ${reasonOf(error)}`, { cause: error });
    }
    const milliseconds = retryAfterMs(response) ?? firstWaitMs * 2 ** retry * (0.5 + Math.random() / 2);
    if (response && milliseconds > maxWaitMs) return response;
    // An unread body keeps its connection busy.
    await response?.body?.cancel();
    await wait(milliseconds, signal);
  }
}

/** `fetch` reports every failure of the network as a TypeError. */
function isFetchFailure(error: unknown): error is TypeError {
  return error instanceof TypeError;
}

function reasonOf(error: TypeError): string {
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

/** Milliseconds of the header `Retry-After`: seconds or a date. */
function retryAfterMs(response: Response | undefined): number | undefined {
  const header = response?.headers.get('retry-after');
  if (!header) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function waitFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
