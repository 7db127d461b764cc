import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { OperationResponse } from '@pressroom/client/create-client';
import { verifyWebhook } from '@pressroom/client/verify-webhook';
import type { JobFinished } from '../../domain/notifications/job-finished.ts';
import { expectStatus, followJob } from './follow-job.ts';
import type { DemoParts } from './main-job-steps.ts';
import type { Step } from './step.ts';
import { nameInRun, uploadSamples } from './upload-samples.ts';

export interface ScheduleResult {
  schedule?: OperationResponse<'createSchedule'>;
  /** Milliseconds from the due time to the start of the job. */
  startedAfter?: number;
  /** The notification, after its signature was verified. */
  notification?: JobFinished;
}

interface Received {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds. If the next full minute is closer, the schedule is set for the one after it. */
const minLeadTimeMs = 8_000;

/** Milliseconds that the job and its notification may take after the due time. */
const timeoutMs = 60_000;

const minuteMs = 60_000;

/**
 * A schedule that publishes at the next full minute, and the notification of its job, received by a small server on
 * this machine. The steps fill in `result`.
 */
export function scheduleSteps({ admin, run }: Pick<DemoParts, 'admin' | 'run'>): {
  steps: Step[];
  result: ScheduleResult;
  /** Closes the receiver. */
  stop(): Promise<void>;
} {
  const result: ScheduleResult = {};
  const folder = run === 1 ? '/samples/scheduled/' : `/samples-${run}/scheduled/`;
  const received: Received[] = [];
  let receiver: Server | undefined;
  let secret = '';
  let due = 0;

  const steps: Step[] = [
    {
      title: 'Schedule a publish job for the next full minute, with a notification',
      async work(report) {
        const name = nameInRun('opening-hours.css', run);
        const bytes = Buffer.from('.opening-hours::after { content: "9 to 5"; }\n');
        const { job } = await uploadSamples(
          admin,
          [{ name, contentType: 'text/css', bytes }],
          { folder, name: 'For the schedule', publishAfterUploading: false },
          report,
        );
        expectStatus(await followJob(admin, job.id, report), 'succeeded');
        ({ secret } = await admin.call('makeWebhookSecret'));
        receiver = await startReceiver(received);
        const { port } = receiver.address() as AddressInfo;

        due = Math.ceil((Date.now() + minLeadTimeMs) / minuteMs) * minuteMs;
        result.schedule = await admin.call('createSchedule', {
          body: {
            name: 'Opening hours',
            rule: { repeat: 'once', at: new Date(due).toISOString().slice(0, 16) },
            timeZone: 'UTC',
            job: {
              publish: 'new',
              scope: { folder, below: false },
              notification: { url: `http://127.0.0.1:${port}/pressroom`, onlyIfPublished: true },
            },
          },
        });
        report(`${result.schedule.description}: next run ${result.schedule.nextRun?.local}`);
      },
    },
    {
      title: 'Wait for the scheduled job and verify the signature of its notification',
      async work(report) {
        const begun = Date.now();
        while (received.length === 0) {
          if (Date.now() > due + timeoutMs)
            throw new Error('No notification arrived within a minute after the due time');
          const left = Math.max(0, Math.ceil((due - Date.now()) / 1_000));
          const total = Math.ceil((due - begun) / 1_000);
          report(left > 0 ? `due in ${left} s` : 'the job is running', { done: total - left, total });
          await wait(200);
        }
        const [first] = received;
        if (!first || !(await verifyWebhook(first, [secret])))
          throw new Error('The signature of the notification is not valid');
        result.notification = JSON.parse(first.body) as JobFinished;
        const { job, times, counts, result: outcome } = result.notification.data;
        if (outcome !== 'succeeded' || counts.done !== 1) {
          throw new Error(
            `The scheduled job ${job.name}: expected succeeded with 1 published, got ${outcome} with ${counts.done}`,
          );
        }
        result.startedAfter = Date.parse(times.started ?? times.submitted) - due;
        const delay = (result.startedAfter / 1_000).toFixed(1);
        report(
          `${job.name}: started ${delay} s after its due time, ${outcome}; ${result.notification.type}, signature verified`,
        );
      },
    },
  ];
  return {
    steps,
    result,
    async stop() {
      receiver?.closeAllConnections();
      await new Promise((resolve) => (receiver ? receiver.close(resolve) : resolve(undefined)));
    },
  };
}

/** Accepts every POST, as a receiver of notifications does. */
async function startReceiver(received: Received[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ body: Buffer.concat(chunks).toString('utf8'), headers });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}
