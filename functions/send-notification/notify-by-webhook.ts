import type { NotificationStore } from '../../adapters/dynamodb/notifications/notification-store.ts';
import type { ScheduleNotificationStore } from '../../adapters/dynamodb/schedules/schedule-notification-store.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import type { WebhookRequest } from '../../adapters/webhook/send-webhook.ts';
import { signWebhook } from '../../adapters/webhook/sign-webhook.ts';
import type { NotifiedJob } from '../../domain/jobs/job.ts';
import { type AttemptOutcome, decideAfterAttempt } from '../../domain/notifications/attempt-decision.ts';
import { attemptMessage } from '../../domain/notifications/attempt-message.ts';
import { newChain } from '../../domain/notifications/chain.ts';
import { jobFinished, notificationId } from '../../domain/notifications/job-finished.ts';
import { notifiableJob } from '../../domain/notifications/notifiable-job.ts';
import {
  type NotificationMessage,
  queueDelayUntil,
} from '../../domain/notifications/notification-message.ts';
import {
  afterAttempt,
  isAskedAgain,
  isAttemptDue,
  toDelivery,
} from '../../domain/notifications/webhook-attempts.ts';

export interface NotifyByWebhookDependencies
  extends Pick<NotificationStore, 'getWebhookAttempts' | 'recordWebhookAttempt'>,
    Pick<ScheduleNotificationStore, 'disableNotification'>,
    Pick<JobLogs, 'writeNotice'>,
    Pick<NotificationQueue, 'sendNotification'> {
  /** Secrets that sign the company's notifications, the newest first; at least one. */
  readonly signingSecrets: (company: string) => Promise<readonly string[]>;
  readonly send: (request: WebhookRequest) => Promise<AttemptOutcome>;
  /** Base address of the API, without a slash at the end. */
  readonly apiUrl: string;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  /** Milliseconds, to measure durations. */
  readonly clock: () => number;
}

/**
 * Makes an attempt to send the HTTP notification about a job's end, if one is due. The message for the next attempt is sent
 * before this attempt is recorded: a call that dies in between repeats the attempt, and the receiver recognises it by its
 * `webhook-id`.
 *
 * Costs: two reads, one write, one PUT; an SQS request if another attempt follows.
 */
export async function notifyByWebhook(
  job: NotifiedJob,
  message: NotificationMessage,
  dependencies: NotifyByWebhookDependencies,
): Promise<void> {
  const rule = job.notification;
  if (rule === undefined || rule.off !== undefined) return;
  const finished = notifiableJob(job, rule);
  if (finished === undefined) return;
  const { company, id } = job;
  const before = await dependencies.getWebhookAttempts(company, id);
  const isDue =
    message.kind === 'again'
      ? isAskedAgain(before, message.asked)
      : isAttemptDue(before, message.kind === 'attempt' ? message.due : undefined);
  if (!isDue) return;

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
  const decision = decideAfterAttempt(outcome, made, at);
  if (decision.decision === 'retry') {
    const delay = queueDelayUntil(decision.at, dependencies.now());
    await dependencies.sendNotification({ kind: 'attempt', company, jobId: id, due: decision.at }, delay);
  }
  if (decision.decision === 'disable')
    await disableForSchedule(job, rule.url, decision.because, at, dependencies);
  const notice = `${attemptMessage(new URL(rule.url).host, made, outcome, decision)} It took ${milliseconds} ms.`;
  await dependencies.writeNotice(company, id, `webhook-${String(made).padStart(2, '0')}`, {
    time: at,
    outcome: 'notice',
    message: notice,
  });
  const delivery = toDelivery(job, rule.url, outcome, decision, milliseconds);
  await dependencies.recordWebhookAttempt(company, id, afterAttempt(made, at, decision, delivery));
}

async function disableForSchedule(
  { company, schedule }: NotifiedJob,
  url: string,
  because: string,
  at: string,
  { disableNotification }: Pick<NotifyByWebhookDependencies, 'disableNotification'>,
): Promise<void> {
  if (schedule === undefined) return;
  const warning =
    `HTTP notification to ${new URL(url).host} was disabled: ${because}. ` +
    'To enable it, edit the schedule and set the notification again.';
  await disableNotification({ company, id: schedule.id }, url, { at, because }, warning);
}
