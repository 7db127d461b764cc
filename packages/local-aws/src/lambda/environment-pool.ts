import type { Environment, Started } from './start-environment.ts';
import type { FunctionError } from './worker-protocol.ts';

export interface PoolOptions {
  /** Invocations that may run at once; further ones wait their turn. */
  readonly limit: number;
  /** An environment with nothing to do for that long is ended. */
  readonly idleMilliseconds: number;
  start(): Promise<Started>;
  /** Whether an environment that waits may still take an invocation: its credentials could run out. */
  fits(environment: Environment): boolean;
}

export interface EnvironmentPool {
  /**
   * Runs `work` on an environment of its own, a warm one where there is one.
   * @returns what `work` returned, or why no environment came up
   * @throws the signal's reason, where it is aborted while the caller waits its turn
   */
  use<Value>(
    work: (environment: Environment, cold: boolean) => Promise<Value>,
    signal?: AbortSignal,
  ): Promise<
    { readonly value: Value } | { readonly error: FunctionError; readonly initMilliseconds: number }
  >;
  /** Ends every environment, busy ones too. */
  end(): Promise<void>;
}

/** The environments of one function. */
export function createEnvironmentPool(options: PoolOptions): EnvironmentPool {
  const idle: { readonly environment: Environment; readonly timer: NodeJS.Timeout }[] = [];
  const all = new Set<Environment>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let ended = false;

  /** Takes until the native calls of the environment are over; nobody but `end` waits for it. */
  async function retire(environment: Environment): Promise<void> {
    await environment.end();
    all.delete(environment);
  }

  function takeIdle(): Environment | undefined {
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer);
      if (last.environment.usable() && options.fits(last.environment)) return last.environment;
      void retire(last.environment);
    }
    return undefined;
  }

  function giveBack(environment: Environment): void {
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

  async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < options.limit) {
      running += 1;
      return;
    }
    // The turn is handed over as it is: `running` stays as high as it was.
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

  function passTurn(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async use(work, signal) {
      await takeTurn(signal);
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
          giveBack(environment);
        }
      } finally {
        passTurn();
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
