/**
 * Input and output of each state of publish-job.asl.json. The functions check their events with these schemas, and tests
 * check that the output of each state is the input of the next one.
 */
import * as z from 'zod';
import { jobStatuses } from '../domain/jobs/job.ts';

const count = z.int().min(0);

const job = { company: z.string().min(1), jobId: z.string().min(1) };

/** Input of an execution. Its name is the job's id; from the second execution on it is `<id>-<n>`. */
export const executionInput = z.object(job);

/** Placeholders of the definition: ARNs of functions, a bucket name, and how many parts run in parallel. */
export const substitutions = [
  'beginJobArn',
  'planJobArn',
  'publishPartArn',
  'findRefusedPartsArn',
  'finishJobArn',
  'jobsBucket',
  'partConcurrency',
] as const;

/** "Begin Job" */
export const beginJobInput = z.object({ ...job, execution: z.string().min(1) });
export const beginJobOutput = z.object({ ...job, decision: z.enum(['run', 'wait', 'ignore']) });

/** Where the planner continues: 16 keys of at most 2 kB, for a plan of any size. A state has room for 256 kB. */
export const planCursor = z.object({
  /** Rounds of planning so far. */
  rounds: count,
  /** Position in the candidates: see application/jobs/job-candidates.ts. */
  position: z.discriminatedUnion('source', [
    z.object({
      source: z.literal('pending'),
      /** For each shard of the index, where reading continues: after a record, by its key. */
      shards: z.array(z.union([z.enum(['begin', 'end']), z.record(z.string(), z.string())])).readonly(),
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
    z.object({ source: z.literal('undo'), after: z.string().optional() }),
  ]),
  /** Parts so far. */
  parts: count,
  /** Planned log entries so far. */
  total: count,
});

/** "Plan Job" */
export const planJobInput = z.object({ ...job, cursor: planCursor.optional() });

const level = z.object({
  ...job,
  level: count,
  /** Key of the manifest that the Distributed Map reads. */
  manifest: z.string().min(1),
  /** Prefix for the results of the map's child executions. */
  results: z.string().min(1),
});

export const planJobOutput = z.discriminatedUnion('done', [
  z.object({ ...job, done: z.literal(false), cursor: planCursor }),
  z.object({ ...job, done: z.literal(true), levels: z.array(level) }),
]);

/** "Publish Level": one for each level, with the number of parts that run in parallel. */
export const publishLevelInput = z.object({
  ...level.shape,
  concurrency: z.int().min(1),
  /** Passes of the map so far: 0 at first. */
  passes: count,
});

/** "Find Refused Parts": after each pass. `writer` is what the map wrote about its children. */
export const findRefusedPartsInput = z.object({
  ...publishLevelInput.shape,
  writer: z.object({ Bucket: z.string().min(1), Key: z.string().min(1) }),
});
/** With `refused` above 0 it is the input of the next pass, with the manifest of the refused parts. */
export const findRefusedPartsOutput = z.object({
  ...publishLevelInput.shape,
  refused: count,
  waitSeconds: count,
});

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

/** The error that a Catch adds to the state. */
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
  /** `more`: time ran short; the next call continues. */
  outcome: z.enum(['ended', 'waits', 'ignored', 'more']),
  status: z.enum(jobStatuses).optional(),
  /** With `more`: the failure, for the next call. */
  failure: failure.optional(),
});

/** EventBridge's event for an execution that failed, timed out or was aborted. finish-job accepts it too. */
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

/** Input and output of the functions. */
export type BeginJobOutput = z.output<typeof beginJobOutput>;
export type PlanCursor = z.output<typeof planCursor>;
export type PlanJobOutput = z.output<typeof planJobOutput>;
export type FindRefusedPartsOutput = z.output<typeof findRefusedPartsOutput>;
export type PublishPartOutput = z.output<typeof publishPartOutput>;
export type FinishJobOutput = z.output<typeof finishJobOutput>;
