/** Maximum of a timer in Node; a longer timer would fire immediately. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Waits in real time.
 * @throws the signal's reason if it is aborted during the wait
 */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0; left -= maxTimerMs) {
    const timer = Promise.withResolvers<void>();
    const id = setTimeout(timer.resolve, Math.min(left, maxTimerMs));
    await unlessAborted(timer.promise, signal).finally(() => clearTimeout(id));
  }
  signal.throwIfAborted();
}

/** Settles like `promise`, or rejects when the signal is aborted. The work behind the promise continues. */
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
 * Runs a task with a timeout. The task's signal is aborted when the time is over.
 * @param seconds undefined for no limit
 * @throws `timeout` if the time is over
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
