/** The longest that a timer of Node can wait: a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * Waits for so many milliseconds, in real time.
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0; left -= longestTimer) {
    const timer = Promise.withResolvers<void>();
    const id = setTimeout(timer.resolve, Math.min(left, longestTimer));
    await unlessAborted(timer.promise, signal).finally(() => clearTimeout(id));
  }
  signal.throwIfAborted();
}

/** What `promise` gives, or the signal's reason as soon as it is aborted: what runs behind the promise runs on, unseen. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Runs a task for no longer than its time; the signal it gets is aborted when that is over.
 * @param seconds undefined for no limit
 * @throws `timeout` when the time is over
 */
export async function withinTime<T>(
  seconds: number | undefined,
  timeout: Error,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (seconds === undefined) return task(signal);
  const over = new AbortController();
  const done = new AbortController();
  wait(seconds * 1000, AbortSignal.any([signal, done.signal])).then(
    () => over.abort(timeout),
    () => {},
  );
  try {
    const inner = AbortSignal.any([signal, over.signal]);
    return await unlessAborted(task(inner), inner);
  } finally {
    done.abort();
  }
}
