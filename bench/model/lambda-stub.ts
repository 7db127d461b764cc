/** Lambda as the model has it: environments of the functions' bundles, a limit of concurrency, and refusals above it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleFunction } from '../../infra/constructs/function-bundle.ts';
import { type Child, startChild } from '../support/child-process.ts';
import { behaviour, cpuShare, latencySource } from './behaviour.ts';
import type { Invocation } from './environment.ts';

export interface LambdaStub {
  /**
   * Calls a function, as Step Functions does.
   * @throws Error `Lambda.TooManyRequestsException` above the limit; the error of the function
   */
  invoke<Output>(name: string, event: unknown): Promise<Output>;
  /** Starts environments, so that no call of the job starts one. */
  warm(name: string, environments: number): Promise<void>;
  /** Since the last reset. */
  readonly used: {
    calls: number;
    refused: number;
    cpuMilliseconds: Record<string, number>;
    /** Of the model. */
    gigabyteSeconds: number;
  };
  reset(): void;
  stop(): Promise<void>;
}

interface Options {
  readonly slowdown: number;
  readonly concurrency: number;
  readonly functions: Readonly<Record<string, { readonly timeoutMs: number; readonly megabytes: number }>>;
  readonly env: Readonly<Record<string, string>>;
}

export function startLambdaStub({ slowdown, concurrency, functions, env }: Options): LambdaStub {
  const folder = mkdtempSync(join(tmpdir(), 'pressroom-model-'));
  const idle = new Map<string, Child[]>();
  const all: Child[] = [];
  const latency = latencySource(3);
  let running = 0;
  const used: LambdaStub['used'] = { calls: 0, refused: 0, cpuMilliseconds: {}, gigabyteSeconds: 0 };

  return {
    used,
    reset() {
      Object.assign(used, { calls: 0, refused: 0, cpuMilliseconds: {}, gigabyteSeconds: 0 });
    },
    async warm(name, environments) {
      const bundle = bundleOf(name);
      for (let started = 0; started < environments; started += 8) {
        const children = Array.from({ length: Math.min(8, environments - started) }, () =>
          startChild(join(import.meta.dirname, 'environment.ts'), {
            ...env,
            SLOWDOWN: String(slowdown),
            CPU_SHARE: String(cpuShare(functions[name]?.megabytes ?? 0)),
            BUNDLE: bundle,
            POWERTOOLS_SERVICE_NAME: name,
            POWERTOOLS_LOG_LEVEL: 'ERROR',
            AWS_LAMBDA_FUNCTION_NAME: name,
          }),
        );
        all.push(...children);
        await Promise.all(children.map((child) => child.call('ready')));
        idle.set(name, [...(idle.get(name) ?? []), ...children]);
      }
    },
    async invoke<Output>(name: string, event: unknown): Promise<Output> {
      await wait(latency(behaviour.lambda.call) * slowdown);
      used.calls += 1;
      const free = idle.get(name)?.pop();
      if (running >= concurrency || !free) {
        if (free) idle.get(name)?.push(free);
        used.refused += 1;
        throw Object.assign(new Error('Rate Exceeded'), { name: 'Lambda.TooManyRequestsException' });
      }
      running += 1;
      const begun = performance.now();
      try {
        const { output, cpuMilliseconds } = await free.call<Invocation>('invoke', {
          event,
          timeoutMs: functions[name]?.timeoutMs,
        });
        used.cpuMilliseconds[name] = (used.cpuMilliseconds[name] ?? 0) + cpuMilliseconds;
        return output as Output;
      } finally {
        const seconds = (performance.now() - begun) / 1_000 / slowdown;
        used.gigabyteSeconds += (seconds * (functions[name]?.megabytes ?? 0)) / 1_024;
        running -= 1;
        idle.get(name)?.push(free);
      }
    },
    async stop() {
      await Promise.all(all.map((child) => child.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };

  /** The file that Lambda would load. */
  function bundleOf(name: string): string {
    return join(bundleFunction(name, folder, { sharp: false }), 'index.mjs');
  }
}
