import { cloudNames } from '../../support/cloud-names.ts';
import type { MemoryCloud } from '../../support/memory-cloud.ts';
import type { CallFunction } from '../../support/shipped-functions.ts';

/** Runs the executions that were started, as publish-job.asl.json has it: each once, those that come meanwhile too. */
export function executionRunner(
  { buckets, executions, started }: MemoryCloud,
  callFunction: CallFunction,
): { run(): Promise<void>; clear(): void } {
  const hasRun = new Set<string>();

  async function runStateMachine(execution: string, input: object): Promise<void> {
    const begun = (await callFunction('begin-job', { ...input, execution })) as { decision: string };
    if (begun.decision === 'ignore') return;
    let state: object = begun;
    if (begun.decision === 'run') {
      let plan: { done: boolean; levels?: { manifest: string }[] };
      do {
        plan = (await callFunction('plan-job', state)) as typeof plan;
        state = plan;
      } while (!plan.done);
      for (const { manifest } of plan.levels ?? []) {
        for (const line of buckets[cloudNames.JOBS_BUCKET].text(manifest).split('\n').filter(Boolean)) {
          await callFunction('publish-part', JSON.parse(line));
        }
      }
    }
    await callFunction('finish-job', { execution, state });
  }

  return {
    async run() {
      for (const name of started) {
        if (hasRun.has(name)) continue;
        hasRun.add(name);
        await runStateMachine(name, executions.get(name)?.input as object);
      }
    },
    clear: () => hasRun.clear(),
  };
}
