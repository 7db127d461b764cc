import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Server } from '../../../domain/delivery/server.ts';
import { isTerminal, type JobStatus, jobStatuses } from '../../../domain/jobs/job.ts';
import {
  decideBegin,
  decideCancel,
  decideFinish,
  decideForce,
  isRunning,
} from '../../../domain/jobs/lifecycle.ts';
import { startable } from '../../../domain/jobs/queue.ts';

const done = { errors: 0, notReached: 0 };

describe('begin-job', () => {
  const job = { jobId: 'J1', servers: ['video'] as const, lastExecution: 'J1', execution: undefined };

  it.each<[string, JobStatus, string | undefined, string, ReturnType<typeof decideBegin>['decision']]>([
    ['runs a queued job', 'queued', undefined, 'J1', 'run'],
    ['ignores an execution that is not the last one', 'queued', undefined, 'J1-0', 'ignore'],
    ['lets the execution that began the job continue', 'running', 'J1', 'J1', 'run'],
    ['lets that execution continue also if the job was cancelled', 'stopping', 'J1', 'J1', 'run'],
    ['ignores another execution of a running job', 'running', 'J1', 'J1-2', 'ignore'],
    ['ignores another execution of a stopping job', 'stopping', 'J1', 'J1-2', 'ignore'],
    ['ignores a succeeded job', 'succeeded', 'J1', 'J1', 'ignore'],
    ['ignores a stopped job', 'stopped', undefined, 'J1', 'ignore'],
  ])('%s', (_, status, execution, asking, expected) => {
    expect(decideBegin({ ...job, status, execution }, asking, [], {}).decision).toBe(expected);
  });

  it('waits for the job that holds one of its servers', () => {
    const decision = decideBegin({ ...job, status: 'queued' }, 'J1', [job], { video: 'J0' });
    expect(decision).toEqual({ decision: 'wait', for: 'J0' });
  });
});

describe('the cancellation of a job', () => {
  it.each<[JobStatus, unknown]>([
    ['queued', { to: 'stopped' }],
    ['running', { to: 'stopping' }],
    ['stopping', { to: 'unchanged' }],
    [
      'succeeded',
      {
        refused: 'job.already-ended',
        because: 'The job "Autumn" cannot be cancelled: it has finished with the status succeeded',
      },
    ],
    ['completed-with-errors', expect.objectContaining({ refused: 'job.already-ended' })],
    ['stopped', expect.objectContaining({ refused: 'job.already-ended' })],
    ['failed', expect.objectContaining({ refused: 'job.already-ended' })],
  ])('that is %s has the decision %j', (status, expected) => {
    expect(decideCancel({ status, name: 'Autumn' })).toEqual(expected);
  });
});

describe('finish-job', () => {
  it.each<[string, JobStatus, Parameters<typeof decideFinish>[1], string]>([
    ['everything succeeded', 'running', { counts: done }, 'succeeded'],
    ['some assets failed', 'running', { counts: { ...done, errors: 1 } }, 'completed-with-errors'],
    ['the execution failed', 'running', { counts: done, failure: 'Reason' }, 'failed'],
    ['it was cancelled', 'stopping', { counts: { ...done, notReached: 9 } }, 'stopped'],
    ['it was cancelled after everything was done', 'stopping', { counts: done }, 'stopped'],
    [
      'it was cancelled, and the execution failed',
      'stopping',
      { counts: done, failure: 'Reason' },
      'stopped',
    ],
    ['it could not begin', 'queued', { counts: done, failure: 'Reason' }, 'failed'],
    ['it is queued', 'queued', { counts: done }, 'unchanged'],
  ])('sets the right status if %s', (_, status, end, expected) => {
    const decision = decideFinish({ status }, end);
    expect(decision.to).toBe(expected);
    expect('reason' in decision).toBe(expected === 'failed');
  });

  it.each(jobStatuses.filter(isTerminal))('does not change a job that is %s', (status) => {
    expect(decideFinish({ status }, { counts: done, failure: 'Reason' })).toEqual({ to: 'unchanged' });
  });
});

it.each(jobStatuses)('workers of a job that is %s continue only if it is running', (status) => {
  expect(isRunning(status)).toBe(status === 'running');
});

describe('any sequence of commands', () => {
  interface ModelJob {
    readonly jobId: string;
    readonly servers: readonly Server[];
    status: JobStatus;
    execution: string | undefined;
    attempt: number;
    /** Number of terminal statuses that it was set to. */
    ends: number;
  }

  const name = (job: ModelJob, attempt: number) => (attempt === 1 ? job.jobId : `${job.jobId}-${attempt}`);
  const anyServers = fc.subarray<Server>(['image-serving', 'video', 'server-directory'], { minLength: 1 });
  const command = fc.oneof(
    fc.record({ do: fc.constant('submit' as const), servers: anyServers }),
    fc.record({
      do: fc.constantFrom('begin', 'begin-late', 'cancel', 'finish', 'crash', 'free', 'start-waiting'),
      job: fc.nat({ max: 7 }),
      errors: fc.nat({ max: 2 }),
    }),
  );

  it('keeps statuses final, one running job per server, the order of the queue, and no lock without a job', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const jobs: ModelJob[] = [];
        const locks: Partial<Record<Server, string>> = {};
        const order: string[] = [];
        const queue = () => jobs.filter(({ status }) => status === 'queued');

        const end = (job: ModelJob, status: JobStatus) => {
          job.status = status;
          job.ends += 1;
        };
        const begin = (job: ModelJob, execution: string) => {
          const asked = { ...job, lastExecution: name(job, job.attempt) };
          const { decision } = decideBegin(asked, execution, queue(), locks);
          if (decision !== 'run' || job.status !== 'queued') return;
          for (const server of job.servers) {
            expect(locks[server]).toBeUndefined();
            locks[server] = job.jobId;
          }
          for (const other of queue()) {
            const isBefore =
              other.jobId < job.jobId && other.servers.some((server) => job.servers.includes(server));
            expect(isBefore).toBe(false);
          }
          job.status = 'running';
          job.execution = execution;
          order.push(job.jobId);
        };
        const finish = (job: ModelJob, failure: string | undefined, errors: number) => {
          const decision = decideFinish(job, { counts: { errors, notReached: 0 }, failure });
          if (decision.to !== 'unchanged') end(job, decision.to);
        };
        const free = (job: ModelJob) => {
          if (!isTerminal(job.status)) return;
          for (const server of job.servers) if (locks[server] === job.jobId) delete locks[server];
        };

        for (const step of commands) {
          if (step.do === 'submit') {
            const jobId = `J${String(jobs.length).padStart(3, '0')}`;
            jobs.push({
              jobId,
              servers: step.servers,
              status: 'queued',
              execution: undefined,
              attempt: 1,
              ends: 0,
            });
            continue;
          }
          const job = jobs[step.job];
          if (!job) continue;
          if (step.do === 'begin') begin(job, name(job, job.attempt));
          if (step.do === 'begin-late') begin(job, name(job, Math.max(1, job.attempt - 1)));
          if (step.do === 'cancel') {
            const decision = decideCancel({ status: job.status, name: job.jobId });
            if ('to' in decision && decision.to === 'stopped') end(job, 'stopped');
            if ('to' in decision && decision.to === 'stopping') job.status = 'stopping';
            expect('refused' in decision).toBe(isTerminal(job.status) && !('to' in decision));
          }
          if (step.do === 'finish') finish(job, undefined, step.errors);
          if (step.do === 'crash') finish(job, 'It crashed', 0);
          if (step.do === 'free') free(job);
          if (step.do === 'start-waiting') {
            for (const { jobId } of startable(queue(), locks)) {
              const waiting = jobs.find((other) => other.jobId === jobId);
              if (!waiting) continue;
              waiting.attempt += 1;
              begin(waiting, name(waiting, waiting.attempt));
              // Every startable job starts.
              expect(waiting.status).toBe('running');
            }
          }

          for (const [server, holder] of Object.entries(locks)) {
            expect(jobs.find(({ jobId }) => jobId === holder)?.servers).toContain(server);
          }
          for (const { ends, status } of jobs) expect(ends).toBe(isTerminal(status) ? 1 : 0);
          const active = jobs.filter(({ status }) => status === 'running' || status === 'stopping');
          for (const { jobId, servers } of active) {
            for (const server of servers) expect(locks[server]).toBe(jobId);
          }
        }
        expect(new Set(order).size).toBe(order.length);

        // If running jobs finish, all jobs finish: no job waits for ever.
        for (let round = 0; round <= jobs.length; round += 1) {
          for (const job of jobs) {
            if (job.status === 'running' || job.status === 'stopping') finish(job, undefined, 0);
            free(job);
          }
          for (const { jobId } of startable(queue(), locks)) {
            const waiting = jobs.find((other) => other.jobId === jobId);
            if (waiting) begin(waiting, name(waiting, waiting.attempt));
          }
        }
        expect(jobs.filter(({ status }) => !isTerminal(status))).toEqual([]);
        expect(locks).toEqual({});
      }),
    );
  });
});

describe('a cancellation by force', () => {
  const now = '2026-11-24T09:00:00.000Z';
  const asked = (stopRequested: string) => ({ kind: 'publish', status: 'stopping', stopRequested }) as const;

  it.each([
    ['works five minutes after the first one', asked('2026-11-24T08:55:00.000Z'), { to: 'ended-by-force' }],
    ['works later', asked('2026-11-24T07:00:00.000Z'), { to: 'ended-by-force' }],
    [
      'is refused earlier',
      asked('2026-11-24T08:55:00.001Z'),
      { to: 'refused', from: '2026-11-24T09:00:00.001Z' },
    ],
    [
      'works if the time of the first one was not recorded',
      { kind: 'publish', status: 'stopping' },
      { to: 'ended-by-force' },
    ],
    ['only cancels a running job', { kind: 'publish', status: 'running' }, { to: 'cancelled' }],
    ['only cancels a queued job', { kind: 'publish', status: 'queued' }, { to: 'cancelled' }],
    ['only cancels a finished job', { kind: 'publish', status: 'stopped' }, { to: 'cancelled' }],
    ['only cancels an upload job', { kind: 'upload', status: 'stopping' }, { to: 'cancelled' }],
  ] as const)('%s', (_, job, decision) => {
    expect(decideForce(job, now)).toEqual(decision);
  });
});
