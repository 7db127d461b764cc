/**
 * What goes into each state of publish-job.asl.json and what comes out of it. The functions check their events by
 * these schemas, and the tests that each state's output is the next one's input.
 */
import * as z from 'zod';
import { jobStatuses } from '../domain/jobs/job.ts';

const count = z.int().min(0);

const job = { company: z.string().min(1), jobId: z.string().min(1) };

/** What an execution is started with; its name is the job's id, from the second execution on `<id>-<n>`. */
export const executionInput = z.object(job);

/** What the definition leaves open: ARNs of functions, a bucket's name, and how many parts are worked on at a time. */
export const substitutions = [
  'beginJobArn',
  'planJobArn',
  'publishPartArn',
  'finishJobArn',
  'jobsBucket',
  'partConcurrency',
] as const;

/** "Begin Job" */
export const beginJobInput = z.object({ ...job, execution: z.string().min(1) });
export const beginJobOutput = z.object({ ...job, decision: z.enum(['run', 'wait', 'ignore']) });

/** Where the planner goes on: below 3 kB, whatever the size of the plan. */
export const planCursor = z.object({
  /** Rounds of planning so far. */
  rounds: count,
  /** Where it looks: see application/jobs/job-candidates.ts. */
  position: z.discriminatedUnion('source', [
    z.object({
      source: z.literal('pending'),
      shard: count,
      /** DynamoDB's key of the last record that was read of the shard. */
      after: z.record(z.string(), z.string()).optional(),
    }),
    z.object({
      source: z.literal('library'),
      after: z.object({ folder: z.string(), id: z.string() }).optional(),
    }),
    z.object({ source: z.literal('list'), seen: count }),
    z.object({
      source: z.literal('failed'),
      after: z.object({ file: z.string(), line: count }).optional(),
    }),
  ]),
  /** Parts so far. */
  parts: count,
  /** Lines of work so far. */
  total: count,
});

/** "Plan Job" */
export const planJobInput = z.object({ ...job, cursor: planCursor.optional() });

const level = z.object({
  ...job,
  level: count,
  /** Key of the manifest that the Distributed Map reads. */
  manifest: z.string().min(1),
  /** Prefix below which it writes what became of its children. */
  results: z.string().min(1),
});

export const planJobOutput = z.discriminatedUnion('done', [
  z.object({ ...job, done: z.literal(false), cursor: planCursor }),
  z.object({ ...job, done: z.literal(true), levels: z.array(level) }),
]);

/** "Publish Level": one for each level, with the number of parts that it works on at a time. */
export const publishLevelInput = z.object({ ...level.shape, concurrency: z.int().min(1) });

/** "Publish Part": a line of the manifest. */
export const publishPartInput = z.object({
  ...job,
  level: count,
  part: count,
  key: z.string().min(1),
});
export const publishPartOutput = z.object({
  ...job,
  level: count,
  part: count,
  counts: z.object({
    total: count,
    done: count,
    skipped: count,
    warnings: count,
    errors: count,
    notReached: count,
    bytes: count,
  }),
});

/** What a Catch adds to a state. */
const failure = z.object({ Error: z.string().optional(), Cause: z.string().optional() });

/** "Finish Job" */
export const finishJobInput = z.object({
  execution: z.string().min(1),
  state: z.object({
    ...job,
    failure: failure.optional(),
  }),
});
export const finishJobOutput = z.object({
  ...job,
  /** `more`: its time was up; the next call goes on. */
  outcome: z.enum(['ended', 'waits', 'ignored', 'more']),
  status: z.enum(jobStatuses).optional(),
  /** With `more`: what the next call has to know. */
  failure: failure.optional(),
});

/** EventBridge, when an execution has ended other than well: finish-job takes it too. */
export const executionFailed = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    name: z.string().min(1),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** The execution's input as text. */
    input: z.string(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/** What the functions are called with, and answer. */
export type BeginJobOutput = z.output<typeof beginJobOutput>;
export type PlanCursor = z.output<typeof planCursor>;
export type PlanJobOutput = z.output<typeof planJobOutput>;
export type PublishPartOutput = z.output<typeof publishPartOutput>;
export type FinishJobOutput = z.output<typeof finishJobOutput>;
