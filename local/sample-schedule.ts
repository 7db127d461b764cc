/**
 * A schedule that publishes at the next full minute, and the notification of its job: made as a user would through the
 * HTTP API, received by a small server of this machine, and verified with the public library of Standard Webhooks.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { JobFinished } from '../domain/notifications/job-finished.ts';
import type { ApiClient } from './api-client.ts';
import { expectStatus, nameOfRun, type Step, upload, watch } from './main-job.ts';

export interface SampleScheduleParts {
  readonly admin: ApiClient;
  /** Counts the starts on this state folder: from the second on, the samples have names of their own. */
  readonly run: number;
}

export interface SampleScheduleResult {
  schedule?: ScheduleResponse;
  /** Milliseconds from the time that was due to the start of the job. */
  startedAfter?: number;
  /** The notification, once its signature was verified. */
  notified?: JobFinished;
}

interface ScheduleResponse {
  readonly id: string;
  readonly description: string;
  readonly nextRun?: { readonly at: string; readonly local: string };
}

interface Notification {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Milliseconds. What is asked for later than this before a minute is set for the one after it. */
const minLeadTime = 8_000;

/** Milliseconds that the job and its notification may take once they are due. */
const patience = 60_000;

const minute = 60_000;

/** The steps in their order. Every step throws where the outcome isn't the expected one. */
export function sampleScheduleSteps({ admin, run }: SampleScheduleParts): {
  steps: Step[];
  result: SampleScheduleResult;
  /** Closes the receiver. */
  stop(): Promise<void>;
} {
  const result: SampleScheduleResult = {};
  const folder = run === 1 ? '/samples/scheduled/' : `/samples-${run}/scheduled/`;
  const received: Notification[] = [];
  let receiver: Server | undefined;
  let secret = '';
  let due = 0;

  const steps: Step[] = [
    {
      title: 'Schedule a publish job for the next full minute, with a notification',
      async work(report) {
        const name = nameOfRun('opening-hours.css', run);
        const bytes = Buffer.from('.opening-hours::after { content: "9 to 5"; }\n');
        const { job } = await upload(
          admin,
          [{ name, contentType: 'text/css', bytes }],
          { folder, name: 'For the schedule', publishAfterUploading: false },
          report,
        );
        expectStatus(await watch(admin, job.id, report), 'succeeded');
        ({ secret } = await admin.call<{ secret: string }>('POST', '/notifications/secrets'));
        receiver = await startReceiver(received);
        const { port } = receiver.address() as AddressInfo;

        due = Math.ceil((Date.now() + minLeadTime) / minute) * minute;
        result.schedule = await admin.call<ScheduleResponse>('POST', '/schedules', {
          name: 'Opening hours',
          rule: { repeat: 'once', at: new Date(due).toISOString().slice(0, 16) },
          timeZone: 'UTC',
          job: {
            publish: 'new',
            scope: { folder, below: false },
            notification: { url: `http://127.0.0.1:${port}/pressroom`, onlyIfPublished: true },
          },
        });
        report(`${result.schedule.description}: next run ${result.schedule.nextRun?.local}`);
      },
    },
    {
      title: 'It fires, its job publishes, and the notification comes with a valid signature',
      async work(report) {
        const set = Date.now();
        while (received.length === 0) {
          if (Date.now() > due + patience)
            throw new Error('No notification came within a minute of its time');
          const left = Math.max(0, Math.ceil((due - Date.now()) / 1_000));
          const total = Math.ceil((due - set) / 1_000);
          report(left > 0 ? `fires in ${left} s` : 'its job runs', { done: total - left, total });
          await wait(200);
        }
        const [notification] = received;
        if (!notification) throw new Error('No notification came');
        result.notified = new Webhook(secret).verify(
          notification.body,
          notification.headers,
        ) as unknown as JobFinished;
        const { job, times, counts, result: outcome } = result.notified.data;
        if (outcome !== 'succeeded' || counts.done !== 1) {
          throw new Error(`The scheduled job ${job.name} is ${outcome} and published ${counts.done}`);
        }
        result.startedAfter = Date.parse(times.started ?? times.submitted) - due;
        report(
          `${job.name}: began ${(result.startedAfter / 1_000).toFixed(1)} s after its time, ${outcome}; ${result.notified.type}, signature verified`,
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

/** Takes every POST, as a program that waits for notifications would. */
async function startReceiver(received: Notification[]): Promise<Server> {
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
