import type { Environment, Started } from './start-environment.ts';
import type { FunctionError } from './worker-protocol.ts';

export interface PoolOptions {
  /** Maximum of concurrent invocations; further ones wait. */
  readonly limit: number;
  /** An environment that is idle for this time is ended. */
  readonly idleMilliseconds: number;
  start(): Promise<Started>;
  /** Whether an idle environment may run one more invocation; false if its credentials expire too soon. */
  isValid(environment: Environment): boolean;
}

export interface EnvironmentPool {
  /**
   * Runs `work` on an environment that nothing else uses, a warm one if possible.
   * @returns the result of `work`, or the error of an environment that did not start
   * @throws the signal's reason if it is aborted while the caller waits for an environment
   */
  use<Value>(
    work: (environment: Environment, cold: boolean) => Promise<Value>,
    signal?: AbortSignal,
  ): Promise<
    { readonly value: Value } | { readonly error: FunctionError; readonly initMilliseconds: number }
  >;
  /** Ends every environment, including busy ones. */
  end(): Promise<void>;
}

/** The environments of one function. */
export function createEnvironmentPool(options: PoolOptions): EnvironmentPool {
  const idle: { readonly environment: Environment; readonly timer: NodeJS.Timeout }[] = [];
  const all = new Set<Environment>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let ended = false;

  /** Resolves when the native calls of the environment have ended; only `end` waits for that. */
  async function retire(environment: Environment): Promise<void> {
    await environment.end();
    all.delete(environment);
  }

  function takeIdle(): Environment | undefined {
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer);
      if (last.environment.usable() && options.isValid(last.environment)) return last.environment;
      void retire(last.environment);
    }
    return undefined;
  }

  function release(environment: Environment): void {
    if (ended || !environment.usable()) {
      void retire(environment);
      return;
    }
    const entry = {
      environment,
      timer: setTimeout(() => {
        idle.splice(idle.indexOf(entry), 1);
        void retire(environment);
      }, options.idleMilliseconds),
    };
    entry.timer.unref();
    idle.push(entry);
  }

  async function acquirePermit(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < options.limit) {
      running += 1;
      return;
    }
    // A released permit goes directly to the next caller, so `running` does not change.
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(resolve);
    const abort = () => {
      const at = waiting.indexOf(resolve);
      if (at < 0) return;
      waiting.splice(at, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  function releasePermit(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async use(work, signal) {
      await acquirePermit(signal);
      try {
        const warm = takeIdle();
        let environment = warm;
        if (!environment) {
          const started = await options.start();
          if ('error' in started) return started;
          environment = started.environment;
          all.add(environment);
        }
        try {
          return { value: await work(environment, !warm) };
        } finally {
          release(environment);
        }
      } finally {
        releasePermit();
      }
    },
    async end() {
      ended = true;
      for (const { timer } of idle) clearTimeout(timer);
      idle.length = 0;
      await Promise.all([...all].map(retire));
    },
  };
}
