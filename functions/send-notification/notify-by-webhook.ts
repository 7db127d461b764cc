import type { NotificationRecords } from '../../adapters/dynamodb/notifications/notification-records.ts';
import type { ScheduleNotification } from '../../adapters/dynamodb/schedules/schedule-notification.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import type { WebhookRequest } from '../../adapters/webhook/send-webhook.ts';
import { signWebhook } from '../../adapters/webhook/sign-webhook.ts';
import type { Job, PublishJob } from '../../domain/jobs/job.ts';
import { newChain } from '../../domain/notifications/chain.ts';
import { jobFinished, notificationId } from '../../domain/notifications/job-finished.ts';
import { jobToNotifyOf } from '../../domain/notifications/job-to-notify-of.ts';
import { hopTo } from '../../domain/notifications/notification-message.ts';
import { afterTry, isTryDue } from '../../domain/notifications/tries.ts';
import { tryMessage } from '../../domain/notifications/try-message.ts';
import type { TryOutcome } from '../../domain/notifications/try-outcome.ts';
import { verdictOn } from '../../domain/notifications/verdict.ts';

export interface NotifyByWebhookDependencies
  extends Pick<NotificationRecords, 'getTries' | 'recordTry'>,
    Pick<ScheduleNotification, 'turnOffNotification'>,
    Pick<JobFiles, 'writeNotice'>,
    Pick<NotificationQueue, 'sendNotification'> {
  /** What signs the company's notifications, the newest first; never none. */
  readonly signingSecrets: (company: string) => Promise<readonly string[]>;
  readonly send: (request: WebhookRequest) => Promise<TryOutcome>;
  /** Address that the API's paths begin at, without a slash at its end. */
  readonly apiUrl: string;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  /** Milliseconds, to measure with. */
  readonly clock: () => number;
}

/**
 * Makes a try to tell of a job's end by HTTP, if one is due. The message for the next one is sent before this one is
 * recorded: whoever dies between makes this try again, and the receiver knows it by its `webhook-id`.
 * Reads two items, writes one, puts one object.
 * @param due of the message that asks for it; undefined for the first
 */
export async function notifyByWebhook(
  job: Job,
  due: string | undefined,
  dependencies: NotifyByWebhookDependencies,
): Promise<void> {
  const rule = job.kind === 'publish' ? job.notification : undefined;
  if (job.kind !== 'publish' || rule === undefined || rule.off !== undefined) return;
  const finished = jobToNotifyOf(job, rule);
  if (finished === undefined) return;
  const { company, id } = job;
  const before = await dependencies.getTries(company, id);
  if (!isTryDue(before, due)) return;

  const body = JSON.stringify(
    jobFinished(finished, {
      chain: job.chain ?? newChain(id),
      schedule: job.schedule,
      apiUrl: dependencies.apiUrl,
    }),
  );
  const secrets = await dependencies.signingSecrets(company);
  const at = dependencies.now();
  const begun = dependencies.clock();
  const outcome = await dependencies.send({
    url: rule.url,
    body,
    headers: { ...signWebhook({ id: notificationId(id), at, body }, secrets) },
  });
  const milliseconds = Math.round(dependencies.clock() - begun);

  const made = (before?.made ?? 0) + 1;
  const verdict = verdictOn(outcome, made, at);
  if (verdict.verdict === 'retry') {
    const delay = hopTo(verdict.at, dependencies.now());
    await dependencies.sendNotification({ what: 'try', company, jobId: id, due: verdict.at }, delay);
  }
  if (verdict.verdict === 'disable') await turnOff(job, rule.url, verdict.because, at, dependencies);
  const message = `${tryMessage(new URL(rule.url).host, made, outcome, verdict)} It took ${milliseconds} ms.`;
  await dependencies.writeNotice(company, id, `webhook-${String(made).padStart(2, '0')}`, {
    time: at,
    outcome: 'notice',
    message,
  });
  await dependencies.recordTry(company, id, afterTry(made, at, verdict));
}

async function turnOff(
  { company, schedule }: PublishJob,
  url: string,
  because: string,
  at: string,
  { turnOffNotification }: Pick<NotifyByWebhookDependencies, 'turnOffNotification'>,
): Promise<void> {
  if (schedule === undefined) return;
  const warning =
    `HTTP notification to ${new URL(url).host} was turned off: ${because}. ` +
    'Edit the schedule and set the notification anew to turn it on.';
  await turnOffNotification({ company, id: schedule.id }, url, { at, because }, warning);
}
