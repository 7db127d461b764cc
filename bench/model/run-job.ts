/** A publish job on the stubs: plan-job and publish-part as they are deployed, called as publish-job.asl.json calls them. */

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { inParallel } from '../../domain/in-parallel.ts';
import { splitLines } from '../../domain/jobs/json-lines.ts';
import type { PlanJobOutput, PublishPartOutput } from '../../statemachines/publish-job.contract.ts';
import { company } from '../support/bench-cloud.ts';
import type { Child } from '../support/child-process.ts';
import type { LambdaStub } from './lambda-stub.ts';
import { modelBuckets, modelJob } from './model-library.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly MaxAttempts: number;
}

export interface JobRun {
  /** Seconds of the model. */
  readonly planSeconds: number;
  readonly partSeconds: number;
  readonly done: number;
  /** Calls of publish-part that failed or were refused, and were repeated. */
  readonly retries: number;
}

export interface JobOptions {
  readonly slowdown: number;
  readonly partConcurrency: number;
  readonly random: () => number;
}

const retriers = retriersOfPublishPart();

export async function runJob(lambda: LambdaStub, s3: Child, options: JobOptions): Promise<JobRun> {
  const { slowdown, partConcurrency, random } = options;
  const seconds = () => performance.now() / 1_000 / slowdown;
  const begun = seconds();
  let event: object = { company, jobId: modelJob.id };
  let plan: PlanJobOutput;
  do {
    plan = await lambda.invoke<PlanJobOutput>('plan-job', event);
    event = plan;
  } while (!plan.done);
  const planned = seconds();

  let done = 0;
  let retries = 0;
  for (const { manifest } of plan.levels) {
    const text = await s3.call<string>('text', { bucket: modelBuckets.jobs, key: manifest });
    await inParallel(splitLines(text), partConcurrency, async (line) => {
      const { counts } = await publishPart(JSON.parse(line));
      done += counts.done;
    });
  }
  return { planSeconds: planned - begun, partSeconds: seconds() - planned, done, retries };

  async function publishPart(input: unknown): Promise<PublishPartOutput> {
    const attempts = retriers.map(() => 0);
    for (;;) {
      try {
        return await lambda.invoke<PublishPartOutput>('publish-part', input);
      } catch (error) {
        const { name } = error as Error;
        const index = retriers.findIndex(
          ({ ErrorEquals }) => ErrorEquals.includes(name) || ErrorEquals.includes('States.ALL'),
        );
        const retrier = retriers[index];
        const attempt = attempts[index] ?? 0;
        if (!retrier || attempt >= retrier.MaxAttempts) throw error;
        attempts[index] = attempt + 1;
        retries += 1;
        const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = retrier;
        // JitterStrategy FULL.
        const delay = random() * Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** attempt);
        await wait(delay * 1_000 * slowdown);
      }
    }
  }
}

function retriersOfPublishPart(): readonly Retrier[] {
  const file = new URL('../../statemachines/publish-job.asl.json', import.meta.url);
  const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  const state = /"Publish Part":\{.*?"Retry":(\[.*?\}\])/.exec(text)?.[1];
  if (state === undefined) throw new Error('publish-job.asl.json has no retriers of Publish Part');
  return JSON.parse(state) as Retrier[];
}
